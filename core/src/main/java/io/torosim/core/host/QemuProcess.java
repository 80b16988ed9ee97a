package io.torosim.core.host;

import io.torosim.core.cost.CostModel;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The QEMU process as the host sees it: a thread for each vCPU (or one for all), and the main loop, which wakes up for
 * timers and, where the network backend lives in the process, works on packets. Under software emulation each wake-up of a
 * halted vCPU costs CPU time of both, by how long ago the last one was.
 *
 * <p>Its threads are the vCPUs of a {@link Machine}, its timers events of the {@link Simulation}; {@link EmulationWakeUps} accounts what software
 * emulation adds. {@link TopSampler} looks at it as {@code top} does.
 */
public final class QemuProcess {
    private static final long FIRMWARE_TICK_PS = 65_536 * Picos.PER_SECOND / 1_193_182;

    private final Machine machine;
    private final long wakeEveryPs;
    private final long wakeWorkPs;
    private final @Nullable EmulationWakeUps wakeUps;
    private long mainLoopPs;
    private long firmwareTickHandle = Simulation.NO_HANDLE;

    /**
     * Starts the process of {@code machine} now. Under software emulation the firmware's timer runs
     * ({@link #firmwareTimerStops}).
     */
    public QemuProcess(Machine machine) {
        Objects.requireNonNull(machine, "machine");
        this.machine = machine;
        CostModel costs = machine.spec().costs();
        this.wakeEveryPs = Picos.PER_SECOND / costs.count("qemu.main_loop_wake_hz");
        this.wakeWorkPs = costs.ps("qemu.main_loop_wake");
        this.wakeUps = machine.spec().vcpuMode().isTcg() ? new EmulationWakeUps(machine) : null;
        wakeLater();
        if (wakeUps != null) {
            firmwareTickLater();
        }
    }

    /**
     * A timer of the machine expires now and is about to interrupt {@code vcpu}. To be called before the interrupt is raised;
     * under KVM, which has its timers in the kernel, it costs the process nothing.
     */
    public void timerExpires(int vcpu) {
        if (wakeUps != null) {
            wakeUps.timerExpires(vcpu);
        }
    }

    /**
     * The guest stops or takes over channel 0 of the PIT, which SeaBIOS leaves running at 18.2 Hz: masked or not, every expiry
     * wakes QEMU's main loop, and that is nearly all that an idle pc costs under emulation. Calling it again does nothing.
     */
    public void firmwareTimerStops() {
        machine.simulation().cancel(firmwareTickHandle);
        firmwareTickHandle = Simulation.NO_HANDLE;
    }

    private void firmwareTickLater() {
        long atPs = machine.simulation().nowPs() + FIRMWARE_TICK_PS;
        firmwareTickHandle = machine.simulation().at(atPs, Machine.OBSERVER_PRIORITY, this::firmwareTick, 0, 0);
    }

    private void firmwareTick(int op, long arg) {
        if (wakeUps != null) {
            wakeUps.maskedTimerExpires();
        }
        firmwareTickLater();
    }

    /** The main loop works for {@code ps}. */
    public void mainLoopWorks(long ps) {
        mainLoopPs += ps;
    }

    /** Returns the number of threads. */
    public int threadCount() {
        return machine.vcpuCount() + 1;
    }

    /** Returns the CPU time of a thread so far: vCPUs first, then the main loop. */
    public long threadCpuPs(int thread) {
        boolean isVcpu = thread < machine.vcpuCount();
        if (wakeUps == null) {
            return isVcpu ? machine.vcpu(thread).hostCpuPs() : mainLoopPs;
        }
        return isVcpu ? machine.vcpu(thread).hostCpuPs() + wakeUps.vcpuPs(thread) : mainLoopPs + wakeUps.mainLoopPs();
    }

    private void wakeLater() {
        machine.simulation()
                .at(machine.simulation().nowPs() + wakeEveryPs, Machine.OBSERVER_PRIORITY, this::wake, 0, 0);
    }

    private void wake(int op, long arg) {
        mainLoopPs += wakeWorkPs;
        wakeLater();
    }

    /**
     * {@code top -p PID -d DELAY} watching a QEMU process: per interval the CPU time of its threads, each floored to ticks of
     * {@code USER_HZ}, over the time that has really passed, rounded to one decimal (procps). The sampler is itself scheduled,
     * so its intervals vary a little. The first frame covers the time since the start, as in {@code top}, and is left out.
     * What is more than the host has is shown as what it has: 100 x CPUs in Irix mode, 99.9 in Solaris mode and on one CPU
     * (procps 4.0.2).
     */
    public static final class TopSampler {
        private final Machine machine;
        private final QemuProcess process;
        private final TopMode mode;
        private final int hostCpus;
        private final long delayPs;
        private final long jitterPs;
        private final long tickPs;
        private final SimRandom random;
        private final long[] lastTicks;
        private final long[] lastCpuPs;
        private final List<TopSample> samples = new ArrayList<>();
        private final long startPs;
        private long frame;
        private long lastPs;

