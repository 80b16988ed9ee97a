package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a driver has told the device about one queue, as far as it went through the registers. */
final class QueueSetup {
    final long[] area = new long[3];
    int areasWritten; // a mask
    int sizeMax = -1; // -1: the driver has not asked
    int size = -1;
    boolean sizeWritten;
    boolean sizeBad;
    int notifyData = -1; // -1: not read
    boolean enabled;
    boolean attempted; // to enable it, rightly or not
    boolean stopping; // the driver stopped it and has not read that back
    boolean released; // by queue_reset, QueueReady 0 or page frame number 0: may be set up again
    long align; // legacy MMIO, 0: not written

    @Nullable
    QueueLayout layout; // of an enabled queue whose size is known

    /** The device has forgotten all but the largest size. */
    void clear() {
        areasWritten = 0;
        size = -1;
        notifyData = -1;
        sizeWritten = false;
        sizeBad = false;
        enabled = false;
        attempted = false;
        layout = null;
        area[0] = area[1] = area[2] = 0;
    }

    void write(int which, int within, int widthBytes, long value) {
        if (widthBytes == 8) {
            area[which] = value;
        } else if (within == 0) {
            area[which] = area[which] & ~0xffff_ffffL | value & 0xffff_ffffL;
        } else {
            area[which] = area[which] & 0xffff_ffffL | value << 32;
        }
        areasWritten |= 1 << which;
    }

    /** Returns whether a load tells the driver what the device has used. */
    boolean usedRingAt(long address, long length) {
        QueueLayout layout = set();
        return layout.packed()
                ? InFlightBuffer.overlap(address, length, layout.descAddr(), layout.descBytes())
                : InFlightBuffer.overlap(address, length, SplitRing.usedIdx(layout.deviceAddr()), 2);
    }

    /** Returns whether the ring in memory bears out what a notification says of its next available entry. */
    boolean bears(GuestMemory memory, int nextAvailable) {
        QueueLayout layout = set();
        if (!layout.packed()) {
            return memory.load16(SplitRing.availIdx(layout.driverAddr())) == nextAvailable;
        }
        int slot = nextAvailable & 0x7fff;
        boolean wrap = nextAvailable >>> 15 != 0;
        if (slot >= layout.size()) {
            return false;
        }
        // the slot is not yet available in its lap; the one before it is, in the lap before if it is the last
        boolean before =
                slot == 0 ? availableBit(memory, layout.size() - 1) != wrap : availableBit(memory, slot - 1) == wrap;
        return availableBit(memory, slot) != wrap && before;
    }

    /** Returns the next available entry as the ring in memory has it. */
    int nextAvailable(GuestMemory memory) {
        QueueLayout layout = set();
        if (!layout.packed()) {
            return memory.load16(SplitRing.availIdx(layout.driverAddr()));
        }
        boolean lap = availableBit(memory, 0);
        for (int slot = 1; slot < layout.size(); slot++) {
            if (availableBit(memory, slot) != lap) {
                return slot | (lap ? 0x8000 : 0);
            }
        }
        return lap ? 0 : 0x8000;
    }

    private QueueLayout set() {
        return Objects.requireNonNull(layout, "of a queue that is enabled");
    }

    private boolean availableBit(GuestMemory memory, int slot) {
        return (memory.load16(set().descAddr() + 16L * slot + 14) & PackedRing.DESC_F_AVAIL) != 0;
    }
}
