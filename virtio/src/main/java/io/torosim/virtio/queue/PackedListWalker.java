package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.MemoryWindow;
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

    private final GuestMemory memory;
    private final long memoryBytes;
    private final MemoryWindow ring;
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
        this.ring = MemoryWindow.of(memory, layout.descAddr(), (int) layout.descBytes());
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
    RingError walk(int firstSlot, boolean firstWrap, int firstFlags, BufferChain chain) {
        chain.clear();
        int slot = firstSlot;
        boolean wrap = firstWrap;
        while (true) {
            int at = 16 * slot;
            long address = ring.load64(at);
            boolean first = chain.slots == 0;
            long rest = first
                    ? ring.load32(at + 8) & 0xffff_ffffL | (long) ring.load16(at + 12) << 32
                    : ring.load64(at + 8);
            int flags = first ? firstFlags : (int) (rest >>> 48);
            if (!first && !PackedRing.isAvailable(flags, wrap)) {
                return new RingError(
                        Rule.P8, "desc[" + slot + "].flags", flags, "AVAIL and USED must be set in the whole list");
            }
            if (first || !idFromFirst) {
                id = (int) (rest >>> 32) & 0xffff;
            }
            chain.slots++;
            if ((flags & PackedRing.DESC_F_INDIRECT) != 0) {
                return walkTable(slot, address, rest & 0xffff_ffffL, flags, chain);
            }
            if (!append(chain, address, rest & 0xffff_ffffL, flags)) {
                return refused(chain, address, rest & 0xffff_ffffL, flags, slot, false);
            }
            if ((flags & PackedRing.DESC_F_NEXT) == 0) {
                return null;
            }
            if (chain.slots == size) {
                return new RingError(
                        Rule.P10, "desc[" + slot + "].flags", flags, "a list has at most queue size descriptors");
            }
            if (++slot == size) {
                slot = 0;
                wrap = !wrap;
            }
        }
    }

    private RingError walkTable(int slot, long table, long length, int flags, BufferChain chain) {
        String place = "desc[" + slot + "]";
        if (!indirect) {
            return new RingError(Rule.P22, place + ".flags", flags, "INDIRECT was not negotiated");
        }
        if ((flags & PackedRing.DESC_F_NEXT) != 0 || chain.slots > 1) {
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
        int entries = (int) (length / 16);
        for (int i = 0; i < entries; i++) {
            long address = memory.load64(table + 16L * i);
            long rest = memory.load64(table + 16L * i + 8);
            // only WRITE counts in a table (section 2.8.7)
            if (!append(chain, address, rest & 0xffff_ffffL, (int) (rest >>> 48))) {
                return refused(chain, address, rest & 0xffff_ffffL, (int) (rest >>> 48), i, true);
            }
        }
        return null;
    }

    /** Appends an element if it breaks no rule. */
    private boolean append(BufferChain chain, long address, long length, int flags) {
        boolean writable = (flags & PackedRing.DESC_F_WRITE) != 0;
        boolean outside = (address | memoryBytes - length - address) < 0;
        if (!writable && chain.readableCount != chain.count
                || outside && !unmappedAccepted
                || length == 0 && zeroLengthRefused) {
            return false;
        }
        chain.put(address, length, writable);
        return chain.readableBytes + chain.writableBytes <= 1L << 32;
    }

    /** Says why {@link #append} refused an element. */
    private RingError refused(BufferChain chain, long address, long length, int flags, int index, boolean inTable) {
        String place = (inTable ? "table[" : "desc[") + index + "]";
        if ((flags & PackedRing.DESC_F_WRITE) == 0 && chain.readableCount != chain.count) {
            return new RingError(Rule.P11, place + ".flags", flags, "readable element after a writable one");
        }
        if ((address < 0 || address > memoryBytes - length) && !unmappedAccepted) {
            return new RingError(Rule.S15, place + ".addr", address, length + " bytes must lie in guest memory");
        }
        if (length == 0 && zeroLengthRefused) {
            return new RingError(Rule.S9, place + ".len", 0, "zero sized buffers are not allowed");
        }
        return new RingError(Rule.S7, place + ".len", length, "a chain has at most 2^32 bytes");
    }
}
