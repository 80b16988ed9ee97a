package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A program that never takes any time does not hang the simulation. */
final class TimelessProgramTest {
    @Test
    void itIsNamed() {
        List<GuestProgram> programs = List.of(
                GuestProgram.loop(Step.compute(Duration.ZERO)),
                GuestProgram.loop(Step.poll(Duration.ZERO)),
                thread -> 0);
        for (GuestProgram program : programs) {
            Machine machine = Machine.create(MachineSpec.builder().build());
            ToroKernel.boot(machine, KernelConfig.defaults()).spawn(0, "timeless", program);
            assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("vCPU 0 makes no progress")
                    .hasMessageContaining("timeless");
        }
    }

    private static GuestProgram child() {
        return GuestProgram.once(Step.compute(Duration.ofNanos(1)));
    }

    /** Each is over at the instant at which it was begun. */
    @Test
    void anActionThatIsOverAtOnce_forEver_isNamedWithThreadAndPlace() {
        String suspends = "the last a suspend of a thread that was resumed before, in program";
        String begins = "the last a beginThread on a core that is not up, in program";
        Map<GuestProgram, String> programs = Map.of(
                self -> {
                    self.resume(self);
                    return self.suspend();
                },
                suspends,
                self -> self.beginThread(1, "absent", child()),
                begins);
        programs.forEach((program, action) -> {
            Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
            KernelConfig config =
                    KernelConfig.defaults().withQuirks(ToroQuirks.repaired()).withStartedCores(1);
            ToroKernel.boot(machine, config).spawn(0, "timeless", program);
            assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching(
                            "timeless#1.*on core 0. makes no progress: 10000000 actions that take no time at [0-9]+ ps, "
                                    + action);
        });
    }

    @Test
    void aCoreThatTheMachineHasNot_isRefused() {
        for (int core : new int[] {2, Integer.MAX_VALUE, -2}) {
            Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
            ToroKernel.boot(machine, KernelConfig.defaults())
                    .spawn(0, "asks", self -> self.beginThread(core, "absent", child()));
            assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                    .hasMessageContaining(
                            "beginThread: coreId must be in [-1, 2), coreId=" + core + ", thread=asks, begins=absent");
        }
    }
}
