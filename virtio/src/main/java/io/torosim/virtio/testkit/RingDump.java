package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;
import java.util.Locale;

/** Prints a ring for people. */
final class RingDump {
    /** Returns the ring as text, a line a descriptor; descriptors that are all zero are left out. */
    public static String of(GuestMemory memory, QueueLayout layout) {
        StringBuilder out = new StringBuilder();
        int size = layout.size();
        if (layout.packed()) {
            int driver = memory.load32(layout.driverAddr());
            int device = memory.load32(layout.deviceAddr());
            line(
                    out,
                    "packed, size %d; driver event %04x/%d, device event %04x/%d",
                    size,
                    driver & 0xffff,
                    driver >>> 16,
                    device & 0xffff,
                    device >>> 16);
        } else {
            long avail = layout.driverAddr();
            long used = layout.deviceAddr();
            line(out, "split, size %d", size);
            line(
                    out,
                    "avail flags %d idx %d used_event %d ring %s",
                    memory.load16(avail),
                    memory.load16(SplitRing.availIdx(avail)),
                    memory.load16(SplitRing.usedEvent(avail, size)),
                    heads(memory, avail, size));
            line(
                    out,
                    "used  flags %d idx %d avail_event %d ring %s",
                    memory.load16(used),
                    memory.load16(SplitRing.usedIdx(used)),
                    memory.load16(SplitRing.availEvent(used, size)),
                    elements(memory, used, size));
        }
        for (int i = 0; i < size; i++) {
            long at = layout.descAddr() + 16L * i;
            long address = memory.load64(at);
            long rest = memory.load64(at + 8);
            if (address != 0 || rest != 0) {
                descriptor(out, layout.packed(), i, address, rest);
            }
        }
        return out.toString();
    }

    private static void descriptor(StringBuilder out, boolean packed, int i, long address, long rest) {
        int flags = (int) (packed ? rest >>> 48 : rest >>> 32) & 0xffff;
        int other = (int) (packed ? rest >>> 32 : rest >>> 48) & 0xffff;
        line(
                out,
                "desc[%d] addr 0x%x len %d %s %d%s%s%s%s%s",
                i,
                address,
                rest & 0xffff_ffffL,
                packed ? "id" : "next",
                other,
                (flags & SplitRing.DESC_F_NEXT) != 0 ? " NEXT" : "",
                (flags & SplitRing.DESC_F_WRITE) != 0 ? " WRITE" : "",
                (flags & SplitRing.DESC_F_INDIRECT) != 0 ? " INDIRECT" : "",
                packed && (flags & PackedRing.DESC_F_AVAIL) != 0 ? " AVAIL" : "",
                packed && (flags & PackedRing.DESC_F_USED) != 0 ? " USED" : "");
    }

    private static String heads(GuestMemory memory, long avail, int size) {
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < size; i++) {
            out.append(i == 0 ? "" : " ").append(memory.load16(SplitRing.availSlot(avail, i)));
        }
        return out.append(']').toString();
    }

    private static String elements(GuestMemory memory, long used, int size) {
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < size; i++) {
            long at = SplitRing.usedSlot(used, i);
            out.append(i == 0 ? "" : " ")
                    .append(memory.load32(at))
                    .append(':')
                    .append(Integer.toUnsignedString(memory.load32(at + 4)));
        }
        return out.append(']').toString();
    }

    private static void line(StringBuilder out, String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private RingDump() {}
}
