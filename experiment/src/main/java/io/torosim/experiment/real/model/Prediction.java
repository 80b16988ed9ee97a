package io.torosim.experiment.real.model;

import io.torosim.core.host.HostProfile;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeLoad;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeTimer;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.GuestRun.GuestTimer;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model's run of a probe specification: Toro's kernel with the idle policy of that name, one polling thread to a core, the
 * devices that make its ticks, and the QEMU process around it. Toro's defects are off, for the probe guest has none of them.
 *
 * <p>{@link io.torosim.experiment.real.CpuComparison CpuComparison} holds it against what {@link io.torosim.experiment.real.run.ProbeRun ProbeRun} has
 * measured of the same {@link ProbeSpec}. It is a {@link GuestKind} of its own on a {@link ToroKernel}.
 *
 * @param seconds the run's seconds, in order
 */
public record Prediction(List<PredictedSecond> seconds) {
    private static final int RAM_MIB = 16;
    private static final long TICK_PS = 10 * Picos.PER_MILLI; // USER_HZ
    private static final int SETTLE_SECONDS = 1;

    /** Takes a copy. */
    public Prediction {
        seconds = List.copyOf(seconds);
    }

    /**
     * Runs the model.
     *
     * @param profile the host
     * @param mode how vCPUs are executed
     * @param tscHz rate of the host's time-stamp counter
     * @param seconds length, at least 1
     */
    public static Prediction of(ProbeSpec spec, HostProfile profile, VcpuMode mode, long tscHz, int seconds) {
        List<PredictedSecond> predicted = new ArrayList<>();
        GuestKind probe = place -> {
            new Probe(spec, place, predicted);
            return place.queue();
        };
        GuestRun.of(probe, profile)
                .vcpus(spec.vcpus())
                .ramMib(RAM_MIB)
                .tscHz(tscHz)
                .vcpuMode(mode)
                .withoutTop()
                .settling(Duration.ofSeconds(SETTLE_SECONDS))
                .watched(Duration.ofSeconds(seconds))
                .run();
        return new Prediction(predicted);
    }

    /** Returns the mean CPU of the process in percent. */
    public double percent() {
        return seconds.stream().mapToDouble(PredictedSecond::percent).average().orElse(0);
    }

    /** Returns the mean share awake in percent. */
    public double awakePercent() {
        return seconds.stream()
                .mapToDouble(PredictedSecond::awakePercent)
                .average()
                .orElse(0);
    }

    private static IdlePolicy policy(ProbeSpec spec) {
        return switch (spec.policy()) {
            case BUSY_POLL -> IdlePolicy.busyPoll();
            case POLL_THEN_HALT -> IdlePolicy.pollThenHalt().withWindow(spec.windowMicros() * Picos.PER_MICRO);
            case HALT_AT_ONCE -> IdlePolicy.haltAtOnce();
            case MWAIT -> IdlePolicy.mwait();
        };
    }

    /** The guest: Toro with the policy, a polling thread and a timer on each core; it is read each second. */
    private static final class Probe {
        private final ProbeSpec spec;
        private final Machine machine;
        private final QemuProcess process;
        private final ToroKernel kernel;
        private final long workPs;
        private final long[] ticks;
        private final long[] phase;
        private final long[] pending;
        private final long[] served;
        private final List<PredictedSecond> predicted;
        private @Nullable Reading before;

        Probe(ProbeSpec spec, GuestPlace place, List<PredictedSecond> predicted) {
            this.spec = spec;
            this.machine = place.machine();
            this.process = place.process();
            this.predicted = predicted;
            this.ticks = new long[spec.vcpus()];
            this.phase = new long[spec.vcpus()];
            this.pending = new long[spec.vcpus()];
            this.served = new long[spec.vcpus()];
            this.workPs = spec.load().workMicros() * Picos.PER_MICRO
                    + machine.costs().cpuPs(nativeLoopsPs(spec.load(), machine));
            process.firmwareTimerStops();
            kernel = ToroKernel.boot(
                    machine,
                    KernelConfig.defaults().withIdlePolicy(policy(spec)).withQuirks(ToroQuirks.repaired()));
            place.plugTimers(kernel, this::timer, this::tick);
            for (int core = 0; core < spec.vcpus(); core++) {
                kernel.spawn(core, "probe" + core, new Poller(core));
            }
            machine.simulation().at(SETTLE_SECONDS * Picos.PER_SECOND, Machine.OBSERVER_PRIORITY, this::reads, 0, 0);
        }

