package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.SplitRing;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows descriptor chains of a split virtqueue and checks every rule on the way (virtio 1.2 sections 2.7.4 and 2.7.5).
 * Bounded: a chain has at most as many elements as the queue. Reads every field once.
 */
final class SplitChainWalker {
    private static final int LONGEST_DEVIANT_TABLE = 1024; // VIRTQUEUE_MAX_SIZE of QEMU

    private final GuestMemory memory;
    private final long memoryBytes;
    private final int size;
    private final boolean indirect;
    private final boolean trailingIndirectPlain;
    private final boolean nestedPlain;
    private final boolean indirectWithNext;
    private final boolean zeroLengthRefused;
    private final boolean unmappedAccepted;
    private final int longestTable;

    SplitChainWalker(GuestMemory memory, QueueLayout layout, long features, Set<RingDeviation> deviations) {
        this.memory = memory;
        this.memoryBytes = memory.sizeBytes();
        this.size = layout.size();
        this.indirect = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC)
                || deviations.contains(RingDeviation.UNNEGOTIATED_INDIRECT_ACCEPTED);
        this.trailingIndirectPlain = deviations.contains(RingDeviation.TRAILING_INDIRECT_AS_PLAIN);
        this.nestedPlain = deviations.contains(RingDeviation.NESTED_INDIRECT_AS_PLAIN);
        this.indirectWithNext = deviations.contains(RingDeviation.INDIRECT_WITH_NEXT_ACCEPTED);
        this.zeroLengthRefused = deviations.contains(RingDeviation.ZERO_LENGTH_REFUSED);
        this.unmappedAccepted = deviations.contains(RingDeviation.UNMAPPED_BUFFER_ACCEPTED);
        this.longestTable = deviations.contains(RingDeviation.LONG_TABLE_ACCEPTED) ? LONGEST_DEVIANT_TABLE : size;
    }

    /**
     * Fills {@code chain} from {@code head}, which is in range; returns what is wrong, or null. Less than 325 bytes of bytecode,
     * so that HotSpot inlines it: then batches are faster and times vary less from one JVM to the next.
     */
    @Nullable
    RingError walk(RingWindow ring, int head, BufferChain chain) {
        long[] words = chain.words;
        int end = 0; // of what is filled, in words
        long writableCount = 0;
        long writableBytes = 0;
        long bytes = 0;
        int before = 0; // flags of the descriptor before this one
        int index = head;
        while (true) {
            int position = ring.desc + 16 * index;
            long address = ring.load64(position);
            long rest = ring.load64(position + 8);
            long length = rest & BufferChain.LENGTH;
            int flags = (int) (rest >>> 32); // with next above them
            bytes += length;
            if ((flags & SplitRing.DESC_F_INDIRECT | before & ~flags & SplitRing.DESC_F_WRITE) != 0
                    || (address | memoryBytes - length - address | length - 1) < 0
                    || bytes - 1 >>> 32 != 0) {
                chain.set(end >> 1, (int) writableCount, bytes - length, writableBytes);
                if (leadsToTable(flags, end)) {
                    return walkTable(index, address, rest, chain);
                }
                RingError bad = check(chain, address, rest, index, false);
                if (bad != null) {
                    return bad;
                }
            }
            if (end == words.length) {
                words = chain.grow();
            }
            words[end] = address;
            words[end + 1] = rest << 30 >>> 30; // size, NEXT and WRITE
            end += 2;
            long writable = flags >>> 1 & 1;
            writableCount += writable;
            writableBytes += length & -writable;
            before = flags;
            if ((flags & SplitRing.DESC_F_NEXT) == 0) {
                chain.set(end >> 1, (int) writableCount, bytes, writableBytes);
                return null;
            }
            index = flags >>> 16;
            if (index >= size || end >= 2 * size) {
                return badNext(head, index);
            }
        }
    }

    private boolean leadsToTable(int flags, int end) {
        return (flags & SplitRing.DESC_F_INDIRECT) != 0 && !(trailingIndirectPlain && end > 0);
    }

    private RingError badNext(int head, int next) {
        return next >= size
                ? new RingError(Rule.S5, "desc.next", next, "must be < the queue size " + size)
                : new RingError(Rule.S6, "desc.next", next, "the chain from " + head + " has a loop");
    }

    private @Nullable RingError walkTable(int outer, long table, long rest, BufferChain chain) {
        long length = rest & 0xffff_ffffL;
        String place = "desc[" + outer + "]";
        if (!indirect) {
            return new RingError(Rule.S17, place + ".flags", flags(rest), "INDIRECT was not negotiated");
        }
        if ((flags(rest) & SplitRing.DESC_F_NEXT) != 0 && !indirectWithNext) {
            return new RingError(Rule.I2, place + ".flags", flags(rest), "INDIRECT and NEXT together");
        }
        if (length == 0 || length % 16 != 0) {
            return new RingError(Rule.I3, place + ".len", length, "a table is a non-zero multiple of 16 bytes");
        }
        if (table < 0 || table > memoryBytes - length) {
            return new RingError(Rule.S15, place + ".addr", table, "the table must lie in guest memory");
        }
        int entries = (int) (length / 16);
        int index = 0;
        while (true) {
            if (chain.count >= longestTable) {
                boolean longTable = entries > longestTable;
                return new RingError(
                        longTable ? Rule.I4 : Rule.S6,
                        longTable ? place + ".len" : "table[" + index + "]",
                        longTable ? length : index,
                        longTable ? "a chain has at most queue size elements" : "the chain has a loop");
            }
            long at = table + 16L * index;
            long address = memory.load64(at);
            long entry = memory.load64(at + 8);
            if ((flags(entry) & SplitRing.DESC_F_INDIRECT) != 0 && !nestedPlain) {
                return new RingError(Rule.I1, "table[" + index + "].flags", flags(entry), "INDIRECT inside a table");
            }
            RingError bad = check(chain, address, entry, index, true);
            if (bad != null) {
                return bad;
            }
            chain.put(address, entry & BufferChain.LENGTH, (entry & BufferChain.WRITE) != 0);
            if ((flags(entry) & SplitRing.DESC_F_NEXT) == 0) {
                return null;
            }
            int next = (int) (entry >>> 48);
            if (next >= entries) {
                return new RingError(
                        Rule.S5, "table[" + index + "].next", next, "must be < the table length " + entries);
            }
            index = next;
        }
    }

    /** Says what would be wrong with an element after those of the chain, or null. */
    private @Nullable RingError check(BufferChain chain, long address, long rest, int index, boolean inTable) {
        long length = rest & 0xffff_ffffL;
        boolean outside = (address | memoryBytes - length - address) < 0;
        if ((rest & BufferChain.WRITE) == 0 && chain.readableCount != chain.count) {
            return new RingError(
                    Rule.S8, place(index, inTable) + ".flags", flags(rest), "readable element after a writable one");
        }
        if (outside && !unmappedAccepted) {
            return new RingError(
                    Rule.S15, place(index, inTable) + ".addr", address, length + " bytes must lie in guest memory");
        }
        if (length == 0 && zeroLengthRefused) {
            return new RingError(Rule.S9, place(index, inTable) + ".len", 0, "zero sized buffers are not allowed");
        }
        return chain.readableBytes + chain.writableBytes + length > 1L << 32
                ? new RingError(Rule.S7, place(index, inTable) + ".len", length, "a chain has at most 2^32 bytes")
                : null;
    }

    private static String place(int index, boolean inTable) {
        return (inTable ? "table[" : "desc[") + index + "]";
    }

    private static int flags(long rest) {
        return (int) (rest >>> 32) & 0xffff;
    }
}
