package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import java.util.Set;

/**
 * Follows descriptor lists of a packed virtqueue and checks every rule on the way (virtio 1.2 sections 2.8.6 and 2.8.7).
 * Bounded by the queue size. Reads every field once; the flags of the first descriptor come from the caller, who read
 * them to see that the list is available.
 */
final class PackedListWalker {
    private static final int LONGEST_DEVIANT_TABLE = 1024; // VIRTQUEUE_MAX_SIZE of QEMU

    private static final long NEXT = (long) PackedRing.DESC_F_NEXT << 48;
    private static final long WRITE = (long) PackedRing.DESC_F_WRITE << 48;
    private static final long INDIRECT = (long) PackedRing.DESC_F_INDIRECT << 48;
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
    RingError walk(RingWindow ring, int firstSlot, int firstFlags, BufferChain chain) {
        long[] words = chain.words;
        int end = 0; // of what is filled, in words
        int readableEnd = -1; // -1: no element is writable so far
        long readableBytes = 0;
        long bytes = 0;
        int slot = firstSlot;
        int bits = firstFlags & PackedRing.BOTH;
        int position = ring.desc + 16 * slot;
        // three loads, of what was stored with three stores
        long rest = ring.load32(position + 8) & BufferChain.LENGTH
                | (long) ring.load16(position + 12) << 32
                | (long) firstFlags << 48;
        id = (int) (rest >>> 32) & 0xffff;
        while (true) {
            long address = ring.load64(position);
            long length = rest & BufferChain.LENGTH;
            boolean writable = (rest & WRITE) != 0;
            if (writable && readableEnd < 0) {
                readableEnd = end;
                readableBytes = bytes;
            }
            bytes += length;
            if ((rest & INDIRECT) != 0
                    || !writable && readableEnd >= 0
                    || (address | memoryBytes - length - address | FOUR_GIB - bytes) < 0
                    || length == 0) {
                fill(chain, end, readableEnd, readableBytes, bytes - length);
                if ((rest & INDIRECT) != 0) {
                    return walkTable(slot, address, length, (int) (rest >>> 48), chain);
                }
                RingError bad = check(chain, address, length, (int) (rest >>> 48), slot, false);
                if (bad != null) {
                    return bad;
                }
            }
            if (end == words.length) {
                words = chain.grow();
            }
            words[end] = address;
            words[end + 1] = length | rest >>> 16 & (BufferChain.NEXT | BufferChain.WRITE);
            end += 2;
            if ((rest & NEXT) == 0) {
                fill(chain, end, readableEnd, readableBytes, bytes);
                return null;
            }
            if (end == 2 * size) {
                return tooLong(slot, rest);
            }
            if (++slot == size) {
                slot = 0;
                bits ^= PackedRing.BOTH;
            }
            position = ring.desc + 16 * slot;
            rest = ring.load64(position + 8);
            if (((int) (rest >>> 48) & PackedRing.BOTH) != bits) {
                return notAvailable(slot, rest);
            }
            if (!idFromFirst) {
                id = (int) (rest >>> 32) & 0xffff;
            }
        }
    }

    private static void fill(BufferChain chain, int end, int readableEnd, long readableBytes, long bytes) {
        if (readableEnd < 0) {
            chain.set(end >> 1, end >> 1, bytes, 0);
        } else {
            chain.set(end >> 1, readableEnd >> 1, readableBytes, bytes - readableBytes);
        }
        chain.slots = end >> 1;
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

    private RingError walkTable(int slot, long table, long length, int flags, BufferChain chain) {
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
    private RingError check(BufferChain chain, long address, long length, int flags, int index, boolean inTable) {
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
