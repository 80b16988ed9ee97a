package io.torosim.experiment.later;

import io.torosim.core.host.QemuProcess.TopSampler.TopMode;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.runs.IndependentRuns;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.Load;
import io.torosim.sched.IdlePolicy.ToroIdlePolicy;
import io.torosim.sched.KernelConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Toro after 2018: its idle rules of 2017 to 2020 under one load, so that one chart tells how its idle CPU went; the delay after an
 * end of interrupt that was dropped in 2023; the limits of its own boot tests; the share of copies in a file server. The kernel is that of 2018 but for the idle rule.
 */
public final class LaterExperiment implements Experiment {
    private static final Duration PERIOD = Duration.ofSeconds(12);
    private static final Duration BURST = Duration.ofSeconds(4);
    private static final Duration QUIET_FROM =
            Duration.ofSeconds(11); // of the first period: 4 s of quiet, 4 of traffic, 3 to halt
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final int MOST_VCPUS = 2;

    private final Specification spec;

    /** Creates the experiment. */
    public LaterExperiment(Specification spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "later";
    }

    @Override
    public List<Key<?>> heeds() {
        List<Key<?>> heeds = new ArrayList<>(List.of(
                Keys.HOST_PROFILE, Keys.PERTURB, Keys.VCPU_MODE, Keys.TSC_MHZ, Keys.BELIEVED_MHZ, Keys.NET_BACKEND));
        if (spec.mayShareCpus(MOST_VCPUS)) {
            heeds.add(Keys.SHARED_CPUS);
        }
        return heeds;
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        IndependentRuns<GuestOutcome> runs = new IndependentRuns<>();
        for (Rule rule : Rule.values()) {
            runs.add(rule.policy().name(), () -> run(rule.policy(), seed));
        }
        List<GuestOutcome> done = runs.run(progress);
        ExperimentResult.Builder result = ExperimentResult.builder(name(), "Toro after 2018");
        long digest = 0;
        List<LineChart.Point> traffic = new ArrayList<>();
        List<LineChart.Point> quiet = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            GuestOutcome outcome = done.get(rule.ordinal());
            digest = TraceDigest.combine(digest, outcome.result().traceDigest());
            double busy = mean(
                    outcome,
                    PERIOD.minus(BURST).dividedBy(2).plus(SECOND),
                    PERIOD.plus(BURST).dividedBy(2));
            double idle = mean(outcome, QUIET_FROM, PERIOD);
            traffic.add(new LineChart.Point(rule.year(), busy));
            quiet.add(new LineChart.Point(rule.year(), idle));
            result.addCases(rule.cases(busy, idle));
        }
        result.add(LineChart.linear(
                "CPU of a guest with two vCPUs by the idle rule of the year",
                "year",
                "% CPU",
                List.of(new LineChart.Line("in traffic", traffic), new LineChart.Line("3 s after traffic", quiet))));
        result.add(delayAfterInterrupt());
        CopyShare copies = CopyShare.of(spec, seed);
        digest = TraceDigest.combine(digest, copies.digest());
        result.add(copies.figure());
        for (BootLimit limit : BootLimit.values()) {
            GuestOutcome boot = spec.onHost(GuestRun.boot(limit.path(), spec.host()))
                    .seed(seed)
                    .run();
            digest = TraceDigest.combine(digest, boot.result().traceDigest());
            result.add(limit.figure(boot.boot().orElseThrow().toKernelMillis()));
        }
        return result.digest(digest)
                .setting("load", "a client at a time for " + BURST.toSeconds() + " s in " + PERIOD.toSeconds())
                .note(
                        "Toro's idle CPU is no one-way street: halting came in November 2017, was taken out for polling threads in August"
                                + " 2019, came back with another rule in September 2020, and since November 2020 an empty core spins again.")
                .parameters(spec.costs(), "toro.", "boot.", "lapic.")
                .build();
    }

    private GuestOutcome run(ToroIdlePolicy policy, long seed) {
        return spec.run(GuestKind.toro(spec.kernel().withIdlePolicy(policy)))
                .vcpus(2)
                .backend(spec.get(Keys.NET_BACKEND))
                .load(Load.bursts(PERIOD, BURST))
                .top(TopMode.IRIX, 2, SECOND)
                .seed(seed)
                .watched(PERIOD.plus(SECOND))
                .run();
    }

    private static double mean(GuestOutcome outcome, Duration from, Duration to) {
        double slack = 0.05; // top comes a little late
        return outcome.intervals().stream()
                .filter(i -> i.start() >= from.toMillis() / 1e3 - slack && i.end() <= to.toMillis() / 1e3 + slack)
                .mapToDouble(GuestOutcome.Interval::cpuPercent)
                .average()
                .orElse(Double.NaN);
    }

    private CaseResult delayAfterInterrupt() {
        MachineSpec machine = spec.machine(1).build();
        int believedMhz = spec.kernel().localCpuSpeed(machine.tscHz());
        double realMs = KernelConfig.delayPs(spec.costs().ps("toro.ipi_delay"), machine, believedMhz)
                / (double) Picos.PER_MILLI;
        return new CaseResult(
                "eoi-delay.saved",
                "Delay after the end of an interrupt, dropped in 2023",
                "saved by each inter-core interrupt",
                "ms",
                "10, Toro's change of 2023",
                realMs,
                Double.NaN,
                Double.NaN,
                "the published 10 ms are what the source asks for, nobody says that they were measured, and the machine's clock is not known: Toro's Delay counts cycles of the"
                        + " clock on a timer of 1 GHz, so that 10 ms take 10 ms times GHz");
    }
}
