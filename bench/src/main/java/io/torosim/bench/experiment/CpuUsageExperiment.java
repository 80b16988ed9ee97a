package io.torosim.bench.experiment;

import io.torosim.bench.experiment.GuestRun.Setup;
import io.torosim.core.host.TopMode;
import io.torosim.core.machine.VcpuMode;
import io.torosim.core.trace.TraceDigest;
import io.torosim.sched.IdlePolicy;
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
    private static final int STEPS = 10;

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
        Runs runs = new Runs(seed, progress);
        Setup before = Setup.toro(spec, IdlePolicy.haltWithoutHint());
        Setup after = Setup.toro(spec, IdlePolicy.pollThenHalt());
        Setup linux = Setup.linux(spec);
        GuestRun toroBefore = runs.run("Toro before", before, spec.concurrency());
        GuestRun toroAfter = runs.run("Toro after", after, spec.concurrency());
        GuestRun ubuntu = runs.run("Ubuntu", linux, spec.concurrency());
        GuestRun toroHeavy = runs.run("Toro, more messages", after, spec.heavyConcurrency());
        GuestRun ubuntuHeavy = runs.run("Ubuntu, more messages", linux, spec.heavyConcurrency());

        List<CaseResult> cases = new ArrayList<>();
        cases.addAll(CpuUsageCases.toroBefore(toroBefore));
        cases.addAll(CpuUsageCases.toroAfter("Toro after", toroAfter));
        cases.addAll(CpuUsageCases.ubuntu(ubuntu));
        cases.addAll(CpuUsageCases.toroAfter("Toro, more messages", toroHeavy));
        cases.add(CpuUsageCases.unchanged(toroAfter, toroHeavy));
        cases.addAll(CpuUsageCases.ubuntuHeavy(ubuntuHeavy));
        cases.add(CpuUsageCases.saving(toroBefore, toroAfter));

        Setup oldMaster = Setup.toro(spec, IdlePolicy.busyPoll());
        GuestRun spinning = runs.run("old master, KVM", oldMaster.withVcpuMode(VcpuMode.KVM), spec.concurrency());
        GuestRun tcgSingle =
                runs.run("old master, TCG single", oldMaster.withVcpuMode(VcpuMode.TCG_SINGLE), spec.concurrency());
        GuestRun oneCore = runs.run("old master, one core up", oldMaster.withStartedCores(1), spec.concurrency());
        GuestRun solaris =
                runs.run("old master, Solaris top", oldMaster.withTopMode(TopMode.SOLARIS), spec.concurrency());
        GuestRun polled = runs.run("Ubuntu, halt polling", linux.withHaltPolling(true), spec.concurrency());
        cases.addAll(CpuUsageCases.explanations(spec, toroBefore, spinning, tcgSingle, oneCore, solaris, polled));

        return new ExperimentResult(
                name(),
                "CPU usage of the QEMU process",
                runs.digest,
                settings(),
                cases,
                List.of(
                        toroBefore.series("Toro before"),
                        toroAfter.series("Toro after"),
                        ubuntu.series("Ubuntu"),
                        toroHeavy.series("Toro, more messages"),
                        ubuntuHeavy.series("Ubuntu, more messages")),
                List.of(),
                CpuUsageNotes.of(spec, toroBefore, spinning, tcgSingle, oneCore, solaris, polled),
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

    private static String seconds(java.time.Duration duration) {
        return java.math.BigDecimal.valueOf(duration.toMillis(), 3)
                        .stripTrailingZeros()
                        .toPlainString() + " s";
    }

    private final class Runs {
        private final long seed;
        private final Progress progress;
        private int done;
        private long digest;

        Runs(long seed, Progress progress) {
            this.seed = seed;
            this.progress = progress;
        }

        GuestRun run(String step, Setup setup, int concurrency) {
            progress.at(step, done++, STEPS);
            GuestRun run = GuestRun.run(spec, setup, concurrency, seed);
            digest = TraceDigest.combine(digest, run.result().traceDigest());
            return run;
        }
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
