package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A routine that a thread executes is of its core, and of that thread alone. */
final class ThreadRunsTest {
    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(2).build());
    private final ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());

    @Test
    void run_ofTwoThreads_isRefused() {
        CodeRun run = begun(machine, 0);
        kernel.spawn(0, "a", self -> run.next());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel.spawn(0, "b", self -> run.next()))
                .withMessage("a CodeRun belongs to one thread, threads=a, b; make one for each thread");
    }

    @Test
    void run_withTheGuestCpuOfAnotherCore_isRefused() {
        CodeRun run = begun(machine, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel.spawn(0, "a", self -> run.next()))
                .withMessage("thread a: a routine is executed by the vCPU of its GuestCpu: r is executed on vCPU 0, its"
                        + " GuestCpu is of vCPU 1");
    }

    @Test
    void run_withTheGuestCpuOfAnotherMachine_isRefusedWithinAWrapperToo() {
        CodeRun run = begun(Machine.create(MachineSpec.builder().build()), 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel.spawn(0, "a", GuestProgram.announcing(self -> run.next())))
                .withMessageEndingWith("of vCPU 0 of another machine");
    }

    @Test
    void run_ofAThreadAndAHandler_isRefusedWhereTheHandlerIsTaken() {
        CodeRun run = begun(machine, 0);
        kernel.spawn(0, "a", self -> self.compute(run.next()));
        kernel.onInterrupt(40, () -> {
            run.begin();
            return run;
        });
        machine.simulation().at(5000, (op, arg) -> machine.vcpu(0).raise(40), 0, 0);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .hasMessageContaining("r is a thread's, on vCPU 0");
    }

    private static CodeRun begun(Machine on, int vcpu) {
        CodeRun run = new CodeRun(
                new GuestCpu(on.vcpu(vcpu)),
                Steps.of("r", 1).forever(body -> body.takes("work", 1_000_000)).build());
        run.begin();
        return run;
    }
}
