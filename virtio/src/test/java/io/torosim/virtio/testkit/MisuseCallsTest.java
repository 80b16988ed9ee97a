package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import org.junit.jupiter.api.Test;

class MisuseCallsTest {
    @Test
    void ourHalves_refuse_andGoOn() {
        for (QueueMode mode : QueueMode.all(8)) {
            assertThat(MisuseCalls.driver(mode, DriverQueue::create))
                    .as(mode + " driver")
                    .isEmpty();
            assertThat(MisuseCalls.device(mode, DeviceQueue::create))
                    .as(mode + " device")
                    .isEmpty();
        }
    }

    /** Says nothing when it is misused: a habit. Loses a buffer over it: a fault. */
    @Test
    void aHalfThatLosesABufferOverIt_isFound() {
        QueueMode mode = QueueMode.all(8).get(0);
        assertThat(MisuseCalls.device(mode, (m, l, f) -> new Forgiving(m, l, f, false)))
                .isNotEmpty()
                .allMatch(v -> v.rule() == Rule.C4 && v.verdict() == Verdict.IMPLEMENTATION);
        assertThat(MisuseCalls.device(mode, (m, l, f) -> new Forgiving(m, l, f, true)))
                .anyMatch(v -> v.rule() == Rule.C4 && v.verdict() == Verdict.MUST && v.side() == Side.DEVICE);
    }

    /** Swallows what our half throws; perhaps never pops again. */
    private static final class Forgiving implements DeviceQueue {
        private final DeviceQueue ours;
        private final boolean sulks;
        private boolean hurt;

        Forgiving(GuestMemory memory, QueueLayout layout, long features, boolean sulks) {
            this.ours = DeviceQueue.create(memory, layout, features);
            this.sulks = sulks;
        }

        @Override
        public boolean pop(BufferChain chain) {
            return !(hurt && sulks) && ours.pop(chain);
        }

        @Override
        public void complete(int token, long writtenBytes) {
            try {
                ours.complete(token, writtenBytes);
            } catch (IllegalArgumentException e) {
                hurt = true;
            }
        }

        @Override
        public void publish() {
            ours.publish();
        }

        @Override
        public boolean interruptNeeded() {
            return ours.interruptNeeded();
        }

        @Override
        public boolean enableNotifications() {
            return ours.enableNotifications();
        }

        @Override
        public void disableNotifications() {
            ours.disableNotifications();
        }

        @Override
        public RingError error() {
            return ours.error();
        }
    }
}
