package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.ScriptRunner;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The halves in small examples, most of them in every mode. */
class QueueHalvesTest {
    private static final long DATA = 0x8000;

    static List<QueueMode> modes() {
        List<QueueMode> modes = new ArrayList<>(QueueMode.all(4));
        QueueMode.all(1).stream()
                .filter(QueueMode::packed)
                .forEach(m -> modes.add(new QueueMode(true, false, m.indirect(), m.eventIdx(), m.inOrder(), 3)));
        return modes;
    }

    /** Both halves over one memory. */
    private static final class Pair {
        final FlatMemory memory = new FlatMemory(0x10000);
        final QueueMode mode;
        final QueueLayout layout;
        final DriverQueue driver;
        final DeviceQueue device;
        final UsedBuffer used = new UsedBuffer();

        Pair(QueueMode mode) {
            this(mode, EnumSet.noneOf(RingDeviation.class), 0);
        }

        Pair(QueueMode mode, Set<RingDeviation> deviations, long extraFeatures) {
            this.mode = mode;
            this.layout = mode.layout(0x1000);
            this.driver = DriverQueue.create(memory, layout, mode.features() | extraFeatures);
            this.device = DeviceQueue.create(memory, layout, mode.features() | extraFeatures, deviations);
        }

        int send(int readable, int writable) {
            int id = driver.add(chain(readable, writable));
            driver.publish();
            return id;
        }

        BufferChain pop() {
            BufferChain chain = new BufferChain();
            return device.pop(chain) ? chain : null;
        }

        void finish(BufferChain chain, long written) {
            device.complete(chain.token(), written);
            device.publish();
        }
    }

    private static BufferChain chain(int readable, int writable) {
        BufferChain chain = new BufferChain();
        for (int i = 0; i < readable; i++) {
            chain.addReadable(DATA + 16 * i, 8);
        }
        for (int i = 0; i < writable; i++) {
            chain.addWritable(DATA + 0x100 + 16 * i, 8);
        }
        return chain;
    }

    @ParameterizedTest
    @MethodSource("modes")
    void buffer_goesRound_manyTimes(QueueMode mode) {
        Pair p = new Pair(mode);
        assertThat(p.driver.freeDescriptors()).isEqualTo(mode.size());
        assertThat(p.driver.poll(p.used)).isFalse();
        assertThat(p.pop()).isNull();
        for (int i = 0; i < 50; i++) {
            int id = p.send(1, 1);
            assertThat(id).isBetween(0, mode.size() - 1);
            assertThat(p.driver.freeDescriptors()).isEqualTo(mode.size() - 2);
            BufferChain popped = p.pop();
            assertThat(popped.count()).isEqualTo(2);
            assertThat(popped.readableCount()).isEqualTo(1);
            assertThat(popped.address(0)).isEqualTo(DATA);
            assertThat(popped.address(1)).isEqualTo(DATA + 0x100);
            assertThat(popped.length(1)).isEqualTo(8);
            assertThat(popped.readableBytes()).isEqualTo(8);
            assertThat(popped.writableBytes()).isEqualTo(8);
            assertThat(p.pop()).isNull();
            assertThat(p.driver.poll(p.used)).isFalse();
            p.finish(popped, 5);
            assertThat(p.driver.poll(p.used)).isTrue();
            assertThat(p.used.id()).isEqualTo(id);
            assertThat(p.used.lengthBytes()).isEqualTo(5);
            assertThat(p.used.reportedLength()).isEqualTo(5);
            assertThat(p.driver.poll(p.used)).isFalse();
            assertThat(p.driver.freeDescriptors()).isEqualTo(mode.size());
        }
        assertThat(p.driver.error()).isNull();
        assertThat(p.device.error()).isNull();
    }

