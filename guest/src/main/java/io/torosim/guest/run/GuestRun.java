package io.torosim.guest.run;

import io.torosim.core.cost.CostModel;
import io.torosim.core.file.WholeFile;
import io.torosim.core.host.HostProfile;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.host.QemuProcess.TopSampler.TopMode;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.power.HostCpus.HostClock;
import io.torosim.core.power.HostCpus.HostClock.Governor;
import io.torosim.core.power.HostCpus.HostSleep;
import io.torosim.core.power.PowerMeter;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceFile;
import io.torosim.core.trace.TraceFile.TraceNames;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import io.torosim.guest.device.PcDevices;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.load.RequestPort.WorkQueue;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.wire.Link;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One guest under a load on a host, watched by {@code top}: a builder of such runs, each of which gives a
 * {@link GuestOutcome}. The same settings give the same outcome. Where nothing is said: two vCPUs at the cost model's clock,
 * executed as the profile says, no timer, no load, 1 s to settle and 10 s watched, {@code top} each second.
 */
public final class GuestRun {
    /** Interrupt of the guest's timer where that is a local APIC's. */
    public static final int TIMER_VECTOR = 48;

    /** Interrupt of the guest's timer where that is the PIT: line 0 of PICs whose vectors begin at 32. */
    public static final int PIT_VECTOR = 32;

    /** Interrupt that tells of a request in the queue. */
    public static final int QUEUE_VECTOR = 49;

    private static final Predicate<RequestPort> NEVER = port -> false;
    private static final Duration SLICE = Duration.ofMillis(50);
    private static final Duration LEAST_DELAY = Duration.ofMillis(10);
    /** What the simulation's clock holds is 106 days. */
    private static final Duration MOST_TIME = Duration.ofDays(100);

    private final GuestKind guest;
    private final MachineSpec.Builder machine;
    private final CostModel costs;
    private int vcpus = 2;
    private int ramMibPerVcpu = 256;
    private int ramMib;
    private NetBackend backend = NetBackend.VHOST;
    private GuestTimer timer = GuestTimer.none();
    private Load load = Load.none();
    private Duration work = Duration.ofNanos(50_000);
    private boolean workSaid;
    private TopMode topMode = TopMode.IRIX;
    private int cpusOfTop;
    private int sharedCpus;
    private Duration topDelay = Duration.ofSeconds(1);
    private Duration settling = Duration.ofSeconds(1);
    private Duration watched = Duration.ofSeconds(10);
    private boolean withTop = true;
    private boolean profiled;
    private boolean heard;
    private Predicate<RequestPort> ends = NEVER;
    private Duration lookedAt = SLICE;
    private Duration quietAfter = Duration.ZERO;
    private @Nullable Governor governor;
    private HostSleep.@Nullable Choice sleep;
    private @Nullable Path traceFile;
    private @Nullable Path captureFile;
    private Consumer<Machine> observer = m -> {};

    private GuestRun(GuestKind guest, HostProfile host) {
        this.guest = guest;
        this.costs = host.costs();
        this.machine = MachineSpec.builder()
                .costs(costs)
                .tscHz(costs.count("machine.tsc_hz"))
                .vcpuMode(host.mode());
    }

    /** Begins the description of a run of {@code guest} on {@code host}. */
    public static GuestRun of(GuestKind guest, HostProfile host) {
        return new GuestRun(Objects.requireNonNull(guest, "guest"), Objects.requireNonNull(host, "host"));
    }

    /**
     * Begins the description of a boot of Toro, from the start of QEMU to the first thread of a program such as ToroHello: one vCPU and
     * 1,024 MiB as at first, cores brought up as Toro does it, with a PIT. The run ends with the boot, or after an hour.
     *
     * @see GuestOutcome#boot
     */
    public static GuestRun boot(BootPath path, HostProfile host) {
        return boot(path, BringUpOrder.TORO, true, host);
    }

    /** The same with the other cores brought up in {@code order}, with or without a PIT, by which the kernel calibrates its clock. */
    public static GuestRun boot(BootPath path, BringUpOrder order, boolean pit, HostProfile host) {
        return of(GuestKind.boot(path, order, pit), host)
                .vcpus(1)
                .ramMib(1024)
                .withoutTop()
                .settling(Duration.ZERO)
                .watched(Duration.ofHours(1))
                .untilOver(Duration.ofMillis(10), Duration.ZERO);
    }

