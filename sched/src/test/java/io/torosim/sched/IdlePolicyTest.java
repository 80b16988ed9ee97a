package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.core.time.Picos;
import io.torosim.sched.IdlePolicy.ToroIdlePolicy;
import java.time.Duration;
import java.util.List;
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

    /** An empty core executes the policy's own instruction, once, and is never woken: as the guest counts it and as its hypervisor does. */
    @Test
    void mwait_isExecutedInsteadOfHlt_andTheOtherWayRound() {
        for (MwaitMode mode : List.of(MwaitMode.HONOURED, MwaitMode.TRAPPED)) {
            for (IdlePolicy policy : List.of(IdlePolicy.mwait(), IdlePolicy.haltAtOnce())) {
                MachineSpec spec = MachineSpec.builder().vcpus(2).mwait(mode).build();
                try (Machine machine = Machine.create(spec)) {
                    ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(policy));
                    VcpuUsage core1 =
                            machine.runUntil(Duration.ofMillis(1)).usage().get(1);
                    boolean mwait = policy.instruction() == IdlePolicy.Instruction.MWAIT;
                    assertThat(machine.vcpu(1).count(Counter.MWAITS)).isEqualTo(mwait ? 1 : 0);
                    assertThat(core1.halts()).isEqualTo(mwait ? 0 : 1);
                    assertThat(core1.exitsByCause().get(ExitCause.HLT)).isEqualTo(mwait ? 0 : 1);
                    assertThat(core1.exitsByCause().get(ExitCause.MWAIT))
                            .isEqualTo(mwait && mode == MwaitMode.TRAPPED ? 1 : 0);
                    assertThat(core1.mwaitPs() > 0).isEqualTo(mwait && mode == MwaitMode.HONOURED);
                }
            }
        }
    }

    @Test
    void haltWithoutHint_spinsWhereThreadsPollAndHaltsTheEmptyCore() {
        RunResult result = run(IdlePolicy.haltWithoutHint(), true, SECOND);
        assertThat(result.usage().get(0).busyFraction()).isEqualTo(1.0);
        assertThat(result.usage().get(1).busyFraction()).isLessThan(0.001);
    }

    /** 2020: one rule for the thread, another for cores without one; the second commit takes the halts of the latter away. */
    @Test
    void lastIrq_haltsTwoSecondsAfterTheLastInterrupt_andAnEmptyCoreAtOnceUntilNovember2020() {
        RunResult september = run(IdlePolicy.lastIrq2020(), true, Duration.ofSeconds(3));
        assertThat(september.usage().get(0).pollPs() + september.usage().get(0).busyPs())
                .isBetween(2000 * Picos.PER_MILLI, 2001 * Picos.PER_MILLI);
        assertThat(september.usage().get(1).busyFraction()).isLessThan(0.001);
        RunResult november = run(IdlePolicy.noIdleFlag2020(), true, Duration.ofSeconds(3));
        assertThat(november.usage().get(0).haltedPs()).isGreaterThan(999 * Picos.PER_MILLI);
        assertThat(november.usage().get(1).busyFraction()).isEqualTo(1.0);
    }

    @Test
    void pollersSpin2019_isBackWhere2017Was() {
        RunResult result = run(IdlePolicy.pollersSpin2019(), true, SECOND);
        assertThat(result.usage().get(0).busyFraction()).isEqualTo(1.0);
        assertThat(result.usage().get(1).busyFraction()).isLessThan(0.001);
    }

    /** With nothing ready Toro of 2020 goes back to the current thread: a suspended one goes on without being resumed. */
    @Test
    void nothingReady_runsTheCurrentThreadIn2020() {
        for (IdlePolicy policy : new IdlePolicy[] {IdlePolicy.pollThenHalt(), IdlePolicy.lastIrq2020()}) {
            long[] turns = {0};
            try (Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build())) {
                ToroKernel kernel =
                        ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(policy));
                kernel.spawn(0, "suspends", self -> {
                    turns[0]++;
                    return turns[0] % 2 == 1 ? self.compute(Picos.PER_MICRO) : self.suspend();
                });
                machine.runUntil(Duration.ofMillis(1));
            }
            if (policy.nothingReady() == IdlePolicy.NothingReady.KEEP_CURRENT) {
                assertThat(turns[0]).isGreaterThan(100);
            } else {
                assertThat(turns[0]).isEqualTo(2);
            }
        }
    }

    @Test
    void lastIrq_countsByTheRateThatTheKernelBelievesIn_andTakesTheCostModelsWindow() {
        IdlePolicy toroWindow = IdlePolicy.lastIrq2020().withWindow(ToroIdlePolicy.TORO_WINDOW);
        assertThat(polledPs(toroWindow, 0)).isBetween(200 * Picos.PER_MILLI, 201 * Picos.PER_MILLI);
        assertThat(polledPs(toroWindow, 1200)).isBetween(100 * Picos.PER_MILLI, 101 * Picos.PER_MILLI);
        assertThat(polledPs(IdlePolicy.pollThenHalt(), 1200)).isBetween(100 * Picos.PER_MILLI, 101 * Picos.PER_MILLI);
    }

    @Test
    void aWindowOfLessThanAMillisecond_isNotNone() {
        IdlePolicy policy = IdlePolicy.pollThenHalt().withWindow(900 * Picos.PER_MICRO);
        assertThat(polledPs(policy, 0)).isBetween(900 * Picos.PER_MICRO, 920 * Picos.PER_MICRO);
    }

    private static long polledPs(IdlePolicy policy, int believedMhz) {
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build())) {
            ToroKernel kernel = ToroKernel.boot(
                    machine, KernelConfig.defaults().withIdlePolicy(policy).withBelievedMhz(believedMhz));
            kernel.spawn(0, "poller", poller());
            VcpuUsage core = machine.runUntil(SECOND).usage().get(0);
            return core.busyPs() + core.pollPs();
        }
    }

    /** A policy of a user's own: each core halves its window when a halt was long, up to three times. */
    public static final class Halving implements IdlePolicy {
        private long windowPs = 8 * Picos.PER_MILLI;

        /** For {@link IdlePolicy#ofClass}. */
        public Halving() {}

        @Override
        public String name() {
            return "halving";
        }

        @Override
        public long windowPs(CostModel costs) {
            return windowPs;
        }

        @Override
        public IdlePolicy forCore(int core) {
            return new Halving();
        }

        @Override
        public void woke(long haltedPs) {
            if (haltedPs > 10 * Picos.PER_MILLI && windowPs > Picos.PER_MILLI) {
                windowPs /= 2;
            }
        }
    }

    @Test
    void usersPolicy_hasStateOnEachCore_andIsFoundByItsClass() {
        IdlePolicy policy = IdlePolicy.ofClass(Halving.class.getName(), Halving.class.getClassLoader());
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(policy));
            kernel.spawn(0, "poller", poller());
            for (int i = 1; i <= 5; i++) {
                machine.simulation()
                        .at(
                                i * 100 * Picos.PER_MILLI,
                                Machine.DEVICE_PRIORITY,
                                (op, arg) -> machine.raiseIrq(60),
                                0,
                                0);
            }
            VcpuUsage core = machine.runUntil(SECOND).usage().get(0);
            assertThat(core.busyPs() + core.pollPs())
                    .isBetween(
                            (8 + 4 + 2 + 3) * Picos.PER_MILLI,
                            (8 + 4 + 2 + 3) * Picos.PER_MILLI + 200 * Picos.PER_MICRO);
        }
        assertThat(policy.windowPs(CostModel.standard())).isEqualTo(8 * Picos.PER_MILLI);
    }

    @Test
    void whatIsNoPolicy_isNamed() {
        assertThatThrownBy(() -> IdlePolicy.named("never"))
                .hasMessageContaining("poll-then-halt")
                .hasMessageEndingWith("policy=never");
        ClassLoader loader = IdlePolicyTest.class.getClassLoader();
        assertThatThrownBy(() -> IdlePolicy.ofClass("no.Such", loader)).hasMessage("no such class: no.Such");
        assertThatThrownBy(() -> IdlePolicy.ofClass("java.lang.String", loader))
                .hasMessageContaining("does not implement");
        assertThatThrownBy(() -> IdlePolicy.ofClass("io.torosim.sched.IdlePolicy$ToroIdlePolicy", loader))
                .hasMessageContaining("constructor without parameters");
        for (IdlePolicy policy : IdlePolicy.all()) {
            assertThat(IdlePolicy.named(policy.name())).isEqualTo(policy);
        }
    }

    @Test
    void fastForward_changesNothingButTheNumberOfEvents() {
        for (IdlePolicy policy : new IdlePolicy[] {
            IdlePolicy.busyPoll(),
            IdlePolicy.haltWithoutHint(),
            IdlePolicy.pollThenHalt(),
            IdlePolicy.pollersSpin2019(),
            IdlePolicy.noIdleFlag2020()
        }) {
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
