package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.StoreOrder;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
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

    /** A driver that stores its index without release: x86 forgives it, a weaker order does not. */
    @Test
    void storesThatOvertakeEachOther_showUnderTheWeakerOrderOnly() {
        QueueMode mode = QueueMode.all(4).stream()
                .filter(m -> !m.packed() && !m.indirect() && !m.eventIdx())
                .findFirst()
                .orElseThrow();
        DriverFactory plainStores =
                (memory, layout, features) -> DriverQueue.create(new PlainStores(memory), layout, features);
        ChoiceSearch.Outcome tso = ChoiceSearch.random(
                Interleaving.of(mode, 3, StoreOrder.TSO, plainStores, DeviceQueue::create), 2000, 7);
        assertThat(tso.failure()).isNull();
        var weak = Interleaving.of(mode, 3, StoreOrder.WEAK, plainStores, DeviceQueue::create);
        ChoiceSearch.Outcome found = ChoiceSearch.random(weak, 20_000, 7);
        assertThat(found.found()).isTrue();
        assertThat(weak.apply(ChoiceSearch.replay(found.choices()))).isEqualTo(found.failure());
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
