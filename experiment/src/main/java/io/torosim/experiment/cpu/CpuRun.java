package io.torosim.experiment.cpu;

import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Series;
import io.torosim.experiment.ExperimentResult.Series.Interval;
import io.torosim.experiment.ExperimentResult.Series.Sample;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.Arrivals;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.Load;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One guest under load, watched by {@code top}: how its samples lie against the traffic.
 *
 * @param samples what {@code top} showed
 * @param otherModeMean mean of what {@code top} showed in its other mode (Irix, Solaris) at the same time
 * @param threadPercent the exact share of each thread of the QEMU process in each sample, vCPUs first
 * @param traffic when there was traffic
 * @param requests requests answered
 * @param latencyMicros mean time of a request in microseconds
 * @param lastPollMillis time from the end of the last traffic to the moment at which vCPU 0 was halted for good, or NaN
 * @param seconds how long was looked
 * @param exits VM exits in that time by cause
 * @param stealPercent time that vCPUs waited for a CPU of the host, of all together; 100 is one vCPU all the time
 * @param heapBytes the most bytes of kernel memory in use; empty for Linux
 * @param result residency, counters and digest
 */
record CpuRun(
        List<Sample> samples,
        double otherModeMean,
        List<double[]> threadPercent,
        List<Interval> traffic,
        long requests,
        double latencyMicros,
        double lastPollMillis,
        double seconds,
        Map<ExitCause, Long> exits,
        double stealPercent,
        OptionalLong heapBytes,
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

    /** The machine and the way of looking at it that a specification describes, with {@code guest} on it. */
    static GuestRun on(Specification spec, GuestKind guest) {
        return spec.run(guest)
                .vcpus(spec.get(Keys.VCPUS))
                .ramMibPerVcpu(spec.get(Keys.RAM_PER_VCPU))
                .backend(spec.get(Keys.NET_BACKEND))
                .top(spec.get(Keys.TOP_MODE), spec.get(Keys.HOST_CPUS), spec.get(Keys.TOP_DELAY))
                .settling(SETTLING);
    }

    static CpuRun run(Specification spec, Setup setup, int concurrency, Duration duration, long seed) {
        GuestKind guest = setup.toro().isPresent()
                ? GuestKind.toro(spec.kernel()
                        .withIdlePolicy(setup.toro().get())
                        .withQuirks(setup.quirks())
                        .withStartedCores(setup.startedCores()))
                : GuestKind.linux(LinuxConfig.defaults());
        return of(on(spec, guest)
                .load(load(spec.arrivals(), concurrency))
                .seed(seed)
                .watched(duration)
                .run());
    }

    static Load load(Arrivals arrivals, int concurrency) {
        if (arrivals instanceof Arrivals.ClosedLoop loop) {
            return new Load.Bursts(loop.period(), loop.burst(), loop.requestsPerBurst() * concurrency, concurrency);
        }
        return Load.recorded(((Arrivals.Recorded) arrivals).offsets());
    }

    static CpuRun of(GuestOutcome outcome) {
        List<Interval> traffic = outcome.traffic().stream()
                .map(t -> new Interval(t.start(), t.end()))
                .toList();
        List<Sample> samples = new ArrayList<>();
        List<double[]> threads = new ArrayList<>();
        boolean afterTraffic = false;
        for (GuestOutcome.Interval i : outcome.intervals()) {
            String phase = TrafficPhases.classify(traffic, i.start(), i.end(), afterTraffic);
            afterTraffic = TrafficPhases.isTraffic(phase);
            samples.add(new Sample(i.start(), i.end(), i.topPercent(), phase));
            threads.add(i.threadPercent());
        }
        return new CpuRun(
                samples,
                outcome.otherTopPercent(),
                threads,
                traffic,
                outcome.answered(),
                outcome.latencyMicros(),
                outcome.lastPollMillis(),
                outcome.seconds(),
                outcome.exits(),
                outcome.usage().stream().mapToLong(VcpuUsage::waitingPs).sum() / outcome.seconds() / 1e10,
                outcome.heapHighWaterBytes(),
                outcome.result());
    }

    /** The time without a CPU of the host as a figure, where vCPUs share CPUs. */
    Optional<CaseResult> steal(Specification spec, String key, String name, String metric) {
        return spec.get(Keys.SHARED_CPUS) == 0
                ? Optional.empty()
                : Optional.of(
                        CaseResult.info(
                                key,
                                name,
                                metric,
                                "%",
                                stealPercent,
                                "time that vCPUs which could run waited for a CPU of the host, all together; 100 % is one vCPU all the time"));
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
                .orElse(Double.NaN);
    }

    double mean() {
        return samples.stream().mapToDouble(Sample::value).average().orElse(Double.NaN);
    }
}
