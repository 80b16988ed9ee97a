package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Reads an exposed buffer out of a ring for the findings, and reports what is wrong with it.
 *
 * <p>{@link SplitMonitor} and {@link PackedMonitor} have one each; what is exposed becomes an {@link InFlightBuffer}, what is wrong goes to the
 * {@link Findings}.
 */
final class BufferReader {
    private static final int PACKED_FLAGS = PackedRing.DESC_F_WRITE | PackedRing.DESC_F_AVAIL | PackedRing.DESC_F_USED;

    private final Findings findings;
    private final GuestMemory memory;
    private final QueueLayout layout;
    private final int size;
    private final boolean indirect;
    private final boolean inOrder;

    BufferReader(Findings findings, GuestMemory memory, QueueLayout layout, long features) {
        this.findings = findings;
        this.memory = memory;
        this.layout = layout;
        this.size = layout.size();
        this.indirect = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC);
        this.inOrder = VirtioFeatures.has(features, VirtioFeatures.IN_ORDER);
    }

    private @Nullable InFlightBuffer bad(Rule rule, String place, long value, String detail) {
        findings.reportLost(Side.DRIVER, rule, place, value, detail);
        return null;
    }

    /** Reads the chain from a head in range; null after a violation. */
    @Nullable
    InFlightBuffer split(int head, long exposure) {
        InFlightBuffer buffer = new InFlightBuffer(head, exposure);
        int index = head;
        while (true) {
            long at = layout.descAddr() + 16L * index;
            int flags = memory.load16(at + 12);
            int next = memory.load16(at + 14);
            String place = "desc[" + index + "]";
            buffer.addDescriptor(index);
            reserved(
                    flags & ~(SplitRing.DESC_F_NEXT | SplitRing.DESC_F_WRITE | SplitRing.DESC_F_INDIRECT),
                    Rule.S9,
                    place);
            if ((flags & SplitRing.DESC_F_INDIRECT) != 0) {
                findings.judged(Rule.S17);
                findings.judged(Rule.I2);
                if (!indirect) {
                    return bad(Rule.S17, place + ".flags", flags, "INDIRECT was not negotiated");
                }
                if ((flags & SplitRing.DESC_F_NEXT) != 0) {
                    return bad(Rule.I2, place + ".flags", flags, "INDIRECT and NEXT together");
                }
                return table(buffer, memory.load64(at), memory.load32(at + 8) & 0xffff_ffffL, place, true);
            }
            if (!element(buffer, at, flags, place, Rule.S8)) {
                return null;
            }
            if ((flags & SplitRing.DESC_F_NEXT) == 0) {
                return buffer;
            }
            findings.judged(Rule.S5);
            findings.judged(Rule.S6);
            if (inOrder) {
                findings.judged(Rule.O2);
            }
            if (next >= size) {
                return bad(Rule.S5, place + ".next", next, "must be < the queue size " + size);
            }
            if (buffer.descriptorCount == size) {
                return bad(Rule.S6, place + ".next", next, "the chain has a loop");
            }
            if (inOrder && next != (index + 1) % size) {
                findings.report(Side.DRIVER, Rule.O2, place + ".next", next, "IN_ORDER: must be the following index");
            }
            index = next;
        }
    }

    /** Reads the list at a slot whose first descriptor is available; null after a violation. */
    @Nullable
    InFlightBuffer packed(int firstSlot, boolean firstWrap, long exposure) {
        InFlightBuffer buffer = null;
        int slot = firstSlot;
        boolean wrap = firstWrap;
        int lists = lastSlotId(firstSlot);
        buffer = new InFlightBuffer(lists, exposure);
        while (true) {
            long at = layout.descAddr() + 16L * slot;
            int flags = memory.load16(at + 14);
            String place = "desc[" + slot + "]";
            findings.judged(slot == firstSlot ? Rule.P4 : Rule.P7);
            findings.judged(Rule.P9);
            if (!PackedRing.isAvailable(flags, wrap)) {
                return bad(
                        slot == firstSlot ? Rule.P4 : Rule.P7,
                        place + ".flags",
                        flags,
                        "the whole list must be written before its first flags");
            }
            buffer.addDescriptor(slot);
            reserved(flags & ~(PACKED_FLAGS | PackedRing.DESC_F_NEXT | PackedRing.DESC_F_INDIRECT), Rule.P9, place);
            int own = memory.load16(at + 12);
            if (own != buffer.id) {
                findings.remark(
                        Verdict.IMPLEMENTATION,
                        Side.DRIVER,
                        Rule.P9,
                        place + ".id",
                        own,
                        "differs from that of the last descriptor, which counts; QEMU reads the first");
            }
            if ((flags & PackedRing.DESC_F_INDIRECT) != 0) {
                findings.judged(Rule.P22);
                if (!indirect || (flags & PackedRing.DESC_F_NEXT) != 0 || buffer.descriptorCount > 1) {
                    return bad(Rule.P22, place + ".flags", flags, "INDIRECT not negotiated, or in a list");
                }
                return table(buffer, memory.load64(at), memory.load32(at + 8) & 0xffff_ffffL, place, false);
            }
            if (!element(buffer, at, flags, place, Rule.P11)) {
                return null;
            }
            if ((flags & PackedRing.DESC_F_NEXT) == 0) {
                return buffer;
            }
            findings.judged(Rule.P10);
            if (buffer.descriptorCount == size) {
                return bad(Rule.P10, place + ".flags", flags, "a list has at most queue size descriptors");
            }
            if (++slot == size) {
                slot = 0;
                wrap = !wrap;
            }
        }
    }

    private int lastSlotId(int firstSlot) {
        int slot = firstSlot;
        for (int i = 0; i < size; i++) {
            long at = layout.descAddr() + 16L * slot;
            int flags = memory.load16(at + 14);
            if ((flags & PackedRing.DESC_F_NEXT) == 0) {
                break;
            }
            slot = (slot + 1) % size;
        }
        return memory.load16(layout.descAddr() + 16L * slot + 12);
    }

    private @Nullable InFlightBuffer table(
            InFlightBuffer buffer, long table, long length, String place, boolean split) {
        findings.judged(Rule.I3);
        findings.judged(Rule.I4);
        if (length == 0 || length % 16 != 0) {
            return bad(Rule.I3, place + ".len", length, "a table is a non-zero multiple of 16 bytes");
        }
        if (table < 0 || table > memory.sizeBytes() - length) {
            return bad(Rule.I3, place + ".addr", table, "the table must lie in guest memory");
        }
        buffer.tableAddr = table;
        long entries = length / 16;
        int index = 0;
        while (true) {
            if (buffer.elements >= size) {
                return bad(Rule.I4, place + ".len", length, "a buffer has at most queue size elements");
            }
            long at = table + 16L * index;
            int flags = memory.load16(at + (split ? 12 : 14));
            String entry = "table[" + index + "]";
            findings.judged(split ? Rule.I1 : Rule.P22);
            if (split && (flags & SplitRing.DESC_F_INDIRECT) != 0) {
                return bad(Rule.I1, entry + ".flags", flags, "INDIRECT inside a table");
            }
            if (!split
                    && (flags & ~(PackedRing.DESC_F_WRITE | PackedRing.DESC_F_AVAIL | PackedRing.DESC_F_USED)) != 0) {
                findings.report(Side.DRIVER, Rule.P22, entry + ".flags", flags, "only WRITE is valid in a table");
            }
            if (split) {
                int known = SplitRing.DESC_F_NEXT | SplitRing.DESC_F_WRITE;
                reserved(flags & ~known, Rule.S9, entry);
            } else {
                reserved(flags & (PackedRing.DESC_F_AVAIL | PackedRing.DESC_F_USED), Rule.P22, entry);
                reservedId(memory.load16(at + 12), entry);
            }
            buffer.tableBytes = Math.max(buffer.tableBytes, 16L * (index + 1));
            if (!element(buffer, at, flags, entry, split ? Rule.S8 : Rule.P11)) {
                return null;
            }
            if (split) {
                if ((flags & SplitRing.DESC_F_NEXT) == 0) {
                    return buffer;
                }
                int next = memory.load16(at + 14);
                if (next >= entries) {
                    return bad(Rule.I3, entry + ".next", next, "must be < the table length " + entries);
                }
                if (inOrder) {
                    findings.judged(Rule.I9);
                }
                if (inOrder && next != index + 1) {
                    findings.report(Side.DRIVER, Rule.I9, entry + ".next", next, "IN_ORDER: 1, 2, 3 in a table");
                }
                index = next;
            } else if (++index == entries) {
                return buffer;
            }
        }
    }

    /** Bits without a meaning: to be 0 for whoever writes, to be passed over by whoever reads. */
    private void reserved(int bits, Rule rule, String place) {
        if (bits != 0) {
            findings.remark(Verdict.SHOULD, Side.DRIVER, rule, place + ".flags", bits, "reserved bits are set");
        }
    }

    private void reservedId(int id, String place) {
        if (id != 0) {
            findings.remark(
                    Verdict.IMPLEMENTATION,
                    Side.DRIVER,
                    Rule.P22,
                    place + ".id",
                    id,
                    "is reserved in a table, and is not 0");
        }
    }

    private boolean element(InFlightBuffer buffer, long at, int flags, String place, Rule orderRule) {
        long address = memory.load64(at);
        long length = memory.load32(at + 8) & 0xffff_ffffL;
        boolean writable = (flags & SplitRing.DESC_F_WRITE) != 0;
        findings.judged(Rule.S7);
        findings.judged(Rule.S12);
        if (buffer.elements > 0) {
            findings.judged(orderRule);
        }
        if (!writable && buffer.readableElements != buffer.elements) {
            bad(orderRule, place + ".flags", flags, "readable element after a writable one");
            return false;
        }
        if (buffer.total + length > 1L << 32) {
            bad(Rule.S7, place + ".len", length, "a buffer has at most 2^32 bytes");
            return false;
        }
        if (address < 0 || address > memory.sizeBytes() - length) {
            bad(Rule.S12, place + ".addr", address, length + " bytes must lie in guest memory");
            return false;
        }
        buffer.addElement(address, length, writable);
        return true;
    }
}
