package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import org.junit.jupiter.api.Test;

/** Our halves at once, access by access, with and without store buffers. */
class InterleavingTest {
    @Test
    void noWakeUpIsLost_atRandom() {
        for (QueueMode mode : QueueMode.all(4)) {
            for (boolean stores : new boolean[] {false, true}) {
                ChoiceSearch.Outcome outcome = ChoiceSearch.random(
                        Interleaving.of(mode, 6, stores, DriverQueue::create, DeviceQueue::create), 60, 11);
                assertThat(outcome.failure()).as(mode + " stores " + stores).isNull();
            }
        }
    }

    @Test
    void noWakeUpIsLost_inAllWaysWithTwoDeviations() {
        for (QueueMode mode : QueueMode.all(2)) {
            ChoiceSearch.Outcome outcome = ChoiceSearch.bounded(
                    Interleaving.of(mode, 2, true, DriverQueue::create, DeviceQueue::create), 2, 300);
            assertThat(outcome.failure()).as(mode::toString).isNull();
            assertThat(outcome.runs()).isGreaterThan(100);
        }
    }

    @Test
    void sameChoices_giveTheSameRun() {
        QueueMode mode = QueueMode.all(4).get(0);
        var run = Interleaving.of(mode, 3, true, DriverQueue::create, DeviceQueue::create);
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
