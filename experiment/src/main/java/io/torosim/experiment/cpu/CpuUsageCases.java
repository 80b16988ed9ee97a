package io.torosim.experiment.cpu;

import static io.torosim.experiment.cpu.CpuUsageExperiment.max;
import static io.torosim.experiment.cpu.CpuUsageExperiment.mean;
import static io.torosim.experiment.cpu.CpuUsageExperiment.min;
import static io.torosim.experiment.cpu.CpuUsageExperiment.percentile;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Series;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.Arrivals;
import io.torosim.sched.KernelConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The figures of the CPU usage experiment beside the published ones, with the bands and why they are what they are.
 *
 * <p>{@link CpuUsageExperiment} makes the runs, each a {@link CpuRun}, and asks here; {@link TrafficPhases} says which samples count.
 */
final class CpuUsageCases {
    private static final String PERCENT = "%";
    private static final String SHAPE = "the blog gives shapes, not points; one tick of top is 0.33 % of a 3 s sample";

    /** Time between requests that come one by one. */
    static final Duration SPARSE = Duration.ofMillis(500);

    private CpuUsageCases() {}

    /**
     * Keeps the bands where they apply. They belong to the published load, bursts in which a client is always waiting; under
     * a recorded load the figures stand without.
     */
    static List<CaseResult> judgedFor(Specification spec, List<CaseResult> cases) {
        boolean publishedLoad = spec.arrivals() instanceof Arrivals.ClosedLoop;
        List<CaseResult> judged = new ArrayList<>();
        for (CaseResult c : cases) {
            judged.add(publishedLoad ? c : c.unjudged());
        }
        return judged;
    }

    static List<CaseResult> toroBefore(CpuRun run) {
        double leastVcpu =
                run.threadPercent().stream().mapToDouble(t -> t[0]).min().orElse(Double.NaN);
        double[] all = run.samples().stream().mapToDouble(Series.Sample::value).toArray();
        return List.of(
                new CaseResult(
                        "toro-before.vcpu-0-least-samples",
                        "Toro before",
                        "vCPU 0, least of all samples",
                        PERCENT,
                        "100, always",
                        leastVcpu,
                        99,
                        100.01,
                        "a vCPU that spins uses its host CPU whole"),
                new CaseResult(
                        "toro-before.qemu-process-least-samples",
                        "Toro before",
                        "QEMU process, least of all samples",
                        PERCENT,
                        "100, always",
                        min(all),
                        99,
                        101.5,
                        SHAPE));
    }

    static List<CaseResult> toroAfter(Specification spec, String key, String name, CpuRun run) {
        List<CaseResult> cases = new ArrayList<>();
        double[] burst = run.values(TrafficPhases.BURST);
        double[] idle = run.values(TrafficPhases.IDLE);
        cases.add(new CaseResult(
                key + ".traffic-least-samples",
                name,
                "in traffic, least of all samples",
                PERCENT,
                "100, only in traffic",
                min(burst),
                99,
                101.5,
                SHAPE));
        cases.add(new CaseResult(
                key + ".traffic-most-samples",
                name,
                "in traffic, most of all samples",
                PERCENT,
                "100, only in traffic",
                max(burst),
                99,
                101.5,
                "the main loop adds a little to the vCPU"));
        cases.add(new CaseResult(
                key + ".second-sample-after-traffic-most",
                name,
                "from the second sample after traffic, most of all",
                PERCENT,
                "0",
                max(idle),
                0,
                1,
                "both cores halted; what is left is QEMU's main loop"));
        cases.add(lastPoll(spec, key, name, run));
        cases.add(
                CaseResult.info(key + ".requests-answered", name, "requests answered", "requests", run.requests(), ""));
        cases.add(CaseResult.info(
                key + ".mean-time-request", name, "mean time of a request", "us", run.latencyMicros(), "SYN to FIN"));
        return cases;
    }

    private static CaseResult lastPoll(Specification spec, String key, String name, CpuRun run) {
        return new CaseResult(
                key + ".polling-after-last-packet",
                name,
                "polling after the last packet",
                "ms",
                "window of 200 ms",
                run.lastPollMillis(),
                0,
                pollWindowMillis(spec) + 1,
                "a thread's window runs from its first empty poll since the last reset, so 0 to "
                        + Math.round(pollWindowMillis(spec)) + " ms are left");
    }

