package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu.GuestPanic;
import java.time.Duration;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a step may not return, and a handler that is none, are named with their place. */
final class RefusedResultTest {
    private final Machine machine = Machine.create(MachineSpec.builder().build());

    private void start(Activity program, IntFunction<? extends Activity> handlers) {
        machine.vcpu(0).start(program, handlers);
    }

    private void startCode(long result) {
        startCode((cpu, f) -> result);
    }

    private void startCode(Steps.StepBody body) {
        CodeRun run = new CodeRun(
                new GuestCpu(machine.vcpu(0)),
                Steps.of("service", 0)
                        .takes("before", 1_000)
                        .step("answers", body)
                        .build());
        run.begin();
        start(run, vector -> v -> Activity.DONE);
    }

    @ParameterizedTest
    @ValueSource(longs = {-8, -15, -128, -1_000_000})
    void anEntry_thatReturnsNoResult(long result) {
        startCode(result);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no such result of an entry: " + result + ", of service: answers on vCPU 0: "
                        + StepResult.LEGAL);
    }

    /** A kernel's call, of a vCPU that no kernel runs on. */
    @ParameterizedTest
    @ValueSource(longs = {-16, -99, -127})
    void aKernelsCall_whereThereIsNoKernel(long result) {
        startCode(result);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("vCPU 0: no such result of a step: " + result + ", in service: answers: "
                        + Activity.LEGAL_RESULTS);
    }

    @Test
    void call_withoutACall() {
        startCode(StepResult.CALL);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("CALL without GuestCpu.call in the same entry: service: answers on vCPU 0");
    }

    /** Whether nobody was asked, or said no, or said yes to an earlier pass. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void spin_ofALoopThatDoesNotRepeat(int how) {
        boolean[] spun = new boolean[1];
        startCode((cpu, f) -> {
            f.entry = 1;
            if (how == 0 || how == 1 && !cpu.vcpu().roundRepeats(7) || spun[0]) {
                return StepResult.SPIN;
            }
            spun[0] = cpu.vcpu().roundRepeats(7);
            return spun[0] ? StepResult.SPIN : 1_000;
        });
        machine.simulation().at(1_000_000, (op, arg) -> machine.vcpu(0).beforeChange(), 0, 0);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("vCPU 0: SPIN, but Vcpu.roundRepeats has not just said that the loop repeats, in"
                        + " service: answers");
        assertThat(spun[0]).isEqualTo(how == 2);
    }

    @ParameterizedTest
    @CsvSource({"7, 50", "1, 50", "-1, 50", "0, 256", "0, -1"})
    void anInterruptToNobody(int target, int vector) {
        for (boolean x2 : new boolean[] {false, true}) {
            try (Machine one = Machine.create(MachineSpec.builder().build())) {
                CodeRun run = new CodeRun(
                        new GuestCpu(one.vcpu(0)),
                        Steps.of("service", 0)
                                .step("sends", (cpu, f) -> {
                                    if (x2) {
                                        cpu.sendIpiX2(target, vector);
                                    } else {
                                        cpu.sendIpi(target, vector);
                                    }
                                    return 1;
                                })
                                .build());
                run.begin();
                one.vcpu(0).start(run, v -> w -> Activity.DONE);
                assertThatThrownBy(() -> one.runUntil(Duration.ofMillis(1)))
                        .hasMessage(
                                "service: sends, on vCPU 0: an interrupt from vCPU 0 goes to a vCPU in [0, 1) with a"
                                        + " vector in [0, 255], target=" + target + ", vector=" + vector);
            }
        }
    }

    @Test
    void anActivity_isNamedByItsClass() {
        start(new Wrong(), vector -> v -> Activity.DONE);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .hasMessage("vCPU 0: no such result of a step: -99, in Wrong: " + Activity.LEGAL_RESULTS);
    }

    private static final class Wrong implements Activity {
        @Override
        public long step(io.torosim.core.machine.Vcpu vcpu) {
            return -99;
        }
    }

    @Test
    void aHandlerThatIsNull() {
        start(v -> 1_000, vector -> null);
        machine.vcpu(0).raise(40);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .hasMessage("vCPU 0: its handler of vector 40 is null");
    }

    /** A panic is the guest's, also in the very step after a halt. */
    @Test
    void aPanicAfterAHalt_stopsTheVcpu() {
        start(v -> Activity.HALT, vector -> v -> {
            throw new GuestPanic("damaged");
        });
        machine.runUntil(Duration.ofMillis(1));
        machine.vcpu(0).raise(40);
        machine.runUntil(Duration.ofMillis(2));
        assertThat(machine.vcpu(0).panic()).contains("damaged");
    }
}
