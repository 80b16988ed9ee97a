package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.testkit.QueueExam.ExamReport;
import org.junit.jupiter.api.Test;

/** What an exam says of arguments that make no sense, and how long its reports are. */
class QueueExamInputTest {
    @Test
    void noMode_fails() {
        assertThatThrownBy(() ->
                        QueueExam.device(DeviceQueue::create).modes(m -> false).verify())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("nothing was examined: modes(...) leaves no mode of a queue\n0 scripts");
    }

    @Test
    void factoryThatReturnsNull_isNamed() {
        ExamReport driver = QueueExam.driver((m, l, f) -> null).run();
        assertThat(driver.failed()).isTrue();
        assertThat(driver.toString()).startsWith("nothing was examined: the factory returned null for split");
        ExamReport packed = QueueExam.device((m, l, f) -> l.packed() ? null : DeviceQueue.create(m, l, f))
                .run();
        assertThat(packed.failing()).startsWith("nothing was examined: the factory returned null for packed");
    }

    @Test
    void noFactory_andNegativeCounts_areRefusedByName() {
        assertThatThrownBy(() -> QueueExam.device(null)).hasMessageContaining("factory must not be null");
        assertThatThrownBy(() -> QueueExam.driver(null)).hasMessageContaining("factory must not be null");
        QueueExam exam = QueueExam.driver(DriverQueue::create);
        assertThatThrownBy(() -> exam.scripts(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scripts must be at least 0, but was -1");
        assertThatThrownBy(() -> exam.interleavings(-7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("interleavings must be at least 0, but was -7");
        QueueMode mode = QueueMode.parse("split q=8");
        assertThatThrownBy(() -> exam.modes(null)).hasMessageContaining("modes must not be null");
        assertThatThrownBy(() -> exam.failOn(null)).hasMessageContaining("failOn must not be null");
        assertThatThrownBy(() -> DriverScript.random(mode, 1, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stepCount must be at least 0, but was -1");
        assertThatThrownBy(() -> DriverScript.wrapping(mode, 1, -2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rounds must be at least 0, but was -2");
    }

    @Test
    void report_hasTheScriptOnce_andCutsALongOne() {
        DriverScript small = DriverScript.busy(QueueMode.parse("split q=4"), 1, 2);
        assertThat(small.toReport("a", "b")).isEqualTo("to run it again:\n" + small.toJava("a", "b"));
        DriverScript big = DriverScript.wrapping(QueueMode.parse("split q=4"), 1, 1000);
        assertThat(big.toReport("a", "b").lines()).hasSize(202);
        assertThat(big.toReport("a", "b")).endsWith("  ... and 3800 more steps\n");
        ExamReport report = QueueExam.device((m, l, f) -> new LoserOfBuffers(DeviceQueue.create(m, l, f)))
                .run();
        assertThat(report.failed()).isTrue();
        String text = report.toString();
        assertThat(text.split("PUBLISH 0", -1))
                .hasSize((int) report.failingScript().steps().stream()
                                .filter(s -> s.kind() == DriverScript.Kind.PUBLISH)
                                .count()
                        + 1);
        assertThat(DriverScript.parse(report.failingScript().toText())).isEqualTo(report.failingScript());
    }

    /** Never publishes. */
    private record LoserOfBuffers(DeviceQueue right) implements DeviceQueue {
        @Override
        public boolean pop(io.torosim.virtio.queue.BufferChain chain) {
            return right.pop(chain);
        }

        @Override
        public void complete(int token, long writtenBytes) {
            right.complete(token, writtenBytes);
        }

        @Override
        public void publish() {}

        @Override
        public boolean interruptNeeded() {
            return false;
        }

        @Override
        public boolean enableNotifications() {
            return right.enableNotifications();
        }

        @Override
        public void disableNotifications() {
            right.disableNotifications();
        }

        @Override
        public io.torosim.virtio.RingError error() {
            return right.error();
        }
    }
}
