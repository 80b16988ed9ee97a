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
import org.junit.jupiter.params.provider.ValueSource;

/** What a step may not return, and a handler that is none, are named with their place. */
final class RefusedResultTest {
    private final Machine machine = Machine.create(MachineSpec.builder().build());

    private void start(Activity program, IntFunction<? extends Activity> handlers) {
        machine.vcpu(0).start(program, handlers);
    }

    private void startCode(long result) {
        CodeRun run = new CodeRun(
                new GuestCpu(machine.vcpu(0)),
                Steps.of("service", 0)
                        .takes("before", 1_000)
                        .step("answers", (cpu, f) -> result)
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