    /** Sets the number of vCPUs. */
    public GuestRun vcpus(int count) {
        vcpus = count;
        return this;
    }

    /** Sets the memory for each vCPU in MiB. */
    public GuestRun ramMibPerVcpu(int mib) {
        ramMibPerVcpu = mib;
        ramMib = 0;
        return this;
    }

    /** Sets the memory of the machine in MiB, however many vCPUs it has. */
    public GuestRun ramMib(int mib) {
        if (mib < 1) {
            throw new IllegalArgumentException("mib must be at least 1, mib=" + mib);
        }
        ramMib = mib;
        return this;
    }

    /** Sets the host's clock in Hz; what a kernel takes it for is the kernel's configuration. */
    public GuestRun tscHz(long hz) {
        machine.tscHz(hz);
        return this;
    }

    /** Sets how vCPUs are executed, where not as the profile says. */
    public GuestRun vcpuMode(VcpuMode mode) {
        machine.vcpuMode(Objects.requireNonNull(mode, "mode"));
        return this;
    }

    /** Sets whether KVM polls before it blocks a halted vCPU. */
    public GuestRun haltPolling(boolean polls) {
        machine.haltPolling(polls);
        return this;
    }

    /** Sets what the hypervisor makes of {@code mwait}. */
    public GuestRun mwait(MwaitMode mode) {
        machine.mwait(Objects.requireNonNull(mode, "mode"));
        return this;
    }

    /** Sets the seed of all random streams. */
    public GuestRun seed(long seed) {
        machine.seed(seed);
        return this;
    }

    /** Sets how many CPUs of the host the vCPUs' threads share; 0, as at first, for one each. */
    public GuestRun hostCpus(int count) {
        machine.hostCpus(count);
        sharedCpus = count;
        return this;
    }

    /** Sets whether every step is an event of its own: slower, the results are the same; see {@link MachineSpec.Builder#exactStepping}. */
    public GuestRun exactStepping(boolean on) {
        machine.exactStepping(on).fastForward(!on);
        return this;
    }

    /** Lets somebody hear every trace event, who keeps none: the results are the same. */
    public GuestRun heard() {
        heard = true;
        return this;
    }

    /** Makes the host unquiet, by a seed of its own: see {@link MachineSpec#perturbation}. */
    public GuestRun perturbed(long seed) {
        machine.perturbation(seed);
        return this;
    }

    /** Sets who moves packets. */
    public GuestRun backend(NetBackend other) {
        backend = Objects.requireNonNull(other, "backend");
        return this;
    }

    /** Sets the guest's timer. */
    public GuestRun timer(GuestTimer other) {
        timer = Objects.requireNonNull(other, "timer");
        return this;
    }

    /** Sets what is asked of the guest. */
    public GuestRun load(Load other) {
        load = Objects.requireNonNull(other, "load");
        return this;
    }

    /**
     * Sets what a request in the queue takes, at the speed of a real processor; requests over a network cost
     * what the guest's stack does, and a run with such a guest refuses to be told.
     */
    public GuestRun work(Duration time) {
        Objects.requireNonNull(time, "time");
        if (time.isNegative() || time.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("work must be in [0, 1 h], work=" + time);
        }
        work = time;
        workSaid = true;
        return this;
    }

    /**
     * Sets what {@code top} calls 100 %, how many CPUs its host has, and how long it waits between samples. Where nothing is said the host
     * has two CPUs, or as many as vCPUs or as {@link #hostCpus} where that is more.
     *
     * @param cpus in [1, 256]
     * @param delay at least 10 ms, a tick of {@code top}'s
     */
    public GuestRun top(TopMode mode, int cpus, Duration delay) {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(delay, "delay");
        if (cpus < 1 || cpus > 256 || delay.compareTo(LEAST_DELAY) < 0 || delay.compareTo(MOST_TIME) > 0) {
            throw new IllegalArgumentException(
                    "top's cpus must be in [1, 256] and its delay in [10 ms, 100 days], cpus=" + cpus + ", delay="
                            + delay);
        }
        topMode = mode;
        cpusOfTop = cpus;
        topDelay = delay;
        withTop = true;
        return this;
    }

    /** Lets nobody look by {@code top}: the outcome has no intervals, and the trace no samples. */
    public GuestRun withoutTop() {
        withTop = false;
        return this;
    }

