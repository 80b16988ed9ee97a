package io.torosim.experiment.cpu;

import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.cpu.CpuRun.Setup;
import io.torosim.experiment.runs.IndependentRuns;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.Arrivals;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.guest.linux.LinuxHttpGuest;
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
 *
 * <p>Each guest is a {@link CpuRun}, all of them {@link IndependentRuns}; {@link CpuUsageCases} and {@link ExitCases} judge, {@link CpuUsageNotes}
 * explains. {@link SweepExperiment} and {@link SensitivityExperiment} ask what its publication left open.
 */
public final class CpuUsageExperiment implements Experiment {
    /** A host on which it shows that calibration has failed, where the specification names no clock. */
    private static final int QUICK_MHZ = 3_600;

    private static final Duration SHORT = Duration.ofSeconds(6);

    private final Specification spec;

    /**
     * Creates the experiment.
     *
     * @throws SpecException if a case is shorter than the time between two samples of {@code top}: all that it shows are these; if the machines have too little
     *     memory for Linux
     */
    public CpuUsageExperiment(Specification spec) {
        this.spec = spec.withCosts(spec.costs().unasked());
        if (spec.get(Keys.DURATION).compareTo(spec.get(Keys.TOP_DELAY)) < 0) {
            throw new SpecException(
                    List.of(Keys.DURATION.name(), Keys.TOP_DELAY.name()),
                    "load.duration: must be at least top.delay, or top takes no sample, load.duration="
                            + Keys.DURATION.toml(spec) + ", top.delay=" + Keys.TOP_DELAY.toml(spec));
        }
        int mib = spec.get(Keys.VCPUS) * spec.get(Keys.RAM_PER_VCPU);
        if (spec.isRecorded() && mib < LinuxHttpGuest.LEAST_RAM_MIB) {
            throw new SpecException(
                    List.of(Keys.RAM_PER_VCPU.name()),
                    "machine.ram-mib-per-vcpu: Linux needs at least " + LinuxHttpGuest.LEAST_RAM_MIB
                            + " MiB, machine.vcpus=" + spec.get(Keys.VCPUS) + ", value="
                            + Keys.RAM_PER_VCPU.toml(spec));
        }
    }

    @Override
    public String name() {
        return "cpu-usage";
    }

