package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Batches that carry a 16-bit index of a split queue over its wrap, from each place before it, against events before it,
 * in it, behind it and 0, as a side asks for that wants to hear of several buffers at once (rules N6, N11). The half has
 * done one lap of the index before each of them. What it finds when it looks again after asking for events (N15) is judged too.
 */
final class WrapWishes {
    private static final int SIZE = 4;
    private static final int LAP = 0x1_0000;

    private final GuestMemory memory = new FlatMemory(0x10000);
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();
    private final QueueMode mode;
    private final AttackNotes notes;
    private final DriverQueue driver;
    private final DeviceQueue device;
    private final boolean ofDriver;
    private final long eventAddr;
    private int idx;

    private WrapWishes(QueueMode wanted, @Nullable DriverFactory drivers, @Nullable DeviceFactory devices) {
        mode = wanted.withSize(SIZE);
        ofDriver = drivers != null;
        notes = new AttackNotes(ofDriver ? Side.DRIVER : Side.DEVICE, "wishes at the wrap, " + mode);
        QueueLayout layout = mode.layout(0x1000);
        driver = drivers != null
                ? drivers.create(memory, layout, mode.features())
                : DriverQueue.create(memory, layout, mode.features());
        device = ofDriver
                ? DeviceQueue.create(memory, layout, mode.features())
                : Objects.requireNonNull(devices, "one of the two").create(memory, layout, mode.features());
        eventAddr = ofDriver
                ? SplitRing.availEvent(layout.deviceAddr(), SIZE)
                : SplitRing.usedEvent(layout.driverAddr(), SIZE);
    }

    /** Checks a driver's half. */
    static AttackNotes driver(QueueMode mode, DriverFactory factory) {
        return new WrapWishes(mode, factory, null).run();
    }

    /** Checks a device's half. */
    static AttackNotes device(QueueMode mode, DeviceFactory factory) {
        return new WrapWishes(mode, null, factory).run();
    }

    private AttackNotes run() {
        int batch = Math.min(SIZE, driver.freeDescriptors());
        for (int before = 1; before <= batch; before++) {
            int start = LAP - before;
            Set<Integer> events = new TreeSet<>();
            events.add(0);
            for (int ahead = -1; ahead <= batch + 1; ahead++) {
                events.add(start + ahead & 0xffff);
            }
            for (int event : events) {
                while (idx != start) {
                    if (!round(Math.min(batch, start - idx & 0xffff), idx + LAP / 2 & 0xffff, false)) {
                        return notes; // a fault that scripts show
                    }
                }
                if (!round(batch, event, true)) {
                    return notes;
                }
            }
        }
        return notes;
    }

    /** Sends buffers round while the other side asks for an event; returns false if they do not come back. */
    private boolean round(int count, int event, boolean judged) {
        int old = idx;
        idx = idx + count & 0xffff;
        for (int i = 0; i < count; i++) {
            chain.clear();
            chain.addReadable(0x8000, 4);
            if (driver.add(chain) < 0) {
                return false;
            }
        }
        if (ofDriver) {
            memory.store16(eventAddr, event);
        }
        driver.publish();
        boolean sent = driver.notificationNeeded();
        if (judged && !ofDriver && !device.enableNotifications()) {
            notes.must(Rule.N15, idx, "does not see, when it looks again, what is available over the wrap");
        }
        for (int i = 0; i < count && device.pop(chain); i++) {
            device.complete(chain.token(), 0);
        }
        if (!ofDriver) {
            memory.store16(eventAddr, event);
        }
        device.publish();
        boolean interrupts = device.interruptNeeded();
        if (judged) {
            boolean due = SplitRing.needEvent(event, idx, old);
            WishTable.judge(notes, mode, due, ofDriver ? sent : interrupts, ofDriver);
        }
        if (judged && ofDriver && !driver.enableInterrupts()) {
            notes.must(Rule.N15, idx, "does not see, when it looks again, what was used over the wrap");
        }
        int back = 0;
        while (back < count && driver.poll(used)) {
            back++;
        }
        return back == count;
    }
}