    /** Sets how long the guest runs before the load begins and {@code top} looks. */
    public GuestRun settling(Duration time) {
        settling = notNegative(time);
        return this;
    }

    /** Sets how long the load lasts and {@code top} looks. */
    public GuestRun watched(Duration time) {
        watched = notNegative(time);
        return this;
    }

    private static Duration notNegative(Duration time) {
        if (Objects.requireNonNull(time, "time").isNegative()) {
            throw new IllegalArgumentException("time must not be negative, time=" + time);
        }
        return time;
    }

    /**
     * Ends the run {@code quiet} after so many requests are answered, looked at every 50 ms, and after {@link #watched} if they
     * are not.
     */
    public GuestRun untilAnswered(long requests, Duration quiet) {
        if (requests < 0) {
            throw new IllegalArgumentException("requests must be at least 0, requests=" + requests);
        }
        return until(port -> port.doneCount() >= requests, SLICE, quiet);
    }

    /**
     * Ends the run {@code quiet} after so many requests are over, answered or come to nothing (over a wire that loses frames, some do); looked at every
     * 50 ms, and after {@link #watched} if they are not.
     */
    public GuestRun untilEnded(long requests, Duration quiet) {
        if (requests < 0) {
            throw new IllegalArgumentException("requests must be at least 0, requests=" + requests);
        }
        return until(port -> port.doneCount() + failed(port.failures()) >= requests, SLICE, quiet);
    }