    @Override
    public List<Key<?>> heeds() {
        List<Key<?>> heeds = new ArrayList<>(List.of(
                Keys.HOST_PROFILE,
                Keys.PERTURB,
                Keys.VCPU_MODE,
                Keys.HALT_POLLING,
                Keys.TSC_MHZ,
                Keys.BELIEVED_MHZ,
                Keys.VCPUS,
                Keys.NET_BACKEND,
                Keys.CONCURRENCY,
                Keys.HOST_CPUS,
                Keys.TOP_MODE,
                Keys.TOP_DELAY,
                Keys.DURATION,
                Keys.HEAVY_CONCURRENCY,
                Keys.PERIOD,
                Keys.BURST,
                Keys.REQUESTS));
        if (spec.mayShareCpus(spec.get(Keys.VCPUS))) {
            heeds.add(Keys.SHARED_CPUS);
        }
        if (spec.isRecorded()) { // clients that wait for their answers fill no kernel's memory
            heeds.add(Keys.RAM_PER_VCPU);
        }
        return heeds;
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        Setup before = Setup.toro(IdlePolicy.haltWithoutHint());
        Setup after = Setup.toro(IdlePolicy.pollThenHalt());
        Setup linux = Setup.linux();
        Setup oldMaster = Setup.toro(IdlePolicy.busyPoll());

        IndependentRuns<CpuRun> runs = new IndependentRuns<>();
        runs.add("Toro before", () -> onePeriod(spec, before, seed));
        runs.add("Toro after", () -> full(after, spec.get(Keys.CONCURRENCY), seed));
        runs.add("Ubuntu", () -> full(linux, spec.get(Keys.CONCURRENCY), seed));
        runs.add("Toro, more messages", () -> shortPeriod(spec, after, spec.get(Keys.HEAVY_CONCURRENCY), 3, seed));
        runs.add("Ubuntu, more messages", () -> shortPeriod(spec, linux, spec.get(Keys.HEAVY_CONCURRENCY), 3, seed));
        int plain = spec.get(Keys.CONCURRENCY);
        runs.add(
                "old master, KVM",
                () -> shortPeriod(spec.with(Keys.VCPU_MODE, VcpuMode.KVM), oldMaster, plain, 5, seed));
        runs.add(
                "old master, TCG single",
                () -> shortPeriod(spec.with(Keys.VCPU_MODE, VcpuMode.TCG_SINGLE), oldMaster, plain, 5, seed));
        runs.add("old master, one core up", () -> shortPeriod(spec, oldMaster.withStartedCores(1), plain, 5, seed));
        runs.add("Ubuntu, halt polling", () -> onePeriod(spec.with(Keys.HALT_POLLING, true), linux, seed));
        int mhz = spec.changed().contains(Keys.TSC_MHZ.name()) ? spec.get(Keys.TSC_MHZ) : QUICK_MHZ;
        String clock = "Toro, " + mhz + " MHz";
        String believed = clock + " taken for " + KernelConfig.FALLBACK_MHZ;
        Specification quick = spec.with(Keys.TSC_MHZ, mhz).with(Keys.BELIEVED_MHZ, 0);
        Specification wrong = spec.with(Keys.TSC_MHZ, mhz).with(Keys.BELIEVED_MHZ, KernelConfig.FALLBACK_MHZ);
        int ofThisMachine = 9;
        runs.add(clock, () -> shortBurst(quick, after, seed));
        runs.add(believed, () -> shortBurst(wrong, after, seed));
        runs.add(clock + ", sparse requests", () -> sparse(quick, after, seed));
        runs.add(believed + ", sparse requests", () -> sparse(wrong, after, seed));
        List<CpuRun> done = runs.run(progress);

        CpuRun toroBefore = done.get(0);
        CpuRun toroAfter = done.get(1);
        CpuRun ubuntu = done.get(2);
        CpuRun toroHeavy = done.get(3);
        CpuRun ubuntuHeavy = done.get(4);
        CpuRun spinning = done.get(5);
        CpuRun tcgSingle = done.get(6);
        CpuRun oneCore = done.get(7);
        CpuRun polled = done.get(8);
        long digest = 0; // of the machine that the specification describes
        for (CpuRun run : done.subList(0, ofThisMachine)) {
            digest = TraceDigest.combine(digest, run.result().traceDigest());
        }

        List<CaseResult> cases = new ArrayList<>();
        cases.addAll(CpuUsageCases.toroBefore(toroBefore));
        cases.addAll(CpuUsageCases.toroAfter(spec, "toro-after", "Toro after", toroAfter));
        cases.add(CpuUsageCases.saving(spec, toroBefore, toroAfter));
        cases.addAll(CpuUsageCases.ubuntu(ubuntu));
        cases.addAll(CpuUsageCases.toroAfter(spec, "toro-more-messages", "Toro, more messages", toroHeavy));
        cases.add(CpuUsageCases.unchanged(toroAfter, toroHeavy));
        cases.addAll(CpuUsageCases.ubuntuHeavy(ubuntuHeavy));
        cases.addAll(CpuUsageCases.explanations(spec, toroBefore, spinning, tcgSingle, oneCore, polled));
        cases.addAll(ExitCases.of(spec, "toro-before", "Toro before", toroBefore));
        cases.addAll(ExitCases.of(spec, "toro-after", "Toro after", toroAfter));
        cases.addAll(ExitCases.of(spec, "ubuntu", "Ubuntu", ubuntu));
        cases.addAll(ExitCases.of(spec, "toro-more-messages", "Toro, more messages", toroHeavy));
        cases.addAll(ExitCases.of(spec, "ubuntu-more-messages", "Ubuntu, more messages", ubuntuHeavy));
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
                spec.costs().used());
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("vCPU mode", spec.vcpuMode().label());
        settings.put(
                "top mode",
                spec.get(Keys.TOP_MODE).label() + ", " + seconds(spec.get(Keys.TOP_DELAY)) + " between samples");
        settings.put("guest", spec.get(Keys.VCPUS) + " vCPUs, " + spec.get(Keys.RAM_PER_VCPU) + " MiB each");
        settings.put("host clock", spec.tscHz() / 1_000_000 + " MHz");
        if (spec.get(Keys.BELIEVED_MHZ) != 0) {
            settings.put("clock that Toro believes in", spec.get(Keys.BELIEVED_MHZ) + " MHz");
        }
        settings.put("network backend", spec.get(Keys.NET_BACKEND).label());
        settings.put("KVM halt polling", spec.get(Keys.HALT_POLLING) ? "on" : "off");
        settings.put(
                "simulated time",
                seconds(spec.get(Keys.DURATION))
                        + " per case; one period of Toro before, a shorter one with more messages and for the explanations");
        settings.put(
                "clients",
                spec.get(Keys.CONCURRENCY) + " at a time; " + spec.get(Keys.HEAVY_CONCURRENCY) + " for more messages");
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

