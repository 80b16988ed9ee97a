package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.QueueMode;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a half does with a ring that breaks the rules, and how real devices deviate. */
final class BrokenHalvesTest extends QueueHalves {
    @Test
    void brokenDriver_refusesEverything_butStaysQuiet() {
        for (QueueMode mode : modes()) {
            Pair p = new Pair(mode);
            p.send(0, 1);
            if (mode.packed()) {
                p.memory.store16(p.layout.descAddr() + 12, 77);
                p.memory.store16(p.layout.descAddr() + 14, PackedRing.usedBits(true));
            } else {
                p.memory.store16(SplitRing.usedIdx(p.layout.deviceAddr()), 9);
            }
            assertThat(p.driver.poll(p.used)).isFalse();
            assertThat(p.driver.error().rule()).isEqualTo(mode.packed() ? Rule.P16 : Rule.U2);
            assertThat(p.driver.error().toString()).contains(mode.packed() ? "desc[0].id = 77" : "used.idx = 9");
            assertThat(p.driver.freeDescriptors()).isZero();
            assertThat(p.driver.add(chain(1, 0))).isEqualTo(-1);
            assertThat(p.driver.poll(p.used)).isFalse();
            assertThat(p.driver.enableInterrupts()).isFalse();
            if (mode.indirect()) {
                assertThat(p.driver.addIndirect(chain(1, 0), 0x9000)).isEqualTo(-1);
            }
        }
    }

    @Test
    void brokenDevice_touchesNothingMore() {
        for (QueueMode mode : modes()) {
            Pair p = new Pair(mode);
            p.send(0, 1);
            BufferChain held = p.pop();
            p.send(0, 1);
            p.memory.store64(p.layout.descAddr() + 16, -1L); // the second buffer
            assertThat(p.pop()).isNull();
            assertThat(p.device.error().rule()).isEqualTo(Rule.S15);
            byte[] before = p.memory.snapshot();
            p.device.complete(held.token(), 4);
            p.device.publish();
            assertThat(p.device.interruptNeeded()).isFalse();
            assertThat(p.device.enableNotifications()).isFalse();
            p.device.disableNotifications();
            assertThat(p.pop()).isNull();
            assertThat(p.memory.snapshot()).isEqualTo(before);
        }
    }

    @Test
    void packedLengthWithoutWrite_isBelieved() {
        // QEMU never sets WRITE in a used descriptor; a driver that took its length for nothing would lose every frame
        Pair p = new Pair(new QueueMode(true, false, false, false, false, 4));
        p.send(1, 1);
        p.finish(p.pop(), 0);
        assertThat(p.memory.load16(p.layout.descAddr() + 14) & PackedRing.DESC_F_WRITE)
                .isZero();
        p.memory.store32(p.layout.descAddr() + 8, 7);
        assertThat(p.driver.poll(p.used)).isTrue();
        assertThat(p.used.lengthBytes()).isEqualTo(7);
    }

