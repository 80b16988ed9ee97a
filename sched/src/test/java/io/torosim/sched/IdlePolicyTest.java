package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.VcpuUsage;
import io.torosim.core.time.Picos;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a core does without work, before and after November 2017 (Process.pas). */
final class IdlePolicyTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static GuestProgram poller() {
        return GuestProgram.loop(Step.poll(Duration.ofNanos(50)), Step.yieldIdle());
    }

    private static RunResult run(IdlePolicy policy, boolean fastForward, Duration time) {
        MachineSpec spec =
                MachineSpec.builder().vcpus(2).fastForward(fastForward).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(policy));
            kernel.spawn(0, "packets", poller());
            kernel.spawn(0, "service", poller());
            return machine.runUntil(time);
        }
    }

    @Test
    void pollThenHalt_pollsFor200MillisThenHalts() {
        VcpuUsage core0 = run(IdlePolicy.pollThenHalt(), true, SECOND).usage().get(0);
        assertThat(core0.busyPs() + core0.pollPs())
                .isBetween(200 * Picos.PER_MILLI, 200 * Picos.PER_MILLI + 20 * Picos.PER_MICRO);
        assertThat(core0.halts()).isEqualTo(1);
    }

    @Test
    void pollThenHalt_haltsAnEmptyCoreAtOnce() {
        VcpuUsage core1 = run(IdlePolicy.pollThenHalt(), true, SECOND).usage().get(1);
        assertThat(core1.busyPs() + core1.pollPs()).isLessThan(10 * Picos.PER_MICRO);
        assertThat(core1.halts()).isEqualTo(1);
    }

    @Test
    void busyPoll_keepsBothCoresSpinning() {
        for (VcpuUsage core : run(IdlePolicy.busyPoll(), true, SECOND).usage()) {
            assertThat(core.busyFraction()).isEqualTo(1.0);
            assertThat(core.halts()).isZero();
        }
    }

    @Test
    void haltWithoutHint_spinsWhereThreadsPollAndHaltsTheEmptyCore() {
        RunResult result = run(IdlePolicy.haltWithoutHint(), true, SECOND);
        assertThat(result.usage().get(0).busyFraction()).isEqualTo(1.0);
        assertThat(result.usage().get(1).busyFraction()).isLessThan(0.001);
    }

    @Test
    void fastForward_changesNothingButTheNumberOfEvents() {
        for (IdlePolicy policy :
                new IdlePolicy[] {IdlePolicy.busyPoll(), IdlePolicy.haltWithoutHint(), IdlePolicy.pollThenHalt()}) {
            RunResult fast = run(policy, true, Duration.ofMillis(205));
            RunResult slow = run(policy, false, Duration.ofMillis(205));
            assertThat(fast.traceHash()).as(policy.name()).isEqualTo(slow.traceHash());
            assertThat(fast.usage()).as(policy.name()).isEqualTo(slow.usage());
            assertThat(fast.firedEvents()).as(policy.name()).isLessThan(slow.firedEvents() / 1000);
        }
    }

    /** A script of several turns is not a loop of one: its place is a part of the state. */
    @Test
    void fastForward_seesThatTurnsOfAScriptDiffer() {
        for (boolean once : new boolean[] {true, false}) {
            RunResult fast = scripts(once, true);
            RunResult slow = scripts(once, false);
            assertThat(fast.traceHash()).isEqualTo(slow.traceHash());
            assertThat(fast.usage()).isEqualTo(slow.usage());
        }
    }

    private static RunResult scripts(boolean once, boolean fastForward) {
        Step[] steps = {
            Step.yieldIdle(),
            Step.poll(Duration.ofNanos(50)),
            Step.yieldCpu(),
            Step.poll(Duration.ofNanos(700)),
            Step.yieldIdle(),
            Step.yieldIdle(),
        };
        MachineSpec spec = MachineSpec.builder().fastForward(fastForward).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            kernel.spawn(0, "poller", poller());
            kernel.spawn(0, "script", once ? GuestProgram.once(steps) : GuestProgram.loop(steps));
            return machine.runUntil(Duration.ofMillis(10));
        }
    }
}