    /** How long Toro's poll window really is: it is counted in cycles. */
    private static double pollWindowMillis(Specification spec) {
        double nominal = spec.costs().ps("toro.poll_window") / (double) Picos.PER_MILLI;
        int mhz = spec.get(Keys.BELIEVED_MHZ);
        return mhz == 0 ? nominal : nominal * mhz * 1e6 / spec.tscHz();
    }

    static CaseResult unchanged(CpuRun plain, CpuRun heavy) {
        double worst = Double.NaN;
        for (String phase : List.of(TrafficPhases.BURST, TrafficPhases.IDLE)) {
            double usual = mean(plain.values(phase));
            for (double value : heavy.values(phase)) {
                double apart = StrictMath.abs(value - usual);
                worst = Double.isNaN(worst) ? apart : Math.max(worst, apart);
            }
        }
        return new CaseResult(
                "toro-more-messages.largest-difference-to-toro-after",
                "Toro, more messages",
                "largest difference of a sample to Toro after in the same phase",
                "points",
                "footprint does not change",
                worst,
                0,
                1.5,
                "a core spins or is halted, whatever the load");
    }

    static List<CaseResult> ubuntu(CpuRun run) {
        double[] burst = run.values(TrafficPhases.BURST);
        double[] idle = run.values(TrafficPhases.IDLE);
        return List.of(
                new CaseResult(
                        "ubuntu.traffic-median",
                        "Ubuntu",
                        "in traffic, median",
                        PERCENT,
                        "40 to 60",
                        percentile(burst, 50),
                        40,
                        60,
                        "the published range; client time is fitted to it"),
                new CaseResult(
                        "ubuntu.traffic-mean",
                        "Ubuntu",
                        "in traffic, mean",
                        PERCENT,
                        "40 to 60",
                        mean(burst),
                        40,
                        60,
                        "as above; with background bursts"),
                new CaseResult(
                        "ubuntu.between-bursts-median",
                        "Ubuntu",
                        "between bursts, median",
                        PERCENT,
                        "0 to 15",
                        percentile(idle, 50),
                        0,
                        3,
                        "most samples see no background service"),
                new CaseResult(
                        "ubuntu.between-bursts-95th-percentile",
                        "Ubuntu",
                        "between bursts, 95th percentile",
                        PERCENT,
                        "0 to 15",
                        percentile(idle, 95),
                        0,
                        15,
                        "samples with background services are the upper end"),
                CaseResult.info(
                        "ubuntu.between-bursts-most-samples",
                        "Ubuntu",
                        "between bursts, most of all samples",
                        PERCENT,
                        max(idle),
                        "may hold two background bursts"),
                CaseResult.info(
                        "ubuntu.requests-answered", "Ubuntu", "requests answered", "requests", run.requests(), ""),
                CaseResult.info(
                        "ubuntu.mean-time-request",
                        "Ubuntu",
                        "mean time of a request",
                        "us",
                        run.latencyMicros(),
                        "SYN to FIN"));
    }

    static List<CaseResult> ubuntuHeavy(CpuRun run) {
        double[] burst = run.values(TrafficPhases.BURST);
        double leastVcpu = Double.NaN;
        for (int i = 0; i < run.samples().size(); i++) {
            if (run.samples().get(i).phase().equals(TrafficPhases.BURST)) {
                double share = run.threadPercent().get(i)[0];
                leastVcpu = Double.isNaN(leastVcpu) ? share : Math.min(leastVcpu, share);
            }
        }
        return List.of(
                new CaseResult(
                        "ubuntu-more-messages.traffic-least-samples",
                        "Ubuntu, more messages",
                        "in traffic, least of all samples",
                        PERCENT,
                        "100",
                        min(burst),
                        98,
                        115,
                        "one worker fills its vCPU; background services on the other come on top"),
                new CaseResult(
                        "ubuntu-more-messages.vcpu-0-traffic-least-samples",
                        "Ubuntu, more messages",
                        "vCPU 0 in traffic, least of all samples",
                        PERCENT,
                        "100",
                        leastVcpu,
                        98,
                        100.01,
                        "the serving vCPU is never idle"),
                CaseResult.info(
                        "ubuntu-more-messages.requests-answered",
                        "Ubuntu, more messages",
                        "requests answered",
                        "requests",
                        run.requests(),
                        ""));
    }