    @Test
    void chainOfMoreThan4GiB_isRefused() {
        for (boolean packed : new boolean[] {false, true}) {
            QueueMode mode = new QueueMode(packed, false, true, false, false, 4);
            GuestMemory huge = new HugeMemory();
            QueueLayout layout = mode.layout(0x1000);
            DeviceQueue device = DeviceQueue.create(huge, layout, mode.features());
            for (int i = 0; i < 3; i++) {
                long at = layout.descAddr() + 16L * i;
                huge.store64(at, 1L << 33);
                huge.store32(at + 8, i < 2 ? 0x8000_0000 : 1);
                if (packed) {
                    huge.store16(at + 14, (i < 2 ? 1 : 0) | PackedRing.DESC_F_AVAIL);
                } else {
                    huge.store16(at + 12, i < 2 ? 1 : 0);
                    huge.store16(at + 14, i + 1);
                }
            }
            huge.store16(SplitRing.availIdx(layout.driverAddr()), packed ? 0 : 1);
            assertThat(device.pop(new BufferChain())).isFalse();
            assertThat(device.error().rule()).isEqualTo(Rule.S7);
            // exactly 2^32 is allowed
            huge.store32(layout.descAddr() + 32 + 8, 0);
            DeviceQueue second = DeviceQueue.create(huge, layout, mode.features());
            assertThat(second.pop(new BufferChain())).isTrue();
            BufferChain tooMuch = new BufferChain();
            for (int i = 0; i < 3; i++) {
                tooMuch.addReadable(0, 0x8000_0000L);
            }
            if (!packed) {
                DriverQueue driver = DriverQueue.create(huge, layout, mode.features());
                assertThatThrownBy(() -> driver.add(tooMuch)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void deviations_doWhatTheRealDeviceDid() {
        QueueMode split = new QueueMode(false, false, false, false, false, 8);
        Set<RingDeviation> all = EnumSet.allOf(RingDeviation.class);
        // avail.idx far ahead: the queue is served again and again until it is full, and nothing is published
        Pair jump = new Pair(split, all, 0);
        jump.driver.add(chain(1, 0));
        jump.driver.publish();
        jump.memory.store16(SplitRing.availIdx(jump.layout.driverAddr()), 300);
        int popped = 0;
        while (jump.pop() != null) {
            popped++;
        }
        assertThat(popped).isEqualTo(8);
        assertThat(jump.device.error().rule()).isEqualTo(Rule.A2);
        // element outside memory: accepted, reads as zero, writes are lost
        Pair unmapped = new Pair(split, all, 0);
        BufferChain outside = new BufferChain();
        outside.addReadable(1L << 50, 8);
        outside.addWritable(-8, 16);
        unmapped.driver.add(outside);
        unmapped.driver.publish();
        BufferChain got = unmapped.pop();
        byte[] bytes = {1, 2, 3};
        assertThat(got.read(unmapped.memory, 0, bytes, 0, 3)).isEqualTo(3);
        assertThat(bytes).containsOnly(0);
        assertThat(got.write(unmapped.memory, 0, new byte[] {9, 9}, 0, 2)).isEqualTo(2);
        // zero length breaks it
        Pair zero = new Pair(split, all, 0);
        BufferChain empty = new BufferChain();
        empty.addReadable(DATA, 0);
        zero.driver.add(empty);
        zero.driver.publish();
        assertThat(zero.pop()).isNull();
        assertThat(zero.device.error().rule()).isEqualTo(Rule.S9);
        Pair strict = new Pair(split);
        strict.driver.add(empty);
        strict.driver.publish();
        assertThat(strict.pop().count()).isEqualTo(1);
        // packed: the id of the first descriptor, not of the last
        for (boolean deviant : new boolean[] {true, false}) {
            Pair packed = new Pair(
                    new QueueMode(true, false, false, false, false, 8),
                    deviant ? all : EnumSet.noneOf(RingDeviation.class),
                    0);
            packed.send(1, 1);
            packed.memory.store16(packed.layout.descAddr() + 12, 5);
            packed.memory.store16(packed.layout.descAddr() + 28, 6);
            packed.finish(packed.pop(), 8);
            assertThat(packed.memory.load16(packed.layout.descAddr() + 12)).isEqualTo(deviant ? 5 : 6);
        }
    }

    /** A little memory that says it is large. */
    private static final class HugeMemory implements GuestMemory {
        private final FlatMemory low = new FlatMemory(0x10000);

        @Override
        public long sizeBytes() {
            return 1L << 40;
        }

        @Override
        public int load8(long address) {
            return low.load8(address);
        }

        @Override
        public int load16(long address) {
            return low.load16(address);
        }

        @Override
        public int load32(long address) {
            return low.load32(address);
        }

        @Override
        public long load64(long address) {
            return low.load64(address);
        }

        @Override
        public void store8(long address, int value) {
            low.store8(address, value);
        }

        @Override
        public void store16(long address, int value) {
            low.store16(address, value);
        }

        @Override
        public void store32(long address, int value) {
            low.store32(address, value);
        }

        @Override
        public void store64(long address, long value) {
            low.store64(address, value);
        }

        @Override
        public void copyOut(long address, byte[] target, int offset, int length) {
            low.copyOut(address, target, offset, length);
        }

        @Override
        public void copyIn(long address, byte[] source, int offset, int length) {
            low.copyIn(address, source, offset, length);
        }

        @Override
        public void fill(long address, long length, int value) {
            low.fill(address, length, value);
        }
    }
}
