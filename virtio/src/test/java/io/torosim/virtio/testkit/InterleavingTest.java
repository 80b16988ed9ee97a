package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.testkit.Interleaving.ChoiceSearch;
import org.junit.jupiter.api.Test;

/** Our halves at once, access by access, with and without store buffers. */
class InterleavingTest {
    @Test
    void noWakeUpIsLost_atRandom() {
        for (QueueMode mode : QueueMode.all(4)) {
            assertThat(ChoiceSearch.random(Interleaving.of(mode, 6, DriverQueue::create, DeviceQueue::create), 60, 11)
                            .failure())
                    .as(mode::toString)
                    .isNull();
            for (StoreOrder order : StoreOrder.values()) {
                ChoiceSearch.Outcome outcome = ChoiceSearch.random(
                        Interleaving.of(mode, 6, order, DriverQueue::create, DeviceQueue::create), 60, 11);
                assertThat(outcome.failure()).as(mode + " " + order).isNull();
            }
        }
    }

    @Test
    void noWakeUpIsLost_inAllWaysWithTwoDeviations() {
        for (QueueMode mode : QueueMode.all(2)) {
            for (StoreOrder order : StoreOrder.values()) {
                ChoiceSearch.Outcome outcome = ChoiceSearch.bounded(
                        Interleaving.of(mode, 2, order, DriverQueue::create, DeviceQueue::create), 2, 200);
                assertThat(outcome.failure()).as(mode + " " + order).isNull();
                assertThat(outcome.runs()).isGreaterThan(100);
            }
        }
    }

    /** A driver that stores its index without release, or loads the device's without acquire: x86 forgives it. */
    @Test
    void missingReleaseOrAcquire_showsUnderTheWeakerOrderOnly() {
        for (boolean releases : new boolean[] {false, true}) {
            // a packed driver without acquire reads an old id that is nearly always the new one
            for (boolean packed : releases ? new boolean[] {false} : new boolean[] {false, true}) {
                QueueMode mode = QueueMode.all(4).stream()
                        .filter(m -> m.packed() == packed && !m.indirect() && !m.eventIdx())
                        .findFirst()
                        .orElseThrow();
                DriverFactory broken = (memory, layout, features) ->
                        DriverQueue.create(new UnorderedMemory(memory, releases), layout, features);
                ChoiceSearch.Outcome tso = ChoiceSearch.random(
                        Interleaving.of(mode, 3, StoreOrder.TSO, broken, DeviceQueue::create), 150, 7);
                assertThat(tso.failure()).isNull();
                var weak = Interleaving.of(mode, 3, StoreOrder.WEAK, broken, DeviceQueue::create);
                ChoiceSearch.Outcome found = ChoiceSearch.random(weak, 8000, 3);
                assertThat(found.found()).as(mode + ", releases " + releases).isTrue();
                assertThat(weak.apply(ChoiceSearch.replay(found.choices()))).isEqualTo(found.failure());
            }
        }
    }

    @Test
    void sameChoices_giveTheSameRun() {
        QueueMode mode = QueueMode.all(4).get(0);
        var run = Interleaving.of(mode, 3, StoreOrder.WEAK, DriverQueue::create, DeviceQueue::create);
        int[] points = {0, 0};
        for (int i = 0; i < 2; i++) {
            int n = i;
            run.apply((point, alternatives) -> {
                points[n] = points[n] * 31 + point.hashCode() + alternatives;
                return points[n] >>> 3 & 1;
            });
        }
        assertThat(points[0]).isEqualTo(points[1]);
    }
}
