package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.cost.CostModel;
import io.torosim.core.host.HostProfile;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.core.state.SavedState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.load.RequestPort.WorkQueue;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.run.GuestRun.GuestTimer;
import io.torosim.guest.run.GuestRun.GuestTimer.Source;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest's timer is a device on the bus: when it expires, and what a guest pays for it. */
final class GuestTimerTest {
    private static final long PIT_HZ = 1_193_182;
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Interrupts that were taken: vCPU, vector, instant. */
    private record Taken(int vcpu, int vector, long atPs) {}

    private final List<Taken> taken = new ArrayList<>();

    private static MachineSpec.Builder spec(int vcpus, VcpuMode mode) {
        return MachineSpec.builder().vcpus(vcpus).vcpuMode(mode);
    }

    private Machine machine(MachineSpec.Builder spec) {
        Machine machine = Machine.create(spec.build());
        machine.trace()
                .addSink(
                        (timePs, vcpu, kind, vector, unused) -> taken.add(new Taken(vcpu, (int) vector, timePs)),
                        TraceKind.INTERRUPT);
        return machine;
    }

    private static KernelConfig kernel(IdlePolicy policy) {
        return KernelConfig.defaults().withIdlePolicy(policy).withQuirks(ToroQuirks.repaired());
    }

    private static void starts(
            Machine machine,
            GuestTimer timer,
            IdlePolicy policy,
            BooleanSupplier onTick,
            BiConsumer<ToroKernel, WorkQueue> setUp) {
        GuestKind.threads(kernel(policy), setUp)
                .start(new GuestPlace(
                        machine,
                        new QemuProcess(machine),
                        NetBackend.VHOST,
                        timer,
                        new WorkQueue(machine, 0, -1, 0),
                        onTick));
    }

    /** A poller on vCPU 0, nothing elsewhere: all halt at once. */
    private static void starts(Machine machine, GuestTimer timer) {
        starts(
                machine,
                timer,
                IdlePolicy.haltAtOnce(),
                () -> false,
                (kernel, queue) -> kernel.spawn(0, "poller", new QueueProgram(queue)));
    }

    private List<Long> instants(int vcpu, int vector) {
        return taken.stream()
                .filter(t -> t.vcpu() == vcpu && t.vector() == vector)
                .map(Taken::atPs)
                .toList();
    }

    /** From the interrupt of a vCPU whose thread is blocked to its being taken. */
    private static long wakePs(Machine machine) {
        return machine.costs().model().ps("kvm.wake_from_block")
                + machine.costs().model().ps("host.cstate_exit");
    }

