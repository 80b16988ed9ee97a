package io.torosim.experiment.cpu;

import io.torosim.core.host.QemuProcess;
import io.torosim.core.host.TopMode;
import io.torosim.core.host.TopSample;
import io.torosim.core.host.TopSampler;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceKind;
import io.torosim.experiment.Series;
import io.torosim.experiment.Series.Interval;
import io.torosim.experiment.Series.Sample;
import io.torosim.experiment.spec.Arrivals;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.linux.LinuxHttpGuest;
import io.torosim.guest.load.ClosedLoopLoad;
import io.torosim.guest.load.HttpClients;
import io.torosim.guest.load.RecordedLoad;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.toro.ToroHttpGuest;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One guest under load, watched by {@code top}.
 *
 * @param samples what {@code top} showed
 * @param otherModeMean mean of what {@code top} showed in its other mode (Irix, Solaris) at the same time
 * @param threadPercent the exact share of each thread of the QEMU process in each sample, vCPUs first
 * @param traffic when there was traffic
 * @param requests requests answered
 * @param latencyMicros mean time of a request in microseconds
 * @param lastPollMillis time from the end of the last traffic to the moment at which vCPU 0 was halted for good, or NaN
 * @param result residency, counters and digest
 */
record GuestRun(
        List<Sample> samples,
        double otherModeMean,
        List<double[]> threadPercent,
        List<Interval> traffic,
        long requests,
        double latencyMicros,
        double lastPollMillis,
        RunResult result) {

    /** The guest is up and settled before the load and {@code top} begin: its first poll window is over. */
    static final Duration SETTLING = Duration.ofSeconds(1);

    /**
     * Which guest.
     *
     * @param toro Toro's idle policy; empty for Linux
     * @param quirks Toro's defects
     * @param startedCores Toro's cores that come up
     */
    record Setup(Optional<IdlePolicy> toro, ToroQuirks quirks, int startedCores) {
        static Setup toro(IdlePolicy policy) {
            return new Setup(Optional.of(policy), ToroQuirks.faithful(), Integer.MAX_VALUE);
        }

        static Setup linux() {
            return new Setup(Optional.empty(), ToroQuirks.faithful(), Integer.MAX_VALUE);
        }

        Setup withQuirks(ToroQuirks other) {
            return new Setup(toro, other, startedCores);
        }

        Setup withStartedCores(int count) {
            return new Setup(toro, quirks, count);
        }
    }

    static MachineSpec machine(Specification spec, long seed) {
        return spec.machine(seed)
                .vcpus(spec.get(Keys.VCPUS))
                .ramMib(spec.get(Keys.VCPUS) * spec.get(Keys.RAM_PER_VCPU))
                .build();
    }

    static GuestRun run(Specification spec, Setup setup, int concurrency, Duration duration, long seed) {
        MachineSpec machineSpec = machine(spec, seed);
        try (Machine machine = Machine.create(machineSpec)) {
            QemuProcess process = new QemuProcess(machine);
            NetBackend backend = spec.get(Keys.NET_BACKEND);
            NetworkCard card;
            if (setup.toro().isPresent()) {
                card = new NetworkCard(machine, process, backend, ToroHttpGuest.NETWORK_VECTOR, true);
                KernelConfig config = KernelConfig.defaults()
                        .withIdlePolicy(setup.toro().get())
                        .withQuirks(setup.quirks())
                        .withStartedCores(setup.startedCores())
                        .withBelievedMhz(spec.get(Keys.BELIEVED_MHZ));
                ToroHttpGuest.start(machine, card, config);
            } else {
                card = new NetworkCard(machine, process, backend, LinuxHttpGuest.NETWORK_VECTOR, false);
                LinuxHttpGuest.start(machine, card);
            }
            machine.runUntil(SETTLING);
            HaltWatch watch = new HaltWatch();
            machine.trace().addSink(watch, TraceKind.VCPU_STATE);
            HttpClients clients = new HttpClients(machine, card);
            load(spec, machine, clients, concurrency);
            TopMode mode = spec.get(Keys.TOP_MODE);
            TopMode otherMode = mode == TopMode.IRIX ? TopMode.SOLARIS : TopMode.IRIX;
            long delayPs = Picos.of(spec.get(Keys.TOP_DELAY));
            TopSampler top = new TopSampler(machine, process, mode, spec.get(Keys.HOST_CPUS), delayPs);
            TopSampler otherTop = new TopSampler(machine, process, otherMode, spec.get(Keys.HOST_CPUS), delayPs);
            RunResult result = machine.runUntil(SETTLING.plus(duration));
            double latencyMicros = clients.meanLatencyPs() / (double) Picos.PER_MICRO;
            return collect(clients.traffic(), clients.doneCount(), latencyMicros, top, otherTop, watch, result);
        }
    }

    private static void load(Specification spec, Machine machine, HttpClients clients, int concurrency) {
        if (spec.arrivals() instanceof Arrivals.ClosedLoop loop) {
            new ClosedLoopLoad(
                    machine,
                    clients,
                    Picos.of(loop.period()),
                    Picos.of(loop.burst()),
                    loop.requestsPerBurst() * concurrency,
                    concurrency);
        } else if (spec.arrivals() instanceof Arrivals.Recorded recorded) {
            new RecordedLoad(machine, clients, recorded.offsets());
        }
    }

    /** Puts together what was seen of a guest that was given {@link #SETTLING} before {@code top} began. */
    static GuestRun collect(
            List<long[]> stretches,
            long requests,
            double latencyMicros,
            TopSampler top,
            TopSampler otherTop,
            HaltWatch watch,
            RunResult result) {
        List<Sample> samples = new ArrayList<>();
        List<double[]> threads = new ArrayList<>();
        boolean afterTraffic = false;
        for (TopSample s : top.samples()) {
            String phase = TrafficPhases.classify(stretches, s.startPs(), s.endPs(), afterTraffic);
            afterTraffic = phase.equals(TrafficPhases.BURST) || phase.equals(TrafficPhases.MIXED);
            samples.add(new Sample(seconds(s.startPs()), seconds(s.endPs()), s.cpuPercent(), phase));
            threads.add(s.threadPercent());
        }
        List<Interval> traffic = stretches.stream()
                .map(t -> new Interval(seconds(t[0]), seconds(t[1])))
                .toList();
        double lastPoll = Double.NaN;
        if (!stretches.isEmpty()) {
            long endPs = stretches.get(stretches.size() - 1)[1];
            if (watch.haltedSincePs() >= endPs) {
                lastPoll = (watch.haltedSincePs() - endPs) / (double) Picos.PER_MILLI;
            }
        }
        return new GuestRun(
                samples,
                otherTop.samples().stream()
                        .mapToDouble(TopSample::cpuPercent)
                        .average()
                        .orElse(0),
                threads,
                traffic,
                requests,
                latencyMicros,
                lastPoll,
                result);
    }

    /** Seconds since the load and {@code top} began. */
    private static double seconds(long ps) {
        return (ps - Picos.of(SETTLING)) / (double) Picos.PER_SECOND;
    }

    Series series(String name) {
        return new Series(name, "%", samples, traffic);
    }

    /** The values of the samples of a phase. */
    double[] values(String phase) {
        return samples.stream()
                .filter(s -> s.phase().equals(phase))
                .mapToDouble(Sample::value)
                .toArray();
    }

    /** Mean of the exact shares of all threads of the QEMU process, not counted in ticks as {@code top} does. */
    double meanExact() {
        return threadPercent.stream()
                .mapToDouble(shares -> Arrays.stream(shares).sum())
                .average()
                .orElse(0);
    }

    double mean() {
        return samples.stream().mapToDouble(Sample::value).average().orElse(0);
    }
}
