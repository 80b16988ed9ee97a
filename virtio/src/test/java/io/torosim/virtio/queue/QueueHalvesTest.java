package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.ScriptRunner;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The halves in small examples, most of them in every mode. */
final class QueueHalvesTest extends QueueHalves {
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
