package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A wish that changes from one buffer to the next, at random, {@value #CHANGES} times; and every wish that the other side can have in the first lap of a small queue (packed: in both laps), against every batch that fits: does the half
 * send its event where it is asked for (rules N4 to N12, E3, E4)? Fields that do not count in the mode hold their worst.
 * An event that nobody asked for is {@link Verdict#SHOULD}.
 */
final class WishTable {
    private static final int SIZE = 4;
    private static final int EVENTS = 9;
    private static final int CHANGES = 200;

    /** Checks a driver's half. */
    static AttackNotes driver(QueueMode wanted, DriverFactory factory) {
        QueueMode mode = wanted.withSize(SIZE);
        AttackNotes notes = new AttackNotes(Side.DRIVER, "wishes, " + mode);
        QueueLayout layout = mode.layout(0x1000);
        changing(notes, mode, factory, null);
        for (int round = 0; round < rounds(mode); round++) {
            int wish = round % (4 * EVENTS);
            int start = round / (4 * EVENTS);
            for (int batch = 1; batch <= SIZE; batch++) {
                GuestMemory memory = new FlatMemory(0x10000);
                DriverQueue driver = factory.create(memory, layout, mode.features());
                if (driver.freeDescriptors() < batch) {
                    continue;
                }
                if (!advance(driver, DeviceQueue.create(memory, layout, mode.features()), start)) {
                    continue; // a fault that scripts show
                }
                boolean due = write(memory, mode, layout, wish, start, batch, true);
                add(driver, batch);
                driver.publish();
                judge(notes, mode, due, driver.notificationNeeded(), true);
            }
        }
        return notes;
    }

    /** Checks a device's half. */
    static AttackNotes device(QueueMode wanted, DeviceFactory factory) {
        QueueMode mode = wanted.withSize(SIZE);
        AttackNotes notes = new AttackNotes(Side.DEVICE, "wishes, " + mode);
        QueueLayout layout = mode.layout(0x1000);
        changing(notes, mode, null, factory);
        for (int round = 0; round < rounds(mode); round++) {
            int wish = round % (4 * EVENTS);
            int start = round / (4 * EVENTS);
            for (int batch = 1; batch <= SIZE; batch++) {
                GuestMemory memory = new FlatMemory(0x10000);
                DriverQueue driver = DriverQueue.create(memory, layout, mode.features());
                DeviceQueue device = factory.create(memory, layout, mode.features());
                if (!advance(driver, device, start)) {
                    continue;
                }
                add(driver, batch);
                driver.publish();
                boolean due = write(memory, mode, layout, wish, start, batch, false);
                BufferChain chain = new BufferChain();
                int popped = 0;
                while (popped < batch && device.pop(chain)) {
                    device.complete(chain.token(), 0);
                    popped++;
                }
                device.publish();
                if (popped == batch) {
                    judge(notes, mode, due, device.interruptNeeded(), false);
                }
            }
        }
        return notes;
    }

    /** One half through all of it: an old wish that is remembered, or an event kept back now and then, shows. */
    private static void changing(
            AttackNotes notes, QueueMode mode, @Nullable DriverFactory drivers, @Nullable DeviceFactory devices) {
        QueueLayout layout = mode.layout(0x1000);
        GuestMemory memory = new FlatMemory(0x10000);
        boolean ofDriver = drivers != null;
        DriverQueue driver = drivers != null
                ? drivers.create(memory, layout, mode.features())
                : DriverQueue.create(memory, layout, mode.features());
        DeviceQueue device = ofDriver
                ? DeviceQueue.create(memory, layout, mode.features())
                : Objects.requireNonNull(devices, "one of the two").create(memory, layout, mode.features());
        SplittableRandom random = new SplittableRandom(1);
        BufferChain chain = new BufferChain();
        UsedBuffer used = new UsedBuffer();
        for (int i = 0; i < CHANGES && driver.freeDescriptors() > 0; i++) {
            boolean wanted = random.nextInt(2) == 0;
            add(driver, 1);
            if (ofDriver) {
                wish(memory, mode, layout.deviceAddr(), true, i, wanted);
            }
            driver.publish();
            boolean sent = driver.notificationNeeded();
            if (!device.pop(chain)) {
                return; // a fault that scripts show
            }
            device.complete(chain.token(), 0);
            if (!ofDriver) {
                wish(memory, mode, layout.driverAddr(), false, i, wanted);
            }
            device.publish();
            boolean interrupts = device.interruptNeeded();
            judge(notes, mode, wanted, ofDriver ? sent : interrupts, ofDriver);
            if (!driver.poll(used)) {
                return;
            }
        }
    }

    /** Asks for an event when buffer {@code index} is published, or for none then. */
    private static void wish(
            GuestMemory memory, QueueMode mode, long area, boolean ofDevice, int index, boolean wanted) {
        if (mode.packed()) {
            memory.store32(area, (wanted ? PackedRing.EVENT_ENABLE : PackedRing.EVENT_DISABLE) << 16);
        } else if (mode.eventIdx()) {
            memory.store16(
                    ofDevice ? SplitRing.availEvent(area, SIZE) : SplitRing.usedEvent(area, SIZE),
                    index + (wanted ? 0 : 0x4000));
        } else {
            memory.store16(area, wanted ? 0 : 1);
        }
    }

    /** Wishes times places where a batch begins: in a packed ring every slot of both laps. */
    private static int rounds(QueueMode mode) {
        return 4 * EVENTS * (mode.packed() ? 2 * SIZE : 1);
    }

    /** Sends buffers round, one at a time; returns false if one does not come back. */
    private static boolean advance(DriverQueue driver, DeviceQueue device, int count) {
        BufferChain chain = new BufferChain();
        UsedBuffer used = new UsedBuffer();
        for (int i = 0; i < count; i++) {
            add(driver, 1);
            driver.publish();
            driver.notificationNeeded();
            if (!device.pop(chain)) {
                return false;
            }
            device.complete(chain.token(), 0);
            device.publish();
            device.interruptNeeded();
            if (!driver.poll(used)) {
                return false;
            }
        }
        return true;
    }

    private static void add(DriverQueue driver, int batch) {
        BufferChain chain = new BufferChain();
        for (int i = 0; i < batch; i++) {
            chain.clear();
            chain.addReadable(0x8000, 4);
            driver.add(chain);
        }
    }

    /** Writes a wish; returns whether an event is due after {@code batch} buffers of one descriptor. */
    private static boolean write(
            GuestMemory memory, QueueMode mode, QueueLayout layout, int wish, int start, int batch, boolean ofDevice) {
        int flags = wish / EVENTS; // 0 to 3
        int event = wish % EVENTS - 2; // -2 to 6
        long area = ofDevice ? layout.deviceAddr() : layout.driverAddr();
        if (mode.packed()) {
            int asked = Math.floorMod(start + event, 2 * SIZE);
            int end = (start + batch) % (2 * SIZE);
            int slot = asked % SIZE;
            boolean wrap = asked < SIZE;
            int word = (flags == 3 ? PackedRing.EVENT_ENABLE : flags) << 16 | slot | (wrap ? 0x8000 : 0);
            if (!mode.eventIdx() && flags == PackedRing.EVENT_DESC) {
                word = PackedRing.EVENT_DISABLE << 16 | 0x7fff;
            }
            memory.store32(area, word);
            return PackedRing.needEvent(word, mode.eventIdx(), SIZE, end % SIZE, end < SIZE, batch);
        }
        long at = ofDevice ? SplitRing.availEvent(area, SIZE) : SplitRing.usedEvent(area, SIZE);
        memory.store16(area, flags & 1);
        memory.store16(at, event);
        return mode.eventIdx() ? SplitRing.needEvent(event & 0xffff, batch, 0) : (flags & 1) == 0;
    }

    static void judge(AttackNotes notes, QueueMode mode, boolean due, boolean sent, boolean driver) {
        Rule rule = mode.packed()
                ? mode.eventIdx() ? Rule.E4 : Rule.E3
                : driver ? mode.eventIdx() ? Rule.N6 : Rule.N4 : mode.eventIdx() ? Rule.N11 : Rule.N9;
        if (due && !sent) {
            notes.must(rule, 0, "an event that was asked for is not sent");
        } else if (!due && sent) {
            notes.should(rule, 0, "an event that nobody asked for is sent");
        }
    }

    private WishTable() {}
}
