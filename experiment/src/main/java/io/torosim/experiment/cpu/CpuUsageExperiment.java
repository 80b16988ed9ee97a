package io.torosim.experiment.cpu;

import io.torosim.core.machine.VcpuMode;
import io.torosim.core.trace.TraceDigest;
import io.torosim.experiment.CaseResult;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.IndependentRuns;
import io.torosim.experiment.cpu.GuestRun.Setup;
import io.torosim.experiment.load.Arrivals;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CPU usage of the QEMU process under bursts of HTTP requests, seen with {@code top}: Toro before and after its idle
 * threads, and Ubuntu (Toro blog, "Reducing CPU usage", 2018-06-24).
 */
public final class CpuUsageExperiment implements Experiment {
    /** A host on which it shows that calibration has failed. */
    private static final long QUICK_HZ = 3_600_000_000L;

    private static final Duration SHORT = Duration.ofSeconds(6);

    private final CpuUsageSpec spec;

    /** Creates the experiment. */
    public CpuUsageExperiment(CpuUsageSpec spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "cpu-usage";
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        Setup before = Setup.toro(spec, IdlePolicy.haltWithoutHint());
        Setup after = Setup.toro(spec, IdlePolicy.pollThenHalt());
        Setup linux = Setup.linux(spec);
        Setup oldMaster = Setup.toro(spec, IdlePolicy.busyPoll());

        IndependentRuns<GuestRun> runs = new IndependentRuns<>();
        runs.add("Toro before", () -> full(before, spec.concurrency(), seed));
        runs.add("Toro after", () -> full(after, spec.concurrency(), seed));
        runs.add("Ubuntu", () -> full(linux, spec.concurrency(), seed));
        runs.add("Toro, more messages", () -> full(after, spec.heavyConcurrency(), seed));
        runs.add("Ubuntu, more messages", () -> full(linux, spec.heavyConcurrency(), seed));
        runs.add("old master, KVM", () -> onePeriod(spec, oldMaster.withVcpuMode(VcpuMode.KVM), seed));
        runs.add("old master, TCG single", () -> onePeriod(spec, oldMaster.withVcpuMode(VcpuMode.TCG_SINGLE), seed));
        runs.add("old master, one core up", () -> onePeriod(spec, oldMaster.withStartedCores(1), seed));
        runs.add("Ubuntu, halt polling", () -> onePeriod(spec, linux.withHaltPolling(true), seed));
        runs.add("Toro after, byte by byte", () -> ByteExactRun.run(spec, after, seed));
        CpuUsageSpec quick = spec.withClock(QUICK_HZ, 0);
        CpuUsageSpec wrong = spec.withClock(QUICK_HZ, KernelConfig.FALLBACK_MHZ);
        int ofThisMachine = 10;
        runs.add("Toro, 3.6 GHz", () -> shortBurst(quick, after, seed));
        runs.add("Toro, 3.6 GHz taken for 2393 MHz", () -> shortBurst(wrong, after, seed));
        runs.add("Toro, 3.6 GHz, sparse requests", () -> sparse(quick, after, seed));
        runs.add("Toro, 3.6 GHz taken for 2393 MHz, sparse requests", () -> sparse(wrong, after, seed));
        List<GuestRun> done = runs.run(progress);

        GuestRun toroBefore = done.get(0);
        GuestRun toroAfter = done.get(1);
        GuestRun ubuntu = done.get(2);
        GuestRun toroHeavy = done.get(3);
        GuestRun ubuntuHeavy = done.get(4);
        GuestRun spinning = done.get(5);
        GuestRun tcgSingle = done.get(6);
        GuestRun oneCore = done.get(7);
        GuestRun polled = done.get(8);
        GuestRun exact = done.get(9);
        long digest = 0; // of the machine that the specification describes
        for (GuestRun run : done.subList(0, ofThisMachine)) {
            digest = TraceDigest.combine(digest, run.result().traceDigest());
        }

        List<CaseResult> cases = new ArrayList<>();
        cases.addAll(CpuUsageCases.toroBefore(toroBefore));
        cases.addAll(CpuUsageCases.toroAfter(spec, "Toro after", toroAfter));
        cases.add(CpuUsageCases.saving(spec, toroBefore, toroAfter));
        cases.addAll(CpuUsageCases.ubuntu(ubuntu));
        cases.addAll(CpuUsageCases.toroAfter(spec, "Toro, more messages", toroHeavy));
        cases.add(CpuUsageCases.unchanged(toroAfter, toroHeavy));
        cases.addAll(CpuUsageCases.ubuntuHeavy(ubuntuHeavy));
        cases.addAll(CpuUsageCases.exact(spec, exact, toroAfter));

        cases.addAll(CpuUsageCases.explanations(spec, toroBefore, spinning, tcgSingle, oneCore, polled));
        cases.addAll(CpuUsageCases.wrongClock(wrong, done.subList(ofThisMachine, done.size())));

        return new ExperimentResult(
                name(),
                "CPU usage of the QEMU process",
                digest,
                settings(),
                CpuUsageCases.judgedFor(spec, cases),
                List.of(
                        toroBefore.series("Toro before"),
                        toroAfter.series("Toro after"),
                        ubuntu.series("Ubuntu"),
                        toroHeavy.series("Toro, more messages"),
                        ubuntuHeavy.series("Ubuntu, more messages")),
                List.of(),
                List.of(),
                CpuUsageNotes.of(spec, toroBefore, spinning, tcgSingle, oneCore, polled),
                spec.costs().parameters().stream()
                        .filter(p -> !p.name().startsWith("boot.") && !p.name().startsWith("vga."))
                        .toList());
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("vCPU mode", spec.vcpuMode());
        settings.put("top mode", spec.topMode() + ", " + seconds(spec.topDelay()) + " between samples");
        settings.put("guest", spec.vcpus() + " vCPUs, " + spec.ramMibPerVcpu() + " MiB each");
        settings.put("host clock", spec.tscHz() / 1_000_000 + " MHz");
        if (spec.believedMhz() != 0) {
            settings.put("clock that Toro believes in", spec.believedMhz() + " MHz");
        }
        settings.put("network backend", spec.netBackend());
        settings.put("KVM halt polling", spec.haltPolling() ? "on" : "off");
        settings.put("simulated time", seconds(spec.duration()) + " per case");
        settings.put("clients", spec.concurrency() + " at a time; " + spec.heavyConcurrency() + " for more messages");
        if (spec.arrivals() instanceof Arrivals.ClosedLoop loop) {
            settings.put(
                    "load",
                    "a burst of " + seconds(loop.burst()) + " every " + seconds(loop.period())
                            + (loop.requestsPerBurst() > 0
                                    ? ", at most " + loop.requestsPerBurst() + " requests per client"
                                    : ""));
        } else if (spec.arrivals() instanceof Arrivals.Recorded recorded) {
            settings.put("load", recorded.offsets().size() + " requests recorded in " + recorded.source());
        }
        return settings;
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }

    private GuestRun full(Setup setup, int concurrency, long seed) {
        return GuestRun.run(spec, setup, concurrency, spec.duration(), seed);
    }

    /** One period is enough to see what would have explained a curve that is flat. */
    private static GuestRun onePeriod(CpuUsageSpec spec, Setup setup, long seed) {
        Duration time = spec.duration();
        if (spec.arrivals() instanceof Arrivals.ClosedLoop loop && loop.period().compareTo(time) < 0) {
            time = loop.period();
        }
        return GuestRun.run(spec, setup, spec.concurrency(), time, seed);
    }

    /** Half a dozen seconds of traffic and as many of silence: the same shape in a fifth of the time. */
    private static GuestRun shortBurst(CpuUsageSpec spec, Setup setup, long seed) {
        Arrivals burst = new Arrivals.ClosedLoop(SHORT.multipliedBy(2), SHORT, 0);
        CpuUsageSpec shorter = spec.withLoad(burst, SHORT.multipliedBy(2), spec.topDelay());
        return GuestRun.run(shorter, setup, spec.concurrency(), SHORT.multipliedBy(2), seed);
    }

    /** A request now and then: what is used is the poll window after each. */
    private static GuestRun sparse(CpuUsageSpec spec, Setup setup, long seed) {
        Arrivals now = new Arrivals.ClosedLoop(CpuUsageCases.SPARSE, CpuUsageCases.SPARSE, 1);
        Duration time = CpuUsageCases.SPARSE.multipliedBy(20);
        return GuestRun.run(spec.withLoad(now, time, CpuUsageCases.SPARSE.multipliedBy(4)), setup, 1, time, seed);
    }

    static double min(double[] values) {
        return Arrays.stream(values).min().orElse(Double.NaN);
    }

    static double max(double[] values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** The value below which {@code percent} of the values lie (nearest rank). */
    static double percentile(double[] values, int percent) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int rank = Math.max(1, (sorted.length * percent + 99) / 100);
        return sorted[rank - 1];
    }
}