        private static long nativeLoopsPs(ProbeLoad load, Machine machine) {
            long instructions = Math.multiplyExact((long) load.workLoops(), ProbeLoad.TURN_INSTRUCTIONS);
            long cycles = instructions / machine.spec().costs().count("code.issue_width");
            return Picos.ofCycles(cycles, machine.spec().tscHz());
        }

        /** vCPU 0 has the PIT or its local APIC's, the others theirs. */
        private GuestTimer timer(int core) {
            boolean pit = spec.timer() == ProbeTimer.PIT && core == 0;
            return new GuestTimer(pit ? GuestTimer.Source.PIT : GuestTimer.Source.LOCAL_APIC, spec.timerHz());
        }

        /** Counts, and brings the tick's request. */
        private boolean tick(int core) {
            ticks[core]++;
            if (!spec.load().present()) {
                return false;
            }
            boolean brings = phase[core] < spec.load().burstTicks();
            phase[core] = (phase[core] + 1) % spec.load().periodTicks();
            pending[core] += brings ? 1 : 0;
            return brings;
        }

        /** The thread: serves what is there, else says that it only polls. */
        private final class Poller implements GuestProgram {
            private final int core;

            Poller(int core) {
                this.core = core;
            }

            @Override
            public boolean readsDeclared() {
                return true;
            }

            @Override
            public long next(GuestThread self) {
                if (pending[core] > 0) {
                    pending[core]--;
                    served[core]++;
                    self.active();
                    return self.compute(workPs);
                }
                return self.switchIdle();
            }
        }

        private record Reading(long[] threadPs, long awakePs, long ticks, long halts, long served) {}

        private Reading read() {
            long[] threads = new long[process.threadCount()];
            long awakePs = 0;
            long halts = 0;
            long all = 0;
            for (int thread = 0; thread < threads.length; thread++) {
                threads[thread] = process.threadCpuPs(thread);
            }
            for (int core = 0; core < spec.vcpus(); core++) {
                awakePs += machine.simulation().nowPs() - machine.vcpu(core).residencyPs(VcpuState.HALTED);
                halts += machine.vcpu(core).count(Counter.HALTS)
                        + machine.vcpu(core).count(Counter.MWAITS);
                all += served[core];
            }
            return new Reading(threads, awakePs, ticks[0], halts, all);
        }

        /** At the end of each second from the end of the settling on. */
        private void reads(int op, long arg) {
            Reading now = read();
            if (before != null) {
                predicted.add(between(before, now));
            }
            before = now;
            machine.simulation()
                    .at(machine.simulation().nowPs() + Picos.PER_SECOND, Machine.OBSERVER_PRIORITY, this::reads, 0, 0);
        }

        private PredictedSecond between(Reading before, Reading now) {
            double toPercent = 100.0 / Picos.PER_SECOND;
            long vcpuPs = 0;
            long tickPs = 0;
            int mainLoop = process.threadCount() - 1;
            for (int thread = 0; thread <= mainLoop; thread++) {
                tickPs += (now.threadPs()[thread] / TICK_PS - before.threadPs()[thread] / TICK_PS) * TICK_PS;
                if (thread < mainLoop) {
                    vcpuPs += now.threadPs()[thread] - before.threadPs()[thread];
                }
            }
            long mainPs = now.threadPs()[mainLoop] - before.threadPs()[mainLoop];
            return new PredictedSecond(
                    tickPs * toPercent,
                    (vcpuPs + mainPs) * toPercent,
                    vcpuPs * toPercent,
                    mainPs * toPercent,
                    (now.awakePs() - before.awakePs()) * toPercent / spec.vcpus(),
                    now.ticks() - before.ticks(),
                    now.halts() - before.halts(),
                    now.served() - before.served());
        }
    }

    /**
     * One second of the model's run; 100 is one CPU.
     *
     * @param topPercent as {@code top} shows it: in ticks of 10 ms
     * @param percent exactly
     * @param vcpuPercent the vCPU threads alone
     * @param mainLoopPercent the main loop
     * @param awakePercent share of the time that vCPUs were not halted, their mean
     * @param ticks timer interrupts taken by vCPU 0
     * @param halts halts of all vCPUs
     * @param served requests served by all vCPUs
     */
    public record PredictedSecond(
            double topPercent,
            double percent,
            double vcpuPercent,
            double mainLoopPercent,
            double awakePercent,
            double ticks,
            double halts,
            double served) {}
}
