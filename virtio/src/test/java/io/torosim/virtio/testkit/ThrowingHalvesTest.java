package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torosim.virtio.RingError;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.testkit.Interleaving.ChoiceSearch;
import io.torosim.virtio.testkit.Interleaving.Exhaustion;
import io.torosim.virtio.testkit.QueueExam.ExamReport;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes out of a half, or of its factory, is a finding with the half's side, and keeps its trace. */
class ThrowingHalvesTest {
    private static final QueueMode MODE = QueueMode.parse("split q=8");

    /** An error of each sort that a half's own code can be the reason for. */
    private static void thrown(String sort) {
        switch (sort) {
            case "assert" -> throw new AssertionError("mine");
            case "stack" -> deeper(0);
            case "checked" -> ThrowingHalvesTest.<RuntimeException>sneak(new java.io.IOException("mine"));
            default -> throw new IllegalStateException("mine");
        }
    }

    private static int deeper(int n) {
        return deeper(n + 1) + 1;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static DeviceFactory device(Runnable atPop) {
        return (m, l, f) -> new Device(DeviceQueue.create(m, l, f), atPop);
    }

    private static DriverFactory driver(Runnable atPoll) {
        return (m, l, f) -> new Driver(DriverQueue.create(m, l, f), atPoll);
    }

    @ParameterizedTest
    @ValueSource(strings = {"assert", "stack", "checked", "runtime"})
    void everySort_isAFinding_withScriptSideAndTrace(String sort) {
        for (boolean ofDriver : new boolean[] {false, true}) {
            QueueExam exam = ofDriver
                    ? QueueExam.driver(driver(() -> thrown(sort)))
                    : QueueExam.device(device(() -> thrown(sort)));
            ExamReport report = exam.modes(MODE::equals).run();
            Violation first = report.violations().get(0);
            assertThat(report.failed()).isTrue();
            assertThat(first.side()).isEqualTo(ofDriver ? Side.DRIVER : Side.DEVICE);
            assertThat(report.failingScript()).isNotNull();
            assertThat(report.cause().getStackTrace()).isNotEmpty();
            assertThat(catchThrowable(exam::verify))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("script:")
                    .hasCauseInstanceOf(report.cause().getClass());
        }
    }

    @Test
    void factoryThatThrows_isAFinding() {
        for (String sort : new String[] {"assert", "stack"}) {
            ExamReport report = QueueExam.device((m, l, f) -> {
                        thrown(sort);
                        return null;
                    })
                    .modes(MODE::equals)
                    .run();
            assertThat(report.violations().get(0).side()).isEqualTo(Side.DEVICE);
            assertThat(report.cause().getStackTrace()).isNotEmpty();
        }
    }

    @Test
    void attacksMisuseAndBothSides_keepTheTrace() {
        DeviceFactory asserts = device(() -> thrown("assert"));
        DriverFactory overruns = driver(() -> thrown("stack"));
        AssertionError hostile = catchThrowableOfType(AssertionError.class, () -> DeviceAttacks.verify(false, asserts));
        assertThat(hostile)
                .hasMessageContaining("exception out of the device: java.lang.AssertionError: mine at "
                        + "io.torosim.virtio.testkit.ThrowingHalvesTest.thrown(");
        assertThat(hostile.getCause().getStackTrace()).isNotEmpty();
        AssertionError lying = catchThrowableOfType(AssertionError.class, () -> DriverAttacks.verify(false, overruns));
        assertThat(lying).hasCauseInstanceOf(StackOverflowError.class);
        assertThat(MisuseCalls.device(MODE, asserts)).isNotEmpty().allMatch(v -> v.side() == Side.DEVICE);
        String atOnce = ChoiceSearch.random(Interleaving.of(MODE, 2, DriverQueue::create, asserts), 1, 1)
                .failure();
        assertThat(atOnce).contains("exception out of the DEVICE: java.lang.AssertionError: mine at ");
        Exhaustion all = Interleaving.exhaust(MODE, 1, null, DriverQueue::create, asserts, 1000);
        assertThat(all.failure()).contains("exception out of a half: java.lang.AssertionError: mine at ");
    }

    /** A half that throws once in all its life: the finding is not lost, and the report says that it did not repeat. */
    @Test
    void whatDoesNotRepeat_isReportedAllTheSame() {
        AtomicInteger pops = new AtomicInteger();
        Runnable once = () -> {
            if (pops.incrementAndGet() == 15) {
                thrown("assert");
            }
        };
        ExamReport report = QueueExam.device(device(once)).modes(MODE::equals).run();
        assertThat(report.toString()).startsWith("script:\nDEVICE at access ").contains("this did not repeat: ");
        assertThat(report.cause()).hasMessage("mine");
        pops.set(0);
        assertThat(catchThrowable(
                        () -> ScriptRunner.verify(DriverScript.busy(MODE, 1, 30), DriverQueue::create, device(once))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("this did not repeat: ")
                .hasMessageContaining("SUBMIT")
                .hasRootCauseMessage("mine");
    }

    private record Device(DeviceQueue right, Runnable atPop) implements DeviceQueue {
        @Override
        public boolean pop(BufferChain chain) {
            atPop.run();
            return right.pop(chain);
        }

        @Override
        public void complete(int token, long writtenBytes) {
            right.complete(token, writtenBytes);
        }

        @Override
        public void publish() {
            right.publish();
        }

        @Override
        public boolean interruptNeeded() {
            return right.interruptNeeded();
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
        public RingError error() {
            return right.error();
        }
    }

    private record Driver(DriverQueue right, Runnable atPoll) implements DriverQueue {
        @Override
        public int add(BufferChain chain) {
            return right.add(chain);
        }

        @Override
        public int addIndirect(BufferChain chain, long tableAddr) {
            return right.addIndirect(chain, tableAddr);
        }

        @Override
        public void publish() {
            right.publish();
        }

        @Override
        public boolean notificationNeeded() {
            return right.notificationNeeded();
        }

        @Override
        public boolean poll(UsedBuffer used) {
            atPoll.run();
            return right.poll(used);
        }

        @Override
        public boolean enableInterrupts() {
            return right.enableInterrupts();
        }

        @Override
        public void disableInterrupts() {
            right.disableInterrupts();
        }

        @Override
        public int freeDescriptors() {
            return right.freeDescriptors();
        }

        @Override
        public RingError error() {
            return right.error();
        }
    }
}