        /**
         * Starts sampling now.
         *
         * @param hostCpus CPUs of the host, at least 1
         * @param delayPs time between samples, at least 1 ms
         */
        public TopSampler(Machine machine, QemuProcess process, TopMode mode, int hostCpus, long delayPs) {
            Objects.requireNonNull(machine, "machine");
            Objects.requireNonNull(process, "process");
            Objects.requireNonNull(mode, "mode");
            if (delayPs < Picos.PER_MILLI) {
                throw new IllegalArgumentException("delayPs must be at least a millisecond, delayPs=" + delayPs);
            }
            if (hostCpus < 1) {
                throw new IllegalArgumentException("hostCpus must be at least 1, hostCpus=" + hostCpus);
            }
            this.machine = machine;
            this.process = process;
            this.mode = mode;
            this.hostCpus = hostCpus;
            this.delayPs = delayPs;
            this.jitterPs = Math.min(machine.spec().costs().ps("top.jitter"), delayPs / 4);
            this.tickPs = Picos.PER_SECOND / machine.spec().costs().count("top.user_hz");
            this.random = machine.randoms().stream("top");
            this.lastTicks = new long[process.threadCount()];
            this.lastCpuPs = new long[process.threadCount()];
            this.startPs = machine.simulation().nowPs();
            this.lastPs = startPs;
            for (int thread = 0; thread < lastTicks.length; thread++) {
                lastCpuPs[thread] = process.threadCpuPs(thread);
                lastTicks[thread] = lastCpuPs[thread] / tickPs;
            }
            later();
        }

        /** Returns the samples so far. */
        public List<TopSample> samples() {
            return Collections.unmodifiableList(samples);
        }

        /** Returns when it looked last, in picoseconds; when it began, if it has not looked yet. */
        public long lastLookPs() {
            return lastPs;
        }

        /** Returns the exact CPU of each thread since {@link #lastLookPs}, which must lie back, in percent: nobody looked, and the trace knows nothing of it. */
        public double[] percentSinceLastLook() {
            return threadPercent(machine.simulation().nowPs() - lastPs);
        }

        private double[] threadPercent(long elapsedPs) {
            double[] percent = new double[lastTicks.length];
            for (int thread = 0; thread < percent.length; thread++) {
                percent[thread] = 100.0 * (process.threadCpuPs(thread) - lastCpuPs[thread]) / elapsedPs;
            }
            return percent;
        }

        private long mostTenths() {
            return mode == TopMode.IRIX && hostCpus > 1 ? 1000L * hostCpus : 999;
        }

        private void later() {
            frame++;
            long jitter = jitterPs > 0 ? random.nextLong(jitterPs + 1) : 0;
            machine.simulation().at(startPs + frame * delayPs + jitter, Machine.OBSERVER_PRIORITY, this::sample, 0, 0);
        }

        private void sample(int op, long arg) {
            long nowPs = machine.simulation().nowPs();
            long elapsedPs = nowPs - lastPs;
            long sumTicks = 0;
            double[] threadPercent = threadPercent(elapsedPs);
            for (int thread = 0; thread < lastTicks.length; thread++) {
                long cpuPs = process.threadCpuPs(thread);
                long ticks = cpuPs / tickPs;
                sumTicks += ticks - lastTicks[thread];
                lastTicks[thread] = ticks;
                lastCpuPs[thread] = cpuPs;
            }
            long share = mode == TopMode.SOLARIS ? hostCpus : 1;
            // tenths of a percent, rounded half up, in integers: 1000 * ticks * tick / (elapsed * share)
            long whole = Math.multiplyExact(sumTicks * 1000, tickPs / 1000);
            long divisor = elapsedPs / 1000 * share;
            long tenths = Math.min((2 * whole + divisor) / (2 * divisor), mostTenths());
            samples.add(new TopSample(lastPs, nowPs, tenths / 10.0, threadPercent));
            machine.trace().emit(nowPs, -1, TraceKind.SAMPLE, samples.size(), tenths);
            lastPs = nowPs;
            later();
        }

        /** What {@code top} calls 100 %. */
        public enum TopMode {
            /** One CPU of the host: the default. */
            IRIX,
            /** All CPUs of the host. */
            SOLARIS;

            /** Returns the name as it is written in specifications: {@code irix} or {@code solaris}. */
            public String label() {
                return name().toLowerCase(Locale.ROOT);
            }

            /**
             * Returns the mode of that label.
             *
             * @throws IllegalArgumentException if there is none
             */
            public static TopMode ofLabel(String label) {
                for (TopMode mode : values()) {
                    if (mode.label().equals(label)) {
                        return mode;
                    }
                }
                throw new IllegalArgumentException("top mode must be irix or solaris, mode=" + label);
            }
        }

        /**
         * One line of {@code top} about the QEMU process.
         *
         * @param startPs beginning of the interval
         * @param endPs when the sample was taken
         * @param cpuPercent the %CPU column, one decimal
         * @param threadPercent the exact share of each thread, vCPUs first, then the main loop; 100 = one CPU
         */
        public record TopSample(long startPs, long endPs, double cpuPercent, double[] threadPercent) {}
    }
}
