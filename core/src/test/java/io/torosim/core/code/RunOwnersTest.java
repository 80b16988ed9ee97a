package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A run of a routine is executed by the vCPU of its GuestCpu, and once at a time. */
final class RunOwnersTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(2).build());

    @Test
    void start_withTheGuestCpuOfAnotherVcpu_isRefused() {
        CodeRun run = begun(machine, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> machine.vcpu(0).start(run, vector -> run))
                .withMessage("a routine is executed by the vCPU of its GuestCpu: r is executed on vCPU 0, its GuestCpu"
                        + " is of vCPU 1");
    }

    @Test
    void start_withTheGuestCpuOfAnotherMachine_isRefused() {
        CodeRun run = begun(Machine.create(MachineSpec.builder().build()), 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> machine.vcpu(0).start(run, vector -> run))
                .withMessageEndingWith("its GuestCpu is of vCPU 0 of another machine");
    }

    @Test
    void start_ofOneRunOnTwoVcpus_isRefused() {
        CodeRun run = begun(machine, 0);
        machine.vcpu(0).start(run, vector -> v -> Activity.DONE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> machine.vcpu(1).start(run, vector -> v -> Activity.DONE))
                .withMessageContaining("r is executed on vCPU 1, its GuestCpu is of vCPU 0");
    }

    @Test
    void handler_thatIsTheProgramToo_isRefused() {
        CodeRun run = begun(machine, 0);
        machine.vcpu(0).start(run, vector -> {
            run.begin();
            return run;
        });
        machine.simulation().at(5000, (op, arg) -> machine.vcpu(0).raise(40), 0, 0);
        assertThatThrownBy(() -> machine.runUntil(SHORT))
                .hasMessage("a CodeRun is executed once at a time, as a program, a handler or by a thread: r is"
                        + " executed already on vCPU 0");
    }

    @Test
    void handler_withTheGuestCpuOfAnotherVcpu_isRefused() {
        CodeRun handler = begun(machine, 1);
        machine.vcpu(0).start(begun(machine, 0), vector -> handler);
        machine.simulation().at(5000, (op, arg) -> machine.vcpu(0).raise(40), 0, 0);
        assertThatThrownBy(() -> machine.runUntil(SHORT)).hasMessageContaining("r is executed on vCPU 0");
    }

    /** What executes a run by itself is not asked by the vCPU: the first step finds it. */
    @Test
    void step_withinAnActivityOfAnotherVcpu_isRefused() {
        CodeRun run = begun(machine, 1);
        machine.vcpu(0).start(run::step, vector -> v -> Activity.DONE);
        assertThatThrownBy(() -> machine.runUntil(SHORT)).hasMessageContaining("r is executed on vCPU 0");
    }

    @Test
    void handler_isTakenAgainAndAgain_andAProgramThatIsOffMayStartAgain() {
        CodeRun handler = new CodeRun(
                new GuestCpu(machine.vcpu(0)),
                Steps.of("h", 0).takes("work", 1000).build());
        CodeRun program = new CodeRun(
                new GuestCpu(machine.vcpu(0)),
                Steps.of("p", 0)
                        .takes("work", 500_000_000)
                        .step("off", (cpu, frame) -> StepResult.OFF)
                        .build());
        program.begin();
        machine.vcpu(0).start(program, vector -> {
            handler.begin();
            return handler;
        });
        machine.simulation().at(5000, (op, arg) -> machine.vcpu(0).raise(40), 0, 0);
        machine.simulation().at(600_000_000, (op, arg) -> machine.vcpu(0).raise(40), 0, 0);
        machine.runUntil(SHORT);
        program.begin();
        machine.vcpu(0).start(program, vector -> handler);
        assertThat(machine.runUntil(Duration.ofMillis(2)).usage().get(0).interrupts())
                .isEqualTo(2);
    }

    private static CodeRun begun(Machine on, int vcpu) {
        CodeRun run = new CodeRun(
                new GuestCpu(on.vcpu(vcpu)),
                Steps.of("r", 1).forever(body -> body.takes("work", 1_000_000)).build());
        run.begin();
        return run;
    }
}