    @ParameterizedTest
    @MethodSource("modes")
    void fullQueue_refuses_andTakesAgain(QueueMode mode) {
        Pair p = new Pair(mode);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < mode.size(); i++) {
                assertThat(p.send(1, 0)).isNotNegative();
            }
            assertThat(p.send(1, 0)).isEqualTo(-1);
            assertThat(p.driver.freeDescriptors()).isZero();
            for (int i = 0; i < mode.size(); i++) {
                p.finish(p.pop(), 0);
            }
            for (int i = 0; i < mode.size(); i++) {
                assertThat(p.driver.poll(p.used)).isTrue();
                assertThat(p.used.lengthBytes()).isZero();
            }
            // one chain over the whole ring
            assertThat(p.send(mode.size() - 1, 1)).isNotNegative();
            BufferChain whole = p.pop();
            assertThat(whole.count()).isEqualTo(mode.size());
            p.finish(whole, 8);
            assertThat(p.driver.poll(p.used)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("modes")
    void unpublished_isInvisible_onBothSides(QueueMode mode) {
        Pair p = new Pair(mode);
        p.driver.add(chain(0, 1));
        p.driver.add(chain(0, 1));
        assertThat(p.driver.notificationNeeded()).isFalse();
        assertThat(p.pop()).isNull();
        p.driver.publish();
        BufferChain first = p.pop();
        BufferChain second = p.pop();
        p.device.complete(first.token(), 8);
        p.device.complete(second.token(), 8);
        assertThat(p.device.interruptNeeded()).isFalse();
        assertThat(p.driver.poll(p.used)).isFalse();
        p.device.publish();
        assertThat(p.driver.poll(p.used)).isTrue();
        assertThat(p.driver.poll(p.used)).isTrue();
        assertThat(p.driver.poll(p.used)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("modes")
    void notifications_followTheDevicesWish(QueueMode mode) {
        Pair p = new Pair(mode);
        assertThat(p.driver.notificationNeeded()).isFalse();
        p.send(1, 0);
        assertThat(p.driver.notificationNeeded()).isTrue();
        assertThat(p.driver.notificationNeeded()).isFalse();
        p.device.disableNotifications();
        p.finish(p.pop(), 0);
        p.send(1, 0);
        assertThat(p.driver.notificationNeeded()).isFalse();
        assertThat(p.device.enableNotifications()).isTrue();
        p.finish(p.pop(), 0);
        assertThat(p.device.enableNotifications()).isFalse();
        while (p.driver.poll(p.used)) {}
        p.send(1, 0);
        assertThat(p.driver.notificationNeeded()).isTrue();
        if (mode.eventIdx()) {
            // the wish was for the first one only: the device has not said that it wants more
            p.send(1, 0);
            assertThat(p.driver.notificationNeeded()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("modes")
    void interrupts_followTheDriversWish(QueueMode mode) {
        Pair p = new Pair(mode);
        assertThat(p.device.interruptNeeded()).isFalse();
        p.send(1, 0);
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isTrue();
        assertThat(p.device.interruptNeeded()).isFalse();
        p.driver.disableInterrupts();
        p.driver.poll(p.used);
        p.send(1, 0);
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isFalse();
        assertThat(p.driver.enableInterrupts()).isTrue();
        assertThat(p.driver.poll(p.used)).isTrue();
        assertThat(p.driver.enableInterrupts()).isFalse();
        p.send(1, 0);
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isTrue();
        if (mode.eventIdx()) {
            p.send(1, 0);
            p.finish(p.pop(), 0);
            assertThat(p.device.interruptNeeded()).isFalse();
        }
        // polling moves the wish on
        while (p.driver.poll(p.used)) {}
        p.send(1, 0);
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isTrue();
    }

    @Test
    void completionOrder_isFree_withoutInOrder_andHeldTo_withIt() {
        for (QueueMode mode : modes()) {
            Pair p = new Pair(mode);
            int a = p.send(0, 1);
            int b = p.send(0, 1);
            BufferChain first = p.pop();
            BufferChain second = p.pop();
            if (mode.inOrder()) {
                assertThatThrownBy(() -> p.device.complete(second.token(), 8))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("IN_ORDER");
                p.finish(first, 3);
                p.finish(second, 8);
            } else {
                p.finish(second, 8);
                p.finish(first, 3);
            }
            p.driver.poll(p.used);
            assertThat(p.used.id()).isEqualTo(mode.inOrder() ? a : b);
            p.driver.poll(p.used);
            assertThat(p.used.id()).isEqualTo(mode.inOrder() ? b : a);
        }
    }

    @Test
    void inOrderBatch_writesOneEntry_forBuffersFilledToTheirEnd() {
        for (QueueMode mode : modes()) {
            if (!mode.inOrder() || mode.size() != 4) {
                continue;
            }
            Pair p = new Pair(mode);
            for (int i = 0; i < 4; i++) {
                p.send(0, 1);
            }
            long[] written = {8, 8, 3, 8};
            for (long w : written) {
                BufferChain c = p.pop();
                p.device.complete(c.token(), w);
            }
            p.device.publish();
            if (!mode.packed()) {
                long used = p.layout.deviceAddr();
                // the entry of the third buffer stands in the slot of the first; the fourth has its own
                assertThat(p.memory.load64(SplitRing.usedSlot(used, 0))).isEqualTo(3L << 32 | 2);
                assertThat(p.memory.load64(SplitRing.usedSlot(used, 1))).isZero();
                assertThat(p.memory.load64(SplitRing.usedSlot(used, 2))).isZero();
                assertThat(p.memory.load64(SplitRing.usedSlot(used, 3))).isEqualTo(8L << 32 | 3);
            }
            for (int i = 0; i < 4; i++) {
                assertThat(p.driver.poll(p.used)).isTrue();
                assertThat(p.used.id()).isEqualTo(i);
                assertThat(p.used.lengthBytes()).isEqualTo(written[i]);
            }
            assertThat(p.driver.poll(p.used)).isFalse();
            assertThat(p.driver.freeDescriptors()).isEqualTo(4);
        }
    }

    @Test
    void indirect_takesOneSlot_whereNegotiated() {
        for (QueueMode mode : modes()) {
            Pair p = new Pair(mode);
            if (!mode.indirect()) {
                assertThatThrownBy(() -> p.driver.addIndirect(chain(1, 1), 0x9000))
                        .isInstanceOf(IllegalStateException.class);
                continue;
            }
            for (int i = 0; i < mode.size(); i++) {
                assertThat(p.driver.addIndirect(chain(2, 1), 0x9003 + 64 * i)).isNotNegative();
            }
            assertThat(p.driver.addIndirect(chain(2, 1), 0x9400)).isEqualTo(-1);
            p.driver.publish();
            for (int i = 0; i < mode.size(); i++) {
                BufferChain c = p.pop();
                assertThat(c.count()).isEqualTo(3);
                assertThat(c.readableCount()).isEqualTo(2);
                p.finish(c, 8);
                assertThat(p.driver.poll(p.used)).isTrue();
            }
            assertThat(p.driver.freeDescriptors()).isEqualTo(mode.size());
        }
    }

    @Test
    void callersMistakes_areRefused() {
        for (QueueMode mode : modes()) {
            Pair p = new Pair(mode);
            assertThatThrownBy(() -> p.driver.add(new BufferChain())).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.driver.add(chain(mode.size() + 1, 0)))
                    .isInstanceOf(IllegalArgumentException.class);
            for (int token : new int[] {-1, 0, mode.size(), 99}) {
                assertThatThrownBy(() -> p.device.complete(token, 0)).isInstanceOf(IllegalArgumentException.class);
            }
            p.send(0, 1);
            int token = p.pop().token();
            assertThatThrownBy(() -> p.device.complete(token, 9)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> p.device.complete(token, -1)).isInstanceOf(IllegalArgumentException.class);
            p.device.complete(token, 8);
            assertThatThrownBy(() -> p.device.complete(token, 0)).isInstanceOf(IllegalArgumentException.class);
            QueueLayout other = mode.packed() ? QueueLayout.split(0x1000, 4) : QueueLayout.packed(0x1000, 4);
            assertThatThrownBy(() -> DriverQueue.create(p.memory, other, mode.features()))
                    .isInstanceOf(IllegalArgumentException.class);
            QueueLayout odd = new QueueLayout(mode.packed(), 4, 0x1001, 0x2000, 0x3000);
            assertThatThrownBy(() -> DriverQueue.create(p.memory, odd, mode.features()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> DeviceQueue.create(p.memory, odd, mode.features()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        FlatMemory memory = new FlatMemory(0x10000);
        Set<RingDeviation> none = EnumSet.noneOf(RingDeviation.class);
        QueueLayout split = QueueLayout.split(0x1000, 4);
        QueueLayout packed = QueueLayout.packed(0x1000, 4);
        assertThatThrownBy(() -> new SplitDriverQueue(memory, packed, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PackedDriverQueue(memory, split, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SplitDeviceQueue(memory, packed, 0, none))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PackedDeviceQueue(memory, split, 0, none))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void initialisation_zeroesTheRing() {
        for (QueueMode mode : modes()) {
            FlatMemory memory = new FlatMemory(0x10000);
            memory.fill(0x1000, 0x4000, 0x55);
            QueueLayout layout = mode.layout(0x1000);
            DriverQueue.create(memory, layout, mode.features());
            assertThat(memory.load8(layout.endAddr())).isEqualTo(0x55);
            for (long[] area : new long[][] {
                {layout.descAddr(), layout.descBytes()},
                {layout.driverAddr(), layout.driverBytes()},
                {layout.deviceAddr(), layout.deviceBytes()}
            }) {
                for (long i = 0; i < area[1]; i++) {
                    assertThat(memory.load8(area[0] + i)).isZero();
                }
            }
        }
    }

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
    void inOrderDriver_refusesWhatIsNotInOrder() {
        QueueMode mode = new QueueMode(false, false, false, false, true, 4);
        Pair p = new Pair(mode);
        p.send(0, 1);
        p.send(0, 1);
        // one used entry, for the second buffer: claims a batch of two, but used.idx says one
        p.memory.store32(SplitRing.usedSlot(p.layout.deviceAddr(), 0), 1);
        p.memory.store16(SplitRing.usedIdx(p.layout.deviceAddr()), 1);
        assertThat(p.driver.poll(p.used)).isFalse();
        assertThat(p.driver.error().rule()).isEqualTo(Rule.U9);
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
    void notifyOnEmpty_interruptsALegacyDriver_evenIfMuted() {
        QueueMode mode = new QueueMode(false, true, false, false, false, 4);
        Pair p = new Pair(mode, EnumSet.noneOf(RingDeviation.class), VirtioFeatures.NOTIFY_ON_EMPTY);
        p.driver.disableInterrupts();
        p.send(1, 0);
        p.send(1, 0);
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isFalse(); // one still waits
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isTrue();
        Pair modern = new Pair(
                new QueueMode(false, false, false, false, false, 4),
                EnumSet.noneOf(RingDeviation.class),
                VirtioFeatures.NOTIFY_ON_EMPTY);
        modern.driver.disableInterrupts();
        modern.send(1, 0);
        modern.finish(modern.pop(), 0);
        assertThat(modern.device.interruptNeeded()).isFalse();
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

    @Test
    void bufferChain_copiesAcrossElements() {
        FlatMemory memory = new FlatMemory(0x10000);
        BufferChain chain = new BufferChain();
        chain.clear();
        chain.addReadable(0x100, 3);
        chain.addReadable(0x200, 2);
        chain.addWritable(0x300, 1);
        chain.addWritable(0x400, 4);
        assertThatThrownBy(() -> chain.addReadable(0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> chain.addWritable(0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> chain.addWritable(0, 1L << 32)).isInstanceOf(IllegalArgumentException.class);
        memory.copyIn(0x100, new byte[] {1, 2, 3}, 0, 3);
        memory.copyIn(0x200, new byte[] {4, 5}, 0, 2);
        byte[] got = new byte[8];
        assertThat(chain.read(memory, 0, got, 1, 7)).isEqualTo(5);
        assertThat(got).containsExactly(0, 1, 2, 3, 4, 5, 0, 0);
        assertThat(chain.read(memory, 2, got, 0, 2)).isEqualTo(2);
        assertThat(got).startsWith(3, 4);
        assertThat(chain.read(memory, 3, got, 0, 1)).isEqualTo(1);
        assertThat(got[0]).isEqualTo((byte) 4);
        assertThat(chain.read(memory, 5, got, 0, 1)).isZero();
        assertThat(chain.write(memory, 0, new byte[] {7, 8, 9, 10, 11, 12}, 1, 5))
                .isEqualTo(5);
        assertThat(memory.load8(0x300)).isEqualTo(8);
        assertThat(memory.load32(0x400)).isEqualTo(0x0c0b0a09);
        assertThat(chain.write(memory, 4, new byte[] {1, 1, 1}, 0, 3)).isEqualTo(1);
        assertThat(memory.load8(0x403)).isEqualTo(1);
        VirtqueueBuffer value = VirtqueueBuffer.of(chain);
        assertThat(value.elements()).hasSize(4);
        assertThat(value.elements().get(2)).isEqualTo(new VirtqueueBuffer.Element(0x300, 1, true));
        assertThat(value.read(memory)).containsExactly(1, 2, 3, 4, 5);
        assertThat(value.write(memory, new byte[] {6})).isEqualTo(1);
        assertThat(memory.load8(0x300)).isEqualTo(6);
        assertThat(value.chain().token()).isEqualTo(-1);
        chain.clear();
        assertThat(chain.count() + chain.readableCount()).isZero();
        assertThat(chain.readableBytes() + chain.writableBytes()).isZero();
        Pair p = new Pair(QueueMode.all(4).get(0));
        assertThat(VirtqueueBuffer.pop(p.device)).isNull();
        p.send(1, 1);
        assertThat(VirtqueueBuffer.pop(p.device).elements()).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void shortScripts_keepEveryRule(QueueMode mode) {
        for (int seed = 0; seed < 12; seed++) {
            DriverScript script = DriverScript.random(mode, seed, 120);
            RunResult result = ScriptRunner.run(script, DriverQueue::create, DeviceQueue::create);
            assertThat(result.violations())
                    .as(() -> script.toText() + result.dump())
                    .isEmpty();
        }
    }
}