    /** A halted vCPU takes each interrupt the same time after the expiry: what is left is the device's own arithmetic, to the picosecond. */
    private static void assertExpiries(List<Long> taken, long firstPs, List<Long> expiriesPs) {
        assertThat(taken).hasSameSizeAs(expiriesPs);
        for (int i = 0; i < taken.size(); i++) {
            assertThat(taken.get(i) - expiriesPs.get(i)).as("interrupt %d", i).isEqualTo(firstPs);
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 11932", "250, 4773", "1000, 1193", "19, 62799"})
    void pit_expiresWithItsWholeDivisor(int hz, int divisor) {
        GuestTimer timer = GuestTimer.pit(hz);
        assertThat(timer.realHz(1)).isEqualTo((double) PIT_HZ / divisor);
        Machine machine = machine(spec(2, VcpuMode.KVM));
        starts(machine, timer);
        machine.runUntil(SECOND);
        long loadedPs = 2 * machine.costs().picPs(); // the mode and the low byte come before the high byte
        List<Long> expiries = new ArrayList<>();
        long endPs = machine.simulation().nowPs() - wakePs(machine);
        for (long k = 1; loadedPs + Picos.ofCycles(k * divisor, PIT_HZ) <= endPs; k++) {
            expiries.add(loadedPs + Picos.ofCycles(k * divisor, PIT_HZ));
        }
        assertExpiries(instants(0, GuestRun.PIT_VECTOR), wakePs(machine), expiries);
        assertThat(instants(1, GuestRun.PIT_VECTOR)).isEmpty();
    }

    /** A vCPU that polls takes every tick of the fastest; one that halts is woken later than the next tick, and ticks become one request of the PIC. */
    @Test
    void pit_at100000Hz_requestsOfOneLineBecomeOne() {
        assertThat(ticks(IdlePolicy.busyPoll())).isEqualTo(994);
        assertThat(ticks(IdlePolicy.haltAtOnce())).isBetween(500, 900);
    }

    private int ticks(IdlePolicy policy) {
        taken.clear();
        Machine machine = machine(spec(1, VcpuMode.KVM));
        starts(
                machine,
                GuestTimer.pit(100_000),
                policy,
                () -> false,
                (kernel, queue) -> kernel.spawn(0, "poller", new QueueProgram(queue)));
        machine.runUntil(Duration.ofMillis(10));
        return instants(0, GuestRun.PIT_VECTOR).size();
    }

    /** Under emulation each expiry comes later by what the main loop takes; the guest sees none earlier. */
    @Test
    void pit_underEmulation_isLaterByTheMainLoop() {
        Machine machine = machine(spec(1, VcpuMode.TCG_MULTI));
        starts(
                machine,
                GuestTimer.pit(1000),
                IdlePolicy.busyPoll(),
                () -> false,
                (kernel, queue) -> kernel.spawn(0, "poller", new QueueProgram(queue)));
        machine.runUntil(Duration.ofMillis(500));
        long latencyPs = machine.costs().model().ps("tcg.timer_latency");
        long loadedPs = 2 * machine.costs().picPs();
        List<Long> seen = instants(0, GuestRun.PIT_VECTOR);
        assertThat(seen).hasSize(500);
        for (int i = 0; i < seen.size(); i++) {
            long late = seen.get(i) - loadedPs - Picos.ofCycles((i + 1) * 1193L, PIT_HZ) - latencyPs;
            assertThat(late).isBetween(0L, 5 * Picos.PER_MICRO); // up to the end of a step
        }
    }

    @Test
    void localApic_periodic_expiresEveryPeriod_atAllVcpusAtOnce() {
        Machine machine = machine(spec(3, VcpuMode.KVM));
        starts(machine, new GuestTimer(Source.LOCAL_APIC, 300));
        machine.runUntil(SECOND);
        long loadedPs = 3 * machine.costs().apicPs();
        List<Long> expiries = new ArrayList<>();
        for (long k = 1; k <= 300 && loadedPs + k * 3_333_333_000L < Picos.PER_SECOND - Picos.PER_MILLI; k++) {
            expiries.add(loadedPs + k * 3_333_333_000L);
        }
        for (int vcpu = 0; vcpu < 3; vcpu++) {
            assertExpiries(instants(vcpu, GuestRun.TIMER_VECTOR), wakePs(machine), expiries);
        }
        assertThat(new GuestTimer(Source.LOCAL_APIC, 300).realHz(1)).isCloseTo(300.00003, within(1e-6));
    }

    /** The count begins when the handler sets it: after being woken, the interrupt's entry and its acknowledgement. */
    @Test
    void localApic_oneShot_isLateByItsHandler() {
        Machine machine = machine(spec(1, VcpuMode.KVM));
        starts(machine, new GuestTimer(Source.ONE_SHOT, 250));
        machine.runUntil(SECOND);
        long wakePs = wakePs(machine);
        long roundPs = 4 * Picos.PER_MILLI
                + wakePs
                + machine.costs().interruptEntryPs()
                + machine.costs().apicPs();
        List<Long> expected = new ArrayList<>();
        long atPs = 3 * machine.costs().apicPs() + 4 * Picos.PER_MILLI + wakePs;
        for (; atPs < Picos.PER_SECOND; atPs += roundPs) {
            expected.add(atPs);
        }
        assertThat(instants(0, GuestRun.TIMER_VECTOR)).isEqualTo(expected);
    }

    @Test
    void tscDeadline_doesNotDrift() {
        Machine machine = machine(spec(2, VcpuMode.KVM).tscHz(2_000_000_000L));
        starts(machine, new GuestTimer(Source.TSC_DEADLINE, 300));
        machine.runUntil(SECOND);
        List<Long> expiries = new ArrayList<>();
        for (long k = 1; k < 300; k++) {
            expiries.add(Picos.ofCycles(k * 6_666_666, 2_000_000_000L));
        }
        for (int vcpu = 0; vcpu < 2; vcpu++) {
            assertExpiries(instants(vcpu, GuestRun.TIMER_VECTOR).subList(0, 299), wakePs(machine), expiries);
        }
        assertThat(new GuestTimer(Source.TSC_DEADLINE, 300).realHz(2_000_000_000L))
                .isCloseTo(300.00003, within(1e-6));
    }

    /** At a microsecond the handler takes longer than a period: the next multiple of it has passed when the register is written, and interrupts at once. */
    @ParameterizedTest
    @EnumSource(VcpuMode.class)
    void tscDeadline_thatHasPassed_interruptsAtOnce(VcpuMode mode) {
        Machine machine = machine(spec(1, mode));
        starts(machine, new GuestTimer(Source.TSC_DEADLINE, 1_000_000));
        machine.runUntil(Duration.ofMillis(2));
        assertThat(instants(0, GuestRun.TIMER_VECTOR)).hasSizeGreaterThan(20);
        assertThat(machine.vcpu(0).exits(ExitCause.TSC_DEADLINE))
                .isBetween(
                        machine.vcpu(0).count(Counter.INTERRUPTS),
                        machine.vcpu(0).count(Counter.INTERRUPTS) + 1);
    }

    /** Programming, and for each tick the acknowledgement and what sets it anew; nothing else, and nothing by hand. */
    @ParameterizedTest
    @CsvSource({
        "PIT, KVM",
        "PIT, TCG_MULTI",
        "LOCAL_APIC, KVM",
        "LOCAL_APIC, TCG_SINGLE",
        "ONE_SHOT, KVM",
        "ONE_SHOT, TCG_MULTI",
        "TSC_DEADLINE, KVM",
        "TSC_DEADLINE, TCG_SINGLE"
    })
    void exits_areThoseOfTheAccesses(Source source, VcpuMode mode) {
        Machine machine = machine(spec(2, mode));
        starts(machine, new GuestTimer(source, 100));
        RunResult result = machine.runUntil(Duration.ofMillis(995));
        int vector = source == Source.PIT ? GuestRun.PIT_VECTOR : GuestRun.TIMER_VECTOR;
        for (int vcpu = 0; vcpu < 2; vcpu++) {
            int ticks = instants(vcpu, vector).size();
            boolean hasTimer = vcpu == 0 || source != Source.PIT;
            assertThat(ticks).isBetween(hasTimer ? 97 : 0, hasTimer ? 99 : 0);
            var exits = result.usage().get(vcpu).exitsByCause();
            boolean apic = source != Source.PIT;
            long pic = apic || vcpu == 1 ? 0 : 5 + ticks;
            long registers = !apic ? 0 : source == Source.TSC_DEADLINE ? 3 : source == Source.ONE_SHOT ? 4 + ticks : 4;
            assertThat(exits.get(ExitCause.PIC)).isEqualTo(pic);
            assertThat(exits.get(ExitCause.EOI)).isEqualTo(apic ? ticks : 0);
            assertThat(exits.get(ExitCause.APIC_ACCESS)).isEqualTo(registers);
            assertThat(exits.get(ExitCause.TSC_DEADLINE)).isEqualTo(source == Source.TSC_DEADLINE ? 1 + ticks : 0);
            assertThat(exits.get(ExitCause.PIO)).isZero();
            assertThat(exits.get(ExitCause.MMIO)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void fastForward_changesNothing(Source source) {
        for (HostProfile host : List.of(HostProfile.kvm2018(), HostProfile.qemu72Tcg())) {
            for (IdlePolicy policy : List.of(
                    IdlePolicy.busyPoll(),
                    IdlePolicy.pollThenHalt().withWindow(5 * Picos.PER_MILLI),
                    IdlePolicy.haltAtOnce())) {
                GuestRun run = GuestRun.of(GuestKind.poller(kernel(policy)), host)
                        .timer(new GuestTimer(source, 97))
                        .load(new Load.PerTick(1, 3))
                        .vcpus(2)
                        .settling(Duration.ofMillis(5))
                        .watched(Duration.ofMillis(50));
                GuestOutcome fast = run.run();
                GuestOutcome exact = run.exactStepping(true).run();
                assertThat(exact.result().traceDigest())
                        .as("%s, %s", policy.name(), host.mode())
                        .isEqualTo(fast.result().traceDigest());
                assertThat(exact.exits()).isEqualTo(fast.exits());
                assertThat(exact.answered()).isEqualTo(fast.answered()).isPositive();
            }
        }
    }

    /** An unquiet host makes ticks up to 5 ms late, the same ones whether rounds are passed over or not; what is acknowledged late is not lost. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void anUnquietHost_makesTicksLate_fastForwardOrNot(Source source) {
        GuestRun run = GuestRun.of(GuestKind.poller(kernel(IdlePolicy.busyPoll())), HostProfile.kvm2018())
                .timer(new GuestTimer(source, 50))
                .load(Load.perTick())
                .vcpus(1)
                .settling(Duration.ofMillis(5))
                .watched(Duration.ofMillis(200))
                .perturbed(7);
        GuestOutcome fast = run.run();
        GuestOutcome exact = run.exactStepping(true).run();
        assertThat(exact.result().traceDigest()).isEqualTo(fast.result().traceDigest());
        assertThat(fast.answered()).isBetween(7L, 10L);
    }

    /** A state is put back between the expiry, the interrupt, its acknowledgement and what sets it anew: all goes on as it would have. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void savedAndRestored_betweenExpiryAndAcknowledgement(Source source) {
        for (VcpuMode mode : List.of(VcpuMode.KVM, VcpuMode.TCG_MULTI)) {
            Duration end = Duration.ofMillis(30);
            GuestTimer timer = new GuestTimer(source, 200);
            Machine straight = machine(spec(2, mode));
            starts(straight, timer);
            RunResult expected = straight.runUntil(end);
            long thirdPs =
                    taken.stream().filter(t -> t.vcpu() == 0).toList().get(2).atPs();
            List<Taken> all = List.copyOf(taken);
            for (long offsetPs = -120 * Picos.PER_MICRO; offsetPs < 20 * Picos.PER_MICRO; offsetPs += 3_300_000) {
                taken.clear();
                Machine machine = machine(spec(2, mode));
                starts(machine, timer);
                machine.simulation().runUntil(thirdPs + offsetPs);
                SavedState state = machine.save();
                machine.runUntil(end);
                machine.restore(state);
                RunResult again = machine.runUntil(end);
                assertThat(again.traceDigest()).isEqualTo(expected.traceDigest());
                assertThat(again.usage()).isEqualTo(expected.usage());
            }
            taken.clear();
            assertThat(all).hasSizeGreaterThan(4);
        }
    }

    /** A policy of one's own: half a period of polling, then a halt, which each tick ends. */
    private record HalfThenHalt(long windowPs) implements IdlePolicy {
        @Override
        public String name() {
            return "half-then-halt";
        }

        @Override
        public long windowPs(CostModel costs) {
            return windowPs;
        }
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void aPolicyOfOnesOwn_haltsAndIsWokenByEachTick(Source source) {
        GuestOutcome run = GuestRun.of(
                        GuestKind.poller(kernel(new HalfThenHalt(5 * Picos.PER_MILLI))), HostProfile.kvm2018())
                .timer(new GuestTimer(source, 100))
                .load(Load.perTick())
                .work(Duration.ofNanos(100_000))
                .vcpus(1)
                .watched(SECOND)
                .run();
        assertThat(run.wakeUps()).isBetween(98L, 101L);
        assertThat(run.answered()).isBetween(98L, 101L);
        assertThat(run.awakePercent().get(0)).isCloseTo(51, within(1.0));
    }

    /** Cards at the PICs, what is raised at a vCPU and the timer's controller live together, behind LINT0 too. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void otherInterrupts_comeToo(Source source) {
        Machine machine = machine(spec(2, VcpuMode.KVM));
        int[] card = {0};
        starts(machine, new GuestTimer(source, 100), IdlePolicy.haltAtOnce(), () -> false, (kernel, queue) -> {
            PicPair.provide(machine);
            PicPair.open(machine.bus(), 5);
            kernel.onInterrupt(32 + 5, () -> vcpu -> {
                card[0]++;
                machine.bus().out(0x20, 1, 0x20);
                return Activity.DONE;
            });
            kernel.spawn(0, "poller", new QueueProgram(queue));
        });
        for (int i = 1; i <= 20; i++) {
            machine.simulation()
                    .at(
                            i * 7_300_000_000L,
                            Machine.DEVICE_PRIORITY,
                            (op, arg) -> {
                                machine.bus().setLine(5, true);
                                machine.bus().setLine(5, false);
                                machine.vcpu(1).raise(GuestRun.QUEUE_VECTOR);
                            },
                            0,
                            0);
        }
        machine.runUntil(SECOND);
        assertThat(card[0]).isEqualTo(20);
        assertThat(instants(1, GuestRun.QUEUE_VECTOR)).hasSize(20);
        int vector = source == Source.PIT ? GuestRun.PIT_VECTOR : GuestRun.TIMER_VECTOR;
        assertThat(instants(0, vector).size()).isBetween(98, 100);
    }

    /** Every entry of the routines makes at most one access that others can see. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void oneAccessAStep(Source source) {
        Machine machine = machine(spec(2, VcpuMode.KVM).exactStepping(true).checkSteps(true));
        starts(machine, new GuestTimer(source, 1000));
        machine.runUntil(Duration.ofMillis(100));
        assertThat(machine.stepCheck().found()).isEmpty();
    }

    /** As the guest of {@code torosim qemu cpu}: the PIT at vCPU 0, the local APIC's at the other. */
    @Test
    void aTimerForEachCore_isAcknowledgedWhereItComesFrom() {
        Machine machine = machine(spec(2, VcpuMode.KVM));
        ToroKernel kernel = ToroKernel.boot(machine, kernel(IdlePolicy.haltAtOnce()));
        long[] ticks = new long[2];
        GuestPlace.on(machine)
                .plugTimers(
                        kernel,
                        core -> new GuestTimer(core == 0 ? Source.PIT : Source.LOCAL_APIC, 100),
                        core -> ++ticks[core] < 0);
        kernel.spawn(0, "first", self -> self.switchIdle());
        kernel.spawn(1, "second", self -> self.switchIdle());
        RunResult result = machine.runUntil(SECOND);
        assertThat(ticks[0]).isBetween(99L, 100L);
        assertThat(ticks[1]).isBetween(99L, 100L);
        assertThat(instants(0, GuestRun.PIT_VECTOR)).hasSize((int) ticks[0]);
        assertThat(instants(1, GuestRun.TIMER_VECTOR)).hasSize((int) ticks[1]);
        var pit = result.usage().get(0).exitsByCause();
        assertThat(pit.get(ExitCause.PIC)).isEqualTo(5 + ticks[0]);
        assertThat(pit.get(ExitCause.EOI)).isZero();
        var apic = result.usage().get(1).exitsByCause();
        assertThat(apic.get(ExitCause.APIC_ACCESS)).isEqualTo(4);
        assertThat(apic.get(ExitCause.EOI)).isEqualTo(ticks[1]);
        assertThat(apic.get(ExitCause.PIC)).isZero();
    }

    /** Interrupts between cores go through the same local APICs, and delays beside the tick leave it as it is. */
    @ParameterizedTest
    @EnumSource(
            value = Source.class,
            names = {"LOCAL_APIC", "TSC_DEADLINE"})
    void aThreadBegunOnAnotherCore_runsBesideTheTick(Source source) {
        Machine machine = machine(spec(2, VcpuMode.KVM));
        GuestPlace place = new GuestPlace(
                machine,
                new QemuProcess(machine),
                NetBackend.VHOST,
                new GuestTimer(source, 100),
                new WorkQueue(machine, 0, -1, 0),
                () -> false);
        List<Long> began = new ArrayList<>();
        GuestKind.threads(
                        KernelConfig.defaults(),
                        (kernel, queue) -> kernel.spawn(0, "main", new GuestProgram() {
                            private boolean asked;

                            @Override
                            public long next(GuestThread self) {
                                boolean first = !asked;
                                asked = true;
                                return first
                                        ? self.beginThread(1, "remote", remote -> {
                                            began.add(remote.nowPs());
                                            return remote.suspend();
                                        })
                                        : self.suspend();
                            }
                        }))
                .start(place);
        RunResult result = machine.runUntil(SECOND);
        assertThat(began).hasSize(1).allMatch(atPs -> atPs < 200 * Picos.PER_MILLI);
        assertThat(result.usage().get(0).ipisSent()).isPositive();
        for (int vcpu = 0; vcpu < 2; vcpu++) {
            // a wake-up's handler delays for 24 ms with interrupts off: up to two ticks of each are one
            assertThat(instants(vcpu, GuestRun.TIMER_VECTOR)).hasSizeBetween(85, 100);
            assertThat(instants(vcpu, GuestRun.TIMER_VECTOR).subList(80, 85))
                    .allSatisfy(
                            atPs -> assertThat(atPs % (10 * Picos.PER_MILLI)).isLessThan(Picos.PER_MILLI));
            assertThat(instants(vcpu, ToroKernel.INTER_CORE_IRQ)).isNotEmpty();
        }
    }

    @Test
    void thePit_isCore0sAlone() {
        Machine machine = machine(spec(2, VcpuMode.KVM));
        ToroKernel kernel = ToroKernel.boot(machine, kernel(IdlePolicy.haltAtOnce()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GuestPlace.on(machine).plugTimers(kernel, core -> GuestTimer.pit(100), core -> false))
                .withMessage("the PIT interrupts vCPU 0, core=1, timer=GuestTimer[source=PIT, hz=100]");
    }
}
