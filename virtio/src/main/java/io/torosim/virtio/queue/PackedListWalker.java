package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.PackedRing;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows descriptor lists of a packed virtqueue and checks every rule on the way (virtio 1.2 sections 2.8.6 and 2.8.7).
 * Bounded by the queue size. Reads every field once; the flags of the first descriptor come from the caller, who read
 * them to see that the list is available.
 */
final class PackedListWalker {
    private static final int LONGEST_DEVIANT_TABLE = 1024; // VIRTQUEUE_MAX_SIZE of QEMU

    private static final long FOUR_GIB = 1L << 32;

    private final GuestMemory memory;
    private final long memoryBytes;
    private final int size;
    private final boolean indirect;
    private final boolean zeroLengthRefused;
    private final boolean unmappedAccepted;
    private final boolean idFromFirst;
    private final int longestTable;
    private int id;

    PackedListWalker(GuestMemory memory, QueueLayout layout, long features, Set<RingDeviation> deviations) {
        this.memory = memory;
        this.memoryBytes = memory.sizeBytes();
        this.size = layout.size();
        this.indirect = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC)
                || deviations.contains(RingDeviation.UNNEGOTIATED_INDIRECT_ACCEPTED);
        this.zeroLengthRefused = deviations.contains(RingDeviation.ZERO_LENGTH_REFUSED);
        this.unmappedAccepted = deviations.contains(RingDeviation.UNMAPPED_BUFFER_ACCEPTED);
        this.idFromFirst = deviations.contains(RingDeviation.PACKED_ID_FROM_FIRST);
        this.longestTable = deviations.contains(RingDeviation.LONG_TABLE_ACCEPTED) ? LONGEST_DEVIANT_TABLE : size;
    }

    /** Returns the buffer id of the list walked last. */
    int id() {
        return id;
    }

    /** Fills {@code chain} from the list at {@code firstSlot}; returns what is wrong, or null. */
    @Nullable
    RingError walk(RingWindow ring, int firstSlot, int firstFlags, BufferChain chain) {
        long[] words = chain.words;
        int end = 0; // of what is filled, in words
        long writableCount = 0;
        long writableBytes = 0;
        long bytes = 0;
        int before = 0; // flags of the descriptor before this one
        int bits = firstFlags & PackedRing.BOTH;
        int position = ring.desc + 16 * firstSlot;
        // three loads, of what was stored with three stores
        long first = ring.load32(position + 8) & BufferChain.LENGTH
                | (long) ring.load16(position + 12) << 32
                | (long) firstFlags << 48;
        long rest = first;
        while (true) {
            long address = ring.load64(position);
            long length = rest & BufferChain.LENGTH;
            int flags = (int) (rest >>> 48);
            bytes += length;
            if ((flags & PackedRing.DESC_F_INDIRECT | before & ~flags & PackedRing.DESC_F_WRITE) != 0
                    || (address | memoryBytes - length - address | length - 1) < 0
                    || bytes - 1 >>> 32 != 0) {
                id = (int) ((idFromFirst ? first : rest) >>> 32) & 0xffff;
                chain.set(end >> 1, (int) writableCount, bytes - length, writableBytes);
                chain.slots = end >> 1;
                int slot = position - ring.desc >> 4;
                if ((flags & PackedRing.DESC_F_INDIRECT) != 0) {
                    return walkTable(slot, address, length, flags, chain);
                }
                RingError bad = check(chain, address, length, flags, slot, false);
                if (bad != null) {
                    return bad;
                }
            }
            if (end == words.length) {
                words = chain.grow();
            }
            words[end] = address;
            words[end + 1] = length | (long) (flags & (PackedRing.DESC_F_NEXT | PackedRing.DESC_F_WRITE)) << 32;
            end += 2;
            long writable = flags >>> 1 & 1;
            writableCount += writable;
            writableBytes += length & -writable;
            if ((flags & PackedRing.DESC_F_NEXT) == 0) {
                id = (int) ((idFromFirst ? first : rest) >>> 32) & 0xffff;
                chain.set(end >> 1, (int) writableCount, bytes, writableBytes);
                chain.slots = end >> 1;
                return null;
            }
            if (end == 2 * size) {
                return tooLong(position - ring.desc >> 4, rest);
            }
            before = flags;
            position += 16;
            if (position == ring.desc + 16 * size) {
                position = ring.desc;
                bits ^= PackedRing.BOTH;
            }
            rest = ring.load64(position + 8);
            if (((int) (rest >>> 48) & PackedRing.BOTH) != bits) {
                return notAvailable(position - ring.desc >> 4, rest);
            }
        }
    }

    private static RingError tooLong(int slot, long rest) {
        return new RingError(
                Rule.P10, "desc[" + slot + "].flags", (int) (rest >>> 48), "a list has at most queue size descriptors");
    }

    private static RingError notAvailable(int slot, long rest) {
        return new RingError(
                Rule.P8,
                "desc[" + slot + "].flags",
                (int) (rest >>> 48),
                "AVAIL and USED must be set in the whole list");
    }

    private @Nullable RingError walkTable(int slot, long table, long length, int flags, BufferChain chain) {
        String place = "desc[" + slot + "]";
        if (!indirect) {
            return new RingError(Rule.P22, place + ".flags", flags, "INDIRECT was not negotiated");
        }
        if ((flags & PackedRing.DESC_F_NEXT) != 0 || chain.slots > 0) {
            return new RingError(Rule.P22, place + ".flags", flags, "a list with NEXT contains no INDIRECT");
        }
        if (length == 0 || length % 16 != 0) {
            return new RingError(Rule.I3, place + ".len", length, "a table is a non-zero multiple of 16 bytes");
        }
        if (length / 16 > longestTable) {
            return new RingError(Rule.I4, place + ".len", length, "a buffer has at most queue size elements");
        }
        if (table < 0 || table > memoryBytes - length) {
            return new RingError(Rule.S15, place + ".addr", table, "the table must lie in guest memory");
        }
        chain.slots++;
        int entries = (int) (length / 16);
        for (int i = 0; i < entries; i++) {
            long address = memory.load64(table + 16L * i);
            long rest = memory.load64(table + 16L * i + 8);
            // only WRITE counts in a table (section 2.8.7)
            int entryFlags = (int) (rest >>> 48);
            RingError bad = check(chain, address, rest & BufferChain.LENGTH, entryFlags, i, true);
            if (bad != null) {
                return bad;
            }
            chain.put(address, rest & BufferChain.LENGTH, (entryFlags & PackedRing.DESC_F_WRITE) != 0);
        }
        return null;
    }

    /** Says what would be wrong with an element after those of the chain, or null. */
    private @Nullable RingError check(
            BufferChain chain, long address, long length, int flags, int index, boolean inTable) {
        boolean outside = (address | memoryBytes - length - address) < 0;
        if ((flags & PackedRing.DESC_F_WRITE) == 0 && chain.readableCount != chain.count) {
            return new RingError(
                    Rule.P11, place(index, inTable) + ".flags", flags, "readable element after a writable one");
        }
        if (outside && !unmappedAccepted) {
            return new RingError(
                    Rule.S15, place(index, inTable) + ".addr", address, length + " bytes must lie in guest memory");
        }
        if (length == 0 && zeroLengthRefused) {
            return new RingError(Rule.S9, place(index, inTable) + ".len", 0, "zero sized buffers are not allowed");
        }
        return chain.readableBytes + chain.writableBytes + length > FOUR_GIB
                ? new RingError(Rule.S7, place(index, inTable) + ".len", length, "a chain has at most 2^32 bytes")
                : null;
    }

    private static String place(int index, boolean inTable) {
        return (inTable ? "table[" : "desc[") + index + "]";
    }
}