    private CpuRun full(Setup setup, int concurrency, long seed) {
        return CpuRun.run(spec, setup, concurrency, spec.get(Keys.DURATION), seed);
    }

    /** One period, silence on both sides of its burst, where all periods look alike. */
    private static CpuRun onePeriod(Specification spec, Setup setup, long seed) {
        Duration time = spec.get(Keys.DURATION);
        if (spec.arrivals() instanceof Arrivals.ClosedLoop loop && loop.period().compareTo(time) < 0) {
            time = loop.period();
        }
        return CpuRun.run(spec, setup, spec.get(Keys.CONCURRENCY), time, seed);
    }

    /**
     * One period of the same shape, so many times shorter, that still holds two samples of {@code top} wholly in traffic: enough for a curve
     * that is flat, and for what more messages do to it (docs/MODEL.md compares both lengths).
     */
    private static CpuRun shortPeriod(Specification spec, Setup setup, int concurrency, int shorter, long seed) {
        if (!(spec.arrivals() instanceof Arrivals.ClosedLoop loop)) {
            return CpuRun.run(spec, setup, concurrency, spec.get(Keys.DURATION), seed);
        }
        Duration threeSamples = spec.get(Keys.TOP_DELAY).multipliedBy(3);
        Duration burst = loop.burst().dividedBy(shorter);
        if (burst.compareTo(threeSamples) < 0) {
            burst = threeSamples.compareTo(loop.burst()) < 0 ? threeSamples : loop.burst();
        }
        Duration period = loop.period()
                .multipliedBy(burst.toNanos())
                .dividedBy(loop.burst().toNanos());
        Specification scaled = spec.withBursts(period, burst, loop.requestsPerBurst());
        return CpuRun.run(scaled, setup, concurrency, period, seed);
    }

    /** Half a dozen seconds of traffic and as many of silence: the same shape in a fifth of the time. */
    private static CpuRun shortBurst(Specification spec, Setup setup, long seed) {
        Specification shorter = spec.withBursts(SHORT.multipliedBy(2), SHORT, 0);
        return CpuRun.run(shorter, setup, spec.get(Keys.CONCURRENCY), SHORT.multipliedBy(2), seed);
    }

    /** A request now and then: what is used is the poll window after each. */
    private static CpuRun sparse(Specification spec, Setup setup, long seed) {
        Specification now = spec.withBursts(CpuUsageCases.SPARSE, CpuUsageCases.SPARSE, 1)
                .with(Keys.TOP_DELAY, CpuUsageCases.SPARSE.multipliedBy(4));
        return CpuRun.run(now, setup, 1, CpuUsageCases.SPARSE.multipliedBy(20), seed);
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
