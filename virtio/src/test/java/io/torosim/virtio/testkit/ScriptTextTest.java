package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.testkit.Interleaving.ChoiceSearch;
import io.torosim.virtio.testkit.QueueExam.ExamReport;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kit prints is read back: scripts, modes, choices; and what is no script is refused in one line. */
class ScriptTextTest {
    @Test
    void everyScript_isReadBack() {
        for (int size : new int[] {1, 2, 8}) {
            for (QueueMode mode : QueueMode.all(size)) {
                assertThat(QueueMode.parse(mode.toString())).isEqualTo(mode);
                for (int seed = 0; seed < 20; seed++) {
                    DriverScript script = DriverScript.random(mode, seed, 200);
                    assertThat(DriverScript.parse(script.toText())).isEqualTo(script);
                    assertThat(DriverScript.parse(script.toString())).isEqualTo(script);
                }
                DriverScript busy = DriverScript.busy(mode, 1, 20);
                assertThat(DriverScript.parse(busy.toText())).isEqualTo(busy);
            }
        }
    }

    @Test
    void scriptThatIsNone_isRefused_withTheLine() {
        for (String line : List.of(
                "SUBMIT 1 x read[] write[]",
                "SUBMIT 1 x read[0] write[]",
                "SUBMIT 1 x read[1,2] write[]",
                "SUBMIT 1 x read[1] write[900000]",
                "SUBMIT 1",
                "JUMP 1",
                "SERVE",
                "SERVE -1",
                "SERVE 1 salt 99999999999")) {
            assertThatThrownBy(() -> DriverScript.parse("split q=8\n" + line))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"" + line + "\"");
        }
        for (String mode :
                List.of("", "split", "ring q=8", "split q=", "split q=3", "split+fast q=8", "packed+in_order")) {
            assertThatThrownBy(() -> DriverScript.parse(mode)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void choices_areReadBack_andRepeatTheRun() {
        QueueMode mode = QueueMode.all(4).get(0);
        // never asks for interrupts again
        DriverFactory deaf = (memory, layout, features) -> new Deaf(DriverQueue.create(memory, layout, features));
        var run = Interleaving.of(mode, 3, StoreOrder.TSO, deaf, DeviceQueue::create);
        ChoiceSearch.Outcome found = ChoiceSearch.random(run, 100, 1);
        assertThat(found.found()).isTrue();
        assertThat(ChoiceSearch.parse(found.replayLine())).isEqualTo(found.choices());
        assertThat(run.apply(ChoiceSearch.replay(ChoiceSearch.parse(found.replayLine()))))
                .isEqualTo(found.failure())
                .startsWith("N15");
        assertThatThrownBy(() -> ChoiceSearch.parse("choices: 0x3 often"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"often\"");
    }

    /** What fails before anything was chosen, and where nothing was left to choose. */
    @Test
    void noChoices_areReadBack_asNone() {
        ChoiceSearch.Outcome found = ChoiceSearch.random(choices -> "A3 at once", 10, 1);
        assertThat(found.choices()).isEmpty();
        assertThat(ChoiceSearch.parse(found.replayLine())).isEmpty();
        assertThat(ChoiceSearch.parse("")).isEmpty();
        assertThat(ChoiceSearch.replay(ChoiceSearch.parse(found.replayLine())).choose("any", 3))
                .isZero();
        for (List<Integer> choices : List.of(List.of(0), List.of(0, 0, 0, 1), List.of(2, 2, 0, 17))) {
            assertThat(ChoiceSearch.parse(new ChoiceSearch.Outcome(1, "", choices).replayLine()))
                    .isEqualTo(choices);
        }
    }

    /** A long failing script, of which the report shows the beginning, is whole in its text. */
    @Test
    void failingScript_asText_failsAgain() {
        ExamReport report = QueueExam.driver(
                        (memory, layout, features) -> new Deaf(DriverQueue.create(memory, layout, features)))
                .modes(QueueMode.parse("split q=8")::equals)
                .run();
        DriverScript script = DriverScript.parse(report.failingScript().toString());
        assertThat(script).isEqualTo(report.failingScript());
        DriverFactory deaf = (memory, layout, features) -> new Deaf(DriverQueue.create(memory, layout, features));
        assertThat(ScriptRunner.run(script, deaf, DeviceQueue::create).ok()).isFalse();
    }

    @Test
    void shrinking_endsWithItsBudget_andSaysSo() {
        DriverScript script = DriverScript.busy(QueueMode.all(8).get(0), 1, 500);
        int[] trials = {0};
        DriverScript.Shrunk result = script.shrink(
                s -> {
                    trials[0]++;
                    return s.steps().size() > 700; // cannot be had much smaller
                },
                10_000);
        assertThat(result.complete()).isFalse();
        assertThat(result.note()).startsWith("shrinking stopped at 701 steps");
        assertThat(trials[0]).isLessThan(20);
        DriverScript.Shrunk whole = script.shrink(s -> s.steps().size() > 3, 100_000);
        assertThat(whole.script().steps()).hasSize(4);
        assertThat(whole.note()).isEmpty();
        assertThat(whole.complete()).isTrue();
    }

    /** Says what it was told by an exception of the user's half: cause and side. */
    @Test
    void exceptionOfAHalf_isTheCause_andItsSideIsBlamed() {
        QueueMode mode = QueueMode.all(8).get(0);
        DriverFactory throwing = (memory, layout, features) -> new Deaf(DriverQueue.create(memory, layout, features)) {
            @Override
            public void publish() {
                throw new ArithmeticException("mine");
            }
        };
        RunResult result = ScriptRunner.run(DriverScript.random(mode, 1, 50), throwing, DeviceQueue::create);
        assertThat(result.blame()).isEqualTo(Side.DRIVER);
        assertThat(result.cause()).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> ScriptRunner.verify(DriverScript.random(mode, 1, 50), throwing, DeviceQueue::create))
                .isInstanceOf(AssertionError.class)
                .hasCauseInstanceOf(ArithmeticException.class)
                .hasMessageContaining("ScriptRunner.verify(DriverScript.parse(\"\"\"");
    }

    /** Interrupts stay off. */
    private static class Deaf implements DriverQueue {
        private final DriverQueue ours;

        Deaf(DriverQueue ours) {
            this.ours = ours;
        }

        @Override
        public int add(BufferChain chain) {
            return ours.add(chain);
        }

        @Override
        public int addIndirect(BufferChain chain, long tableAddr) {
            return ours.addIndirect(chain, tableAddr);
        }

        @Override
        public void publish() {
            ours.publish();
        }

        @Override
        public boolean notificationNeeded() {
            return ours.notificationNeeded();
        }

        @Override
        public boolean poll(io.torosim.virtio.queue.DriverQueue.UsedBuffer used) {
            return ours.poll(used);
        }

        @Override
        public boolean enableInterrupts() {
            ours.disableInterrupts();
            return false;
        }

        @Override
        public void disableInterrupts() {
            ours.disableInterrupts();
        }

        @Override
        public int freeDescriptors() {
            return ours.freeDescriptors();
        }

        @Override
        public io.torosim.virtio.RingError error() {
            return ours.error();
        }
    }
}