    static CaseResult saving(Specification spec, CpuRun before, CpuRun after) {
        double share = 100 * after.mean() / before.mean();
        String metric = "mean use relative to before";
        boolean halfTheTime = spec.arrivals() instanceof Arrivals.ClosedLoop loop
                && loop.requestsPerBurst() == 0
                && loop.burst().multipliedBy(2).equals(loop.period());
        return halfTheTime
                ? new CaseResult(
                        "toro-after.saving",
                        "Toro after",
                        metric,
                        PERCENT,
                        "reduced by half",
                        share,
                        45,
                        55,
                        "traffic half of the time")
                : CaseResult.info(
                        "toro-after.saving",
                        "Toro after",
                        metric,
                        PERCENT,
                        share,
                        "half was published, for equal times with and without traffic");
    }

    static List<CaseResult> explanations(
            Specification spec, CpuRun variantB, CpuRun spinning, CpuRun tcgSingle, CpuRun oneCore, CpuRun polled) {
        String group = "Why 100 % before?";
        return List.of(
                CaseResult.info(
                        "why-100.b-cores-without-work-halt",
                        group,
                        "B: cores without work halt, polling hint missing",
                        PERCENT,
                        variantB.mean(),
                        "the case charted as Toro before"),
                CaseResult.info(
                        "why-100.master-before-nov-2017-both",
                        group,
                        "A: master before Nov 2017, both cores spin, KVM",
                        PERCENT,
                        spinning.mean(),
                        "does not fit"),
                CaseResult.info(
                        "why-100.single-threaded-software-emulation",
                        group,
                        "A with single-threaded software emulation",
                        PERCENT,
                        tcgSingle.mean(),
                        "both vCPUs in one host thread"),
                CaseResult.info(
                        "why-100.second-core-not-started",
                        group,
                        "A with the second core not started",
                        PERCENT,
                        oneCore.mean(),
                        "start-up was unreliable then"),
                CaseResult.info(
                        "why-100.seen-top-its-other-mode",
                        group,
                        "A seen by top in its other mode (Solaris)",
                        PERCENT,
                        spinning.otherModeMean(),
                        spec.get(Keys.HOST_CPUS) + " CPUs in the host"),
                CaseResult.info(
                        "ubuntu.traffic-mean-kvm-halt-polling",
                        "Ubuntu",
                        "in traffic, mean, with KVM halt polling",
                        PERCENT,
                        mean(polled.values(TrafficPhases.BURST)),
                        "polling counts as CPU time of the process"));
    }

    /**
     * What a failed calibration would have done: the same host, whose clock the kernel takes for what it is and for 2393 MHz,
     * under the load of the specification (right, wrong) and under sparse requests (right, wrong).
     */
    static List<CaseResult> wrongClock(Specification spec, List<CpuRun> runs) {
        String clock = spec.tscHz() / 1_000_000 + " MHz";
        String believed = clock + " taken for " + spec.get(Keys.BELIEVED_MHZ);
        MachineSpec machine = MachineSpec.builder().tscHz(spec.tscHz()).build();
        long tenPs = spec.costs().ps("toro.ipi_delay");
        double rightDelay = KernelConfig.delayPs(tenPs, machine) / (double) Picos.PER_MILLI;
        double wrongDelay =
                KernelConfig.delayPs(tenPs, machine, spec.get(Keys.BELIEVED_MHZ)) / (double) Picos.PER_MILLI;
        String every = ", a request every " + SPARSE.toMillis() + " ms, ";
        return List.of(
                wrong(
                        "delay",
                        "Delay(10), " + believed,
                        "ms",
                        wrongDelay,
                        "by the LAPIC timer, in ns: nearer to 10 ms than the " + Math.round(rightDelay)
                                + " ms of the right clock"),
                wrong(
                        "window",
                        "poll window, " + believed,
                        "ms",
                        pollWindowMillis(spec),
                        "200 ms of cycles at the believed rate, counted by the true one"),
                wrong(
                        "use",
                        "mean use relative to the right clock",
                        PERCENT,
                        100 * runs.get(1).mean() / runs.get(0).mean(),
                        "under this load the window is polled once a burst: nothing to be seen"),
                wrong(
                        "sparse-right",
                        "mean use" + every + clock,
                        PERCENT,
                        runs.get(2).mean(),
                        "what is used is the window after each"),
                wrong(
                        "sparse-wrong",
                        "mean use" + every + believed,
                        PERCENT,
                        runs.get(3).mean(),
                        "a third less, as the window"));
    }

    private static CaseResult wrong(String key, String metric, String unit, double obtained, String why) {
        return CaseResult.info("wrong-clock." + key, "If calibration fails", metric, unit, obtained, why);
    }
}
