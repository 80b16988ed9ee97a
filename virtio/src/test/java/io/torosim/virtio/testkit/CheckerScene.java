package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;

/** A ring under the checker, and words for what goes on in it. */
final class CheckerScene {
    static final int Q = 4;
    static final long IN = 0x8000; // the driver's data
    static final long OUT = 0x9000; // where the device writes
    static final long TABLE = 0xa000;

    final FlatMemory memory = new FlatMemory(0x10000);
    final QueueLayout layout;
    final VirtqueueChecker checker;
    final AttackRing driver;
    final GuestMemory device;
    private boolean begun;

    CheckerScene(QueueMode mode) {
        layout = mode.layout(0x1000);
        checker = new VirtqueueChecker(memory, layout, mode.features());
        driver = new AttackRing(checker.driverView(), layout);
        device = checker.deviceView();
        checker.allowDriver(IN, 0x1000);
        checker.allowDriver(TABLE, 0x1000);
    }

    CheckerScene begin() {
        if (!begun) {
            begun = true;
            checker.begin();
        }
        return this;
    }

    /** Exposes a buffer of one readable and one writable element, head 0. */
    CheckerScene exposed() {
        driver.desc(0, IN, 16, 1, 1).desc(1, OUT, 16, 2, 0).avail(0);
        checker.driverNotified();
        checker.driverIdle();
        return this;
    }

    CheckerScene used(int slot, int id, int length) {
        device.store32(SplitRing.usedSlot(layout.deviceAddr(), slot), id);
        device.store32(SplitRing.usedSlot(layout.deviceAddr(), slot) + 4, length);
        return this;
    }

    CheckerScene usedIdx(int idx) {
        device.storeRelease16(SplitRing.usedIdx(layout.deviceAddr()), idx);
        return this;
    }

    long idx() {
        return SplitRing.availIdx(layout.driverAddr());
    }

    long slot(int slot) {
        return SplitRing.availSlot(layout.driverAddr(), slot);
    }

    /** The device writes the first bytes at OUT. */
    CheckerScene fill(int bytes) {
        device.fill(OUT, bytes, 7);
        return this;
    }

    CheckerScene raw8(long address, int value) {
        memory.store8(address, value);
        return this;
    }

    CheckerScene raw16(long address, int value) {
        memory.store16(address, value);
        return this;
    }

    CheckerScene garbageInEntries() {
        memory.fill(SplitRing.usedSlot(layout.deviceAddr(), 0), 8L * Q, 0xa5);
        return this;
    }

    /** Exposes a table of {@code last} + 1 entries. */
    CheckerScene table(int last) {
        begin();
        for (int i = 0; i <= last; i++) {
            driver.entry(TABLE, i, IN, 4, i < last ? 1 : 0, i + 1);
        }
        driver.desc(0, TABLE, 16L * (last + 1), 4, 0).avail(0);
        return this;
    }

    private CheckerScene many(int[] heads) {
        begin();
        for (int head : heads) {
            driver.desc(head, IN, 1, 0, 0);
        }
        driver.avail(heads);
        return this;
    }

    CheckerScene one() {
        return many(new int[] {0});
    }

    CheckerScene two() {
        return many(new int[] {0, 1});
    }

    CheckerScene three() {
        return many(new int[] {0, 1, 2});
    }

    AttackRing four() {
        return many(new int[] {0, 1, 2, 3}).driver;
    }

    void lookAndSleep() {
        driver.memory().fullFence();
        driver.memory().loadAcquire16(SplitRing.usedIdx(layout.deviceAddr()));
        checker.driverSleeps();
    }

    CheckerScene packedExposed() {
        driver.packed(1, OUT, 16, 2, 0);
        driver.packed(0, IN, 16, 1, 0);
        checker.driverNotified();
        checker.driverIdle();
        return this;
    }

    CheckerScene packedOne() {
        begin().driver.packed(0, IN, 1, 0, 0);
        return this;
    }

    /** A descriptor without its flags. */
    CheckerScene packedBody() {
        driver.memory().store64(layout.descAddr(), IN);
        driver.memory().store32(layout.descAddr() + 8, 1);
        return this;
    }

    CheckerScene packedTable() {
        begin().driver.packedEntry(TABLE, 0, IN, 4, 0).packed(0, TABLE, 16, 4, 0);
        return this;
    }

    CheckerScene packedUsed(int slot, int id, int length, int flags) {
        long at = layout.descAddr() + 16L * slot;
        device.store32(at + 8, length);
        device.store16(at + 12, id);
        device.storeRelease16(at + 14, flags);
        return this;
    }
}