    private static long failed(Map<String, Long> failures) {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Ends the run {@code quiet} after the guest has done what it was started for, and after {@link #watched} if it does not: an example whose
     * clients are all answered or have given up, a boot.
     *
     * @param lookedAt how often it is looked at, positive
     */
    public GuestRun untilOver(Duration lookedAt, Duration quiet) {
        return until(RequestPort::isOver, lookedAt, quiet);
    }

    private GuestRun until(Predicate<RequestPort> over, Duration every, Duration quiet) {
        Objects.requireNonNull(every, "lookedAt");
        Objects.requireNonNull(quiet, "quiet");
        if (every.isNegative() || every.isZero() || quiet.isNegative() || quiet.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "lookedAt must be positive and quiet in [0, 1 day], lookedAt=" + every + ", quiet=" + quiet);
        }
        ends = over;
        lookedAt = every;
        quietAfter = quiet;
        return this;
    }

    /**
     * Notes in which routine each vCPU is while it is watched, by every step: {@link GuestOutcome#profile}. Changes nothing but the time that
     * the run takes.
     */
    public GuestRun profiled() {
        profiled = true;
        return this;
    }

    /** Puts the vCPUs on CPUs whose clock and sleep states the host chooses so. */
    public GuestRun power(Governor clock, HostSleep.Choice states) {
        governor = Objects.requireNonNull(clock, "clock");
        sleep = Objects.requireNonNull(states, "states");
        return this;
    }

    /**
     * Writes everything that happens while {@code top} looks into {@code file}, to be opened with {@code ui.perfetto.dev}: a whole file, or none of a
     * run that fails, which leaves the one that was there.
     */
    public GuestRun traceTo(Path file) {
        traceFile = Objects.requireNonNull(file, "file");
        return this;
    }

    /**
     * Writes every frame that enters the guest's wire into {@code file} as pcapng, for Wireshark: from power-on to the end of the run, lost
     * ones included; a whole file, or none of a run that fails, which leaves the one that was there. A guest without a network is refused when it is
     * run, as is the file that {@link #traceTo} names.
     */
    public GuestRun captureTo(Path file) {
        captureFile = Objects.requireNonNull(file, "file");
        return this;
    }

    /** Shows the machine to {@code look} before the guest starts, for trace sinks of one's own. */
    public GuestRun observedBy(Consumer<Machine> look) {
        observer = Objects.requireNonNull(look, "look");
        return this;
    }

    /**
     * Runs it.
     *
     * @throws IllegalArgumentException if a setting leaves its range, or two do not go together
     * @throws UncheckedIOException if the trace or the capture cannot be written
     */
    public GuestOutcome run() {
        if (watched.isNegative()
                || watched.isZero()
                || settling.isNegative()
                || watched.compareTo(MOST_TIME) > 0
                || settling.compareTo(MOST_TIME.minus(watched)) > 0) {
            throw new IllegalArgumentException(
                    "watched must be positive, settling not negative, and both together at most 100 days, watched="
                            + watched + ", settling=" + settling);
        }
        if (traceFile != null
                && captureFile != null
                && traceFile
                        .toAbsolutePath()
                        .normalize()
                        .equals(captureFile.toAbsolutePath().normalize())) {
            throw new IllegalArgumentException("the trace and the capture must be two files, file=" + captureFile);
        }
        MachineSpec spec = machine.vcpus(vcpus)
                .ramMib(ramMib > 0 ? ramMib : vcpus * ramMibPerVcpu)
                .build();
        if (traceFile == null) {
            try (Machine on = Machine.create(spec)) {
                return run(on, Optional.empty());
            }
        }
        try (Machine on = Machine.create(spec)) {
            return traced(on, traceFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private GuestOutcome traced(Machine on, Path file) throws IOException {
        TraceBus watchedOnly = new TraceBus();
        List<String> states =
                Arrays.stream(VcpuState.values()).map(VcpuState::toString).toList();
        try (WholeFile whole = WholeFile.begin(file).removeAtExit()) {
            Writer out = new BufferedWriter(new OutputStreamWriter(whole.stream(), StandardCharsets.UTF_8));
            TraceFile trace = TraceFile.timeline(watchedOnly, out, new TraceNames().states(states));
            try {
                GuestOutcome outcome = run(on, Optional.of(watchedOnly));
                trace.close();
                whole.keep();
                return outcome;
            } finally {
                trace.discard(); // of a run that failed
            }
        }
    }

    private GuestOutcome run(Machine on, Optional<TraceBus> trace) {
        PowerMeter meter = GuestWatch.meter(on);
        observer.accept(on);
        if (heard) {
            on.trace().addSink((timePs, vcpu, kind, a, b) -> {});
        }
        if (governor != null && sleep != null) {
            HostClock.install(on, governor);
            HostSleep.install(on, sleep);
        }
        QemuProcess process = new QemuProcess(on);
        boolean perTick = load instanceof Load.PerTick;
        WorkQueue queue =
                new WorkQueue(on, 0, perTick ? -1 : QUEUE_VECTOR, on.costs().cpuPs(Picos.of(work)));
        RequestPort port = Objects.requireNonNull(
                guest.start(new GuestPlace(on, process, backend, timer, queue, ticks(on, queue))),
                "the port that GuestKind.start returned");
        if (perTick && (port != queue || !timer.runs())) {
            throw new IllegalArgumentException(
                    "requests that come with the timer's ticks need a timer and a guest that takes them from its queue");
        }
        if (workSaid && port != queue) {
            throw new IllegalArgumentException(
                    "work is that of a request in the queue, and this guest is asked over a network or not at all, work="
                            + work);
        }
        if (captureFile == null) {
            return watched(on, process, port, trace, meter);
        }
        Link wire = wireOf(port);
        try (WholeFile frames = WholeFile.begin(captureFile).removeAtExit()) {
            wire.capture("guest", frames.stream());
            GuestOutcome outcome = watched(on, process, port, trace, meter);
            frames.keep();
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Link wireOf(RequestPort port) {
        Optional<Link> wire = port instanceof Wired wired ? wired.wire() : Optional.empty();
        return wire.orElseThrow(() -> new IllegalArgumentException(
                "frames can be captured of a guest with a network card only, and this one has none"));
    }

    private GuestOutcome watched(
            Machine on, QemuProcess process, RequestPort port, Optional<TraceBus> trace, PowerMeter meter) {
        on.runUntil(settling);
        GuestWatch watch = new GuestWatch(on, process, topMode, cpusOfTop(), Picos.of(topDelay), trace, meter);
        watch.begins();
        if (profiled) {
            watch.profiles();
        }
        load.begin(on, port);
        if (withTop) {
            watch.topBegins();
        }
        on.runUntil(end(on, port));
        return watch.outcome(port);
    }

    private int cpusOfTop() {
        return cpusOfTop > 0 ? cpusOfTop : Math.max(2, Math.max(vcpus, sharedCpus));
    }

    private Duration end(Machine on, RequestPort port) {
        Duration latest = settling.plus(watched);
        if (ends == NEVER) {
            return latest;
        }
        Duration now = settling;
        while (!ends.test(port) && now.compareTo(latest) < 0) {
            now = now.plus(lookedAt);
            on.runUntil(now);
        }
        return now.plus(quietAfter);
    }

    private BooleanSupplier ticks(Machine on, WorkQueue queue) {
        if (!(load instanceof Load.PerTick perTick)) {
            return () -> false;
        }
        int[] tick = {0};
        return () -> {
            if (on.simulation().nowPs() < Picos.of(settling)) {
                return false;
            }
            boolean brings = tick[0] < perTick.busyTicks();
            tick[0] = (tick[0] + 1) % perTick.periodTicks();
            if (brings) {
                queue.request();
            }
            return brings;
        };
    }

    /**
     * A timer that interrupts the guest at a steady rate: a device of its machine that the guest programs when it starts, acknowledges and, where that has to be, sets
     * anew by accesses to registers, each of which is counted and paid for. The rate is what the device can make of {@code hz}: {@link #realHz}.
     *
     * @param source which device
     * @param hz interrupts a second that are wanted, 0 for none; each source has its range
     */
    public record GuestTimer(Source source, int hz) {
        /** What a local APIC's timer counts at divide 1. */
        private static final long APIC_HZ = Picos.PER_SECOND / Picos.PER_NANO;

        /** The device, and how the guest uses it. */
        public enum Source {
            /**
             * Channel 0 of the PIT, periodic (mode 2), by the PICs to vCPU 0: 19 to 100,000 Hz, rounded to a whole divisor of 1,193,182 Hz, so that 100 Hz are 99.998
             * (11,932), 250 Hz 249.986 (4,773), 1,000 Hz 1,000.15 (1,193) and 100,000 Hz 99,431.8 (12).
             */
            PIT(19, 100_000),
            /** The local APIC's timer of every vCPU, periodic: 1 to 1,000,000 Hz, the period rounded down to a whole nanosecond. */
            LOCAL_APIC(1, 1_000_000),
            /** The same, set anew by each interrupt's handler (one-shot): a late handler makes the next interrupt late. */
            ONE_SHOT(1, 1_000_000),
            /**
             * The time-stamp counter's deadline, set anew by each handler to the next multiple of the period, a whole number of the counter's cycles, rounded down: it
             * does not drift. A deadline that has passed when it is written interrupts at once.
             */
            TSC_DEADLINE(1, 1_000_000);

            private final int lowest;
            private final int highest;

            Source(int lowest, int highest) {
                this.lowest = lowest;
                this.highest = highest;
            }

            /** Returns whether every vCPU has one; else only vCPU 0. */
            boolean onEveryVcpu() {
                return this != PIT;
            }

            /** Returns whether the handler sets it anew. */
            boolean isSetByHandler() {
                return this == ONE_SHOT || this == TSC_DEADLINE;
            }
        }

        /** Checks the rate. */
        public GuestTimer {
            Objects.requireNonNull(source, "source");
            if (hz != 0 && (hz < source.lowest || hz > source.highest)) {
                throw new IllegalArgumentException("timer rate of " + source + " must be 0 or in [" + source.lowest
                        + ", " + source.highest + "] Hz, hz=" + hz);
            }
        }

        /** No timer. */
        public static GuestTimer none() {
            return new GuestTimer(Source.PIT, 0);
        }

        /** The PIT at {@code hz}. */
        public static GuestTimer pit(int hz) {
            return new GuestTimer(Source.PIT, hz);
        }

        /**
         * Returns the rate of the device itself, in Hz, 0 for none: a one-shot timer's interrupts come later than that by what it takes to set it anew.
         *
         * @param tscHz rate of the machine's time-stamp counter, which a deadline is counted in
         */
        public double realHz(long tscHz) {
            if (!runs()) {
                return 0;
            }
            return switch (source) {
                case PIT -> (double) PcDevices.PIT_HZ / count();
                case LOCAL_APIC, ONE_SHOT -> (double) APIC_HZ / (count() + 1);
                case TSC_DEADLINE -> (double) tscHz / periodCycles(tscHz);
            };
        }

        /** Returns whether it runs. */
        boolean runs() {
            return hz > 0;
        }

        /** Returns what a timer that runs is loaded with: the PIT's divisor, or a local APIC's initial count, which expires one count after 0. */
        long count() {
            return source == Source.PIT ? (PcDevices.PIT_HZ + hz / 2) / hz : APIC_HZ / hz - 1;
        }

        /** Returns the period of a timer that runs in whole cycles of a time-stamp counter. */
        long periodCycles(long tscHz) {
            return tscHz / hz;
        }
    }
}
