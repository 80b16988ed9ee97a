package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps.StepBody;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Machine.StepCheck.SharedStep;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.SharedWord;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a list of steps is said when it is built, or with routine, step and vCPU when it is executed. */
final class RefusedStepsTest {
    private final Machine machine = machine(false);

    private static Machine machine(boolean checked) {
        return Machine.create(MachineSpec.builder().checkSteps(checked).build());
    }

    private static void run(Machine on, GuestCode code) {
        CodeRun run = new CodeRun(new GuestCpu(on.vcpu(0)), code);
        run.begin();
        on.vcpu(0).start(run, vector -> v -> Activity.DONE);
        on.runUntil(Duration.ofMillis(1));
    }

    private void fails(StepBody body, String message) {
        assertThatThrownBy(() -> run(machine, Steps.of("r", 1).step("x", body).build()))
                .hasMessage(message);
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void nothing_isNamed() {
        GuestCode other = Steps.of("q", 0).takes("t", 1).build();
        nothing(() -> Steps.of(null, 0), "name");
        nothing(() -> Steps.of("r", 0).step("x", null), "body must not be null, step=x, routine=r");
        nothing(() -> Steps.of("r", 0).step(null, (cpu, f) -> 1), "what must not be null, routine=r");
        nothing(() -> Steps.of("r", 0).call("x", null, null), "routine must not be null, step=x, routine that calls=r");
        nothing(() -> Steps.of("r", 0).call(null, other, null), "what must not be null, routine=r");
        nothing(() -> Steps.of("r", 1).whilePositive("l", 0, null), "body must not be null, loop=l, routine=r");
        nothing(() -> Steps.of("r", 1).ifPositive("i", 0, null), "body must not be null, test=i, routine=r");
        nothing(() -> Steps.of("r", 1).forever(null), "body");
        nothing(() -> Steps.of("r", 1).mark(null), "mark");
        fails(
                (cpu, f) -> {
                    cpu.call(null);
                    return StepResult.CALL;
                },
                "r: x, on vCPU 0: java.lang.NullPointerException: routine");
    }

    private static void nothing(ThrowingCallable call, String message) {
        assertThatNullPointerException().isThrownBy(call).withMessage(message);
    }

    @Test
    void mark_ofAnotherList_isRefusedWhenBuilt() {
        Steps.Mark mark = new Steps.Mark();
        Steps goingThere = Steps.of("r", 1).step("x", (cpu, f) -> {
            f.entry = mark.entry();
            return 1;
        });
        assertThatIllegalArgumentException()
                .isThrownBy(goingThere::build)
                .withMessage("the mark of step \"x\" was never placed, routine=r");
        Steps.of("o", 0).takes("a", 1).mark(mark).takes("b", 1).build();
        assertThatIllegalArgumentException()
                .isThrownBy(goingThere::build)
                .withMessage("the mark of step \"x\" stands in another list, o, routine=r");
        Steps.Mark own = new Steps.Mark();
        Steps.of("r", 1)
                .step("x", (cpu, f) -> {
                    f.entry = own.entry();
                    return 1;
                })
                .mark(own)
                .takes("b", 1)
                .build();
    }

    @Test
    void whatAStepDoesWrong_isSaidWithRoutineStepAndVcpu() {
        fails(
                (cpu, f) -> {
                    f.entry = 99;
                    return StepResult.NEXT;
                },
                "r: entry 99, on vCPU 0: there is no such entry, the routine has 0 to 1");
    }

    @Test
    void caller_ofTheOutermostRoutine() {
        fails(
                (cpu, f) -> {
                    cpu.caller();
                    return 1;
                },
                "r: x, on vCPU 0: the outermost routine has no caller");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void portTransfer_ofSoManyWords(int words) {
        fails(
                (cpu, f) -> {
                    cpu.inWords(0x1f0, words, 0x100);
                    return 1;
                },
                "r: x, on vCPU 0: words must be at least 1, words=" + words + ", port=0x1f0");
        Machine second = machine(false);
        GuestCode out = Steps.of("r", 0)
                .step("x", (cpu, f) -> {
                    cpu.outWords(0x1f0, words, 0x100);
                    return 1;
                })
                .build();
        assertThatThrownBy(() -> run(second, out)).hasMessageContaining("words must be at least 1, words=" + words);
        assertThat(second.result().usage().get(0).exits()).isZero();
    }

    @Test
    void resultsThatDoNotFit_nameVcpuAndPlace() {
        fails((cpu, f) -> StepResult.QUIET, "QUIET, but no stretch of quiet steps was announced, in r: x on vCPU 0");
        Machine second = machine(false);
        assertThatThrownBy(() -> run(
                        second,
                        Steps.of("r", 0)
                                .step("x", (cpu, f) -> {
                                    cpu.in(0x60, 1);
                                    return StepResult.HALT;
                                })
                                .build()))
                .hasMessage("an access to a device and -1 in one entry: r: x on vCPU 0");
        Machine third = machine(false);
        assertThatThrownBy(() -> run(
                        third,
                        Steps.of("r", 0)
                                .forever(b -> b.step("n", (cpu, f) -> StepResult.NEXT))
                                .build()))
                .hasMessageStartingWith("a million entries that take no time, the last of them \"r: ")
                .hasMessageEndingWith("\", on vCPU 0");
        Machine fourth = machine(false);
        assertThatThrownBy(() -> run(fourth, Steps.of("r", 0).takes("x", 5).build()))
                .hasMessage("vCPU 0: its program returned as if from an interrupt, in r: return: it ends with OFF");
    }

    /** In the frame of a deeper routine there is room, and what that has left. */
    @Test
    void words_beyondTheRoutinesOwn() {
        long[] saw = {-1};
        GuestCode big = Steps.of("big", 8)
                .step("x", (cpu, f) -> {
                    f.w[5] = 77;
                    return 1000;
                })
                .build();
        GuestCode small = Steps.of("small", 1)
                .step("x", (cpu, f) -> {
                    saw[0] = f.w[5];
                    return 1000;
                })
                .build();
        GuestCode both = Steps.of("main", 0)
                .call("b", big, null)
                .call("s", small, null)
                .step("off", (cpu, f) -> StepResult.OFF)
                .build();
        run(machine, both);
        assertThat(saw[0]).isZero();
        assertThatThrownBy(() -> run(machine(true), both))
                .hasMessage("small: x, on vCPU 0: java.lang.ArrayIndexOutOfBoundsException: Index 5 out of bounds for"
                        + " length 1");
    }

    @Test
    void checkSteps_countsSharedWords() {
        Machine checked = machine(true);
        SharedWord a = new SharedWord(checked, 0);
        SharedWord b = new SharedWord(checked, 0);
        run(
                checked,
                Steps.of("r", 0)
                        .step("one", (cpu, f) -> 1000 + a.get())
                        .step("atomic", (cpu, f) -> 1000 + a.getAndAdd(1))
                        .step("two", (cpu, f) -> {
                            a.set(1);
                            b.set(1);
                            return 1000;
                        })
                        .step("and memory", (cpu, f) -> {
                            cpu.store32(0x100, (int) a.get());
                            return 1000;
                        })
                        .step("off", (cpu, f) -> StepResult.OFF)
                        .build());
        assertThat(checked.stepCheck()).isNotNull();
        assertThat(checked.stepCheck().found())
                .containsExactly(new SharedStep("r: and memory", 2, 1), new SharedStep("r: two", 2, 1));
    }
}
