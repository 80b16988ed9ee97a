package io.torosim.experiment.cpu;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.core.cost.CostModel.CostParameter.CostUnit;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.cpu.CpuConclusion.Runs;
import io.torosim.experiment.cpu.CpuRun.Setup;
import io.torosim.experiment.runs.IndependentRuns;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.sched.IdlePolicy;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which conclusions about CPU usage hang on a parameter that nobody measured: each guessed or fitted one at both ends of its
 * range with the others as shipped, then all of them drawn at once. Shorter bursts than {@link CpuUsageExperiment}, the same
 * machine and the same bands.
 */
public final class SensitivityExperiment implements Experiment {
    private static final int JOINT_DRAWS = 12;
    private static final Duration TORO_TIME = Duration.ofSeconds(11);
    private static final Duration TORO_PERIOD = Duration.ofMillis(9_200);
    private static final Duration TORO_BURST = Duration.ofMillis(3_200);
    private static final Duration LINUX_TIME = Duration.ofSeconds(120);
    private static final Duration LINUX_PERIOD = Duration.ofSeconds(60);
    private static final Duration LINUX_BURST = Duration.ofMillis(6_200);
    private static final Duration HEAVY_TIME = Duration.ofMillis(3_200);
    /** What top waits by default; Ubuntu's background services must be seen through the published interval. */
    private static final Duration TOP_DELAY = Duration.ofSeconds(3);
    /** Long enough for one tick of 10 ms to stay below a point, short enough for one sample wholly in a short burst. */
    private static final Duration SHORT_TOP_DELAY = Duration.ofMillis(1_500);

    private static final Duration MOMENT = Duration.ofMillis(400);

    private final Specification spec;
    private final Predicate<String> chosen;
    private final int jointDraws;

    /** Creates the experiment on the machine and with the costs of {@code spec}; its load is not used. */
    public SensitivityExperiment(Specification spec) {
        this(spec, name -> true, JOINT_DRAWS);
    }

    /** Creates one over fewer parameters, by name, and draws. */
    SensitivityExperiment(Specification spec, Predicate<String> chosen, int jointDraws) {
        this.spec = spec;
        this.chosen = chosen;
        this.jointDraws = jointDraws;
    }

    @Override
    public String name() {
        return "sensitivity";
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
                Keys.HEAVY_CONCURRENCY));
        if (spec.mayShareCpus(spec.get(Keys.VCPUS))) {
            heeds.add(Keys.SHARED_CPUS);
        }
        return heeds;
    }

    /**
     * A conclusion.
     *
     * @param key what programs know it by
     * @param title in words
     * @param low lower end of the band in which it holds, in percent
     * @param high upper end
     */
    public record Conclusion(String key, String title, double low, double high) {}

    /** Returns the conclusions, in the order of {@link #figures}. */
    public static List<Conclusion> conclusions() {
        return Arrays.stream(CpuConclusion.values())
                .map(c -> new Conclusion(CaseResult.part(c), c.title(), c.low(), c.high()))
                .toList();
    }

    /** Returns the cost parameters that nobody measured and of which a guest asks on this machine. Cost: a moment of each guest. */
    public static List<CostParameter> assumed(Specification spec) {
        return reach(spec).assumed();
    }

    /** Which parameters each guest asks for, found by running both for a moment. */
    private record Reach(Specification spec, Set<String> toro, Set<String> linux) {
        List<CostParameter> assumed() {
            boolean emulated = spec.vcpuMode().isTcg(); // a machine asks for the costs of both accelerators
            return spec.costs().parameters().stream()
                    .filter(p -> p.isAssumed() && p.low().compareTo(p.high()) < 0)
                    .filter(p -> toro.contains(p.name()) || linux.contains(p.name()))
                    .filter(p -> emulated || !p.name().startsWith("tcg."))
                    .toList();
        }
    }

    private static Reach reach(Specification spec) {
        return new Reach(spec, asked(spec, Setup.toro(IdlePolicy.pollThenHalt())), asked(spec, Setup.linux()));
    }

    private static Set<String> asked(Specification spec, Setup guest) {
        CostModel costs = spec.costs().unasked();
        CpuRun.run(spec.withCosts(costs).withBursts(MOMENT, MOMENT, 1), guest, 1, MOMENT, 1);
        return costs.used().stream().map(CostParameter::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Runs the guests once with the costs of {@code spec}; returns the figure behind each conclusion, in percent. */
    public static double[] figures(Specification spec, long seed) {
        SensitivityExperiment experiment = new SensitivityExperiment(spec);
        Runs runs = experiment.new Guests(seed).run(spec.costs());
        return Arrays.stream(CpuConclusion.values())
                .mapToDouble(c -> c.of(runs))
                .toArray();
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        Reach reach = reach(spec);
        List<CostParameter> assumed =
                reach.assumed().stream().filter(p -> chosen.test(p.name())).toList();
        Guests guests = new Guests(seed);
        IndependentRuns<Runs> runs = new IndependentRuns<>();
        runs.add("as shipped", () -> guests.run(spec.costs()));
        for (CostParameter p : assumed) {
            runs.add(p.name() + " low", () -> guests.run(spec.costs().with(p.name(), p.low()), p, reach));
            runs.add(p.name() + " high", () -> guests.run(spec.costs().with(p.name(), p.high()), p, reach));
        }
        for (CostModel drawn : draws(assumed, seed)) {
            runs.add("all drawn at once", () -> guests.run(drawn));
        }
        List<Runs> done = runs.run(progress);
        return result(assumed, done);
    }

    /** Runs the guests; those that a parameter cannot reach are taken from the runs as shipped. */
    private final class Guests {
        private final long seed;

        Guests(long seed) {
            this.seed = seed;
        }

        Runs run(CostModel costs) {
            return new Runs(toro(costs), ubuntu(costs), ubuntuHeavy(costs));
        }

        /** A null stands for "as shipped". */
        Runs run(CostModel costs, CostParameter changed, Reach reach) {
            boolean toro = reach.toro().contains(changed.name());
            boolean linux = reach.linux().contains(changed.name());
            return new Runs(toro ? toro(costs) : null, linux ? ubuntu(costs) : null, linux ? ubuntuHeavy(costs) : null);
        }

        private CpuRun toro(CostModel costs) {
            Specification s = with(costs, TORO_PERIOD, TORO_BURST, SHORT_TOP_DELAY);
            return CpuRun.run(s, Setup.toro(IdlePolicy.pollThenHalt()), s.get(Keys.CONCURRENCY), TORO_TIME, seed);
        }

        private CpuRun ubuntu(CostModel costs) {
            Specification s = with(costs, LINUX_PERIOD, LINUX_BURST, TOP_DELAY);
            return CpuRun.run(s, Setup.linux(), s.get(Keys.CONCURRENCY), LINUX_TIME, seed);
        }

        private CpuRun ubuntuHeavy(CostModel costs) {
            Specification s = with(costs, HEAVY_TIME, HEAVY_TIME, SHORT_TOP_DELAY);
            return CpuRun.run(s, Setup.linux(), s.get(Keys.HEAVY_CONCURRENCY), HEAVY_TIME, seed);
        }

        private Specification with(CostModel costs, Duration period, Duration burst, Duration topDelay) {
            return spec.withCosts(costs).withBursts(period, burst, 0).with(Keys.TOP_DELAY, topDelay);
        }
    }

    /** Every assumed parameter drawn uniformly from its range, the draws independent of each other. */
    private List<CostModel> draws(List<CostParameter> assumed, long seed) {
        SimRandom random = new RandomStreams(seed).stream("sensitivity/joint");
        List<CostModel> models = new ArrayList<>();
        for (int i = 0; i < jointDraws; i++) {
            CostModel model = spec.costs();
            for (CostParameter p : assumed) {
                BigDecimal share = new BigDecimal(random.nextDouble());
                BigDecimal value =
                        p.low().add(p.high().subtract(p.low()).multiply(share)).round(new MathContext(6));
                BigDecimal usable = isWhole(p) ? value.setScale(0, RoundingMode.HALF_EVEN) : value;
                model = model.with(p.name(), usable.max(p.low()).min(p.high()));
            }
            models.add(model);
        }
        return models;
    }

    private static boolean isWhole(CostParameter p) {
        return p.unit() == CostUnit.HZ || p.unit() == CostUnit.COUNT || p.unit() == CostUnit.BYTES;
    }

    private ExperimentResult result(List<CostParameter> assumed, List<Runs> done) {
        ExperimentResult.Builder result = ExperimentResult.builder(name(), "Which conclusions hang on a guess")
                .digest(digest(done));
        result.setting("parameters", assumed.size() + " guessed or fitted, at both ends of their ranges");
        result.setting("joint draws", Integer.toString(jointDraws));
        result.setting("simulated time", "11 s of Toro, 120 s and 3.2 s of Ubuntu for each setting");
        Runs shipped = done.get(0);
        List<Runs> joint = done.subList(done.size() - jointDraws, done.size());
        for (CpuConclusion conclusion : CpuConclusion.values()) {
            TornadoChart chart = tornado(conclusion, assumed, done);
            result.add(chart);
            result.add(CaseResult.info(
                    CaseResult.part(conclusion) + ".parameters-that-break-it-alone",
                    conclusion.title(),
                    "parameters that break it alone",
                    "of " + assumed.size(),
                    chart.breakers().size(),
                    chart.survives()
                            ? "survives every single range"
                            : "broken by " + String.join(", ", chart.breakers())));
            long held = joint.stream().filter(conclusion::holds).count();
            double least = joint.stream().mapToDouble(conclusion::of).min().orElse(Double.NaN);
            double most = joint.stream().mapToDouble(conclusion::of).max().orElse(Double.NaN);
            result.add(CaseResult.info(
                    CaseResult.part(conclusion) + ".holds-drawn-once",
                    conclusion.title(),
                    "holds with all drawn at once",
                    "of " + jointDraws,
                    held,
                    String.format(
                            Locale.ROOT, "%.1f to %.1f %%, %.1f as shipped", least, most, conclusion.of(shipped))));
        }
        return result.note(
                        "A bar spans what a figure becomes with one parameter at either end of its range. Parameters that"
                                + " move a figure by less than 0.05 points have no bar. The shaded stretch is the band in which the"
                                + " conclusion holds.")
                .note(
                        "load.client_think was fitted so that Ubuntu lies at 40 to 60 % in traffic, and its range ends where"
                                + " that does: for that figure the chart shows the fit, not evidence.")
                .note(
                        "Corners of several parameters at once are sampled, not searched: what holds in all joint draws may"
                                + " still fail in a corner that none of them hit.")
                .parameters(
                        spec.costs(), assumed.stream().map(CostParameter::name).toArray(String[]::new))
                .build();
    }

    private static TornadoChart tornado(CpuConclusion conclusion, List<CostParameter> assumed, List<Runs> done) {
        Runs shipped = done.get(0);
        double base = conclusion.of(shipped);
        List<TornadoChart.Bar> bars = new ArrayList<>();
        for (int i = 0; i < assumed.size(); i++) {
            CostParameter p = assumed.get(i);
            double low = conclusion.of(filled(done.get(1 + 2 * i), shipped));
            double high = conclusion.of(filled(done.get(2 + 2 * i), shipped));
            if (StrictMath.abs(low - base) >= 0.05 || StrictMath.abs(high - base) >= 0.05) {
                String unit = " " + p.unit().symbol();
                bars.add(new TornadoChart.Bar(
                        p.name(), p.low().toPlainString() + unit, p.high().toPlainString() + unit, low, high));
            }
        }
        return new TornadoChart(conclusion.title(), "%", base, conclusion.low(), conclusion.high(), bars);
    }

    private static Runs filled(Runs runs, Runs shipped) {
        return new Runs(
                runs.toro() == null ? shipped.toro() : runs.toro(),
                runs.ubuntu() == null ? shipped.ubuntu() : runs.ubuntu(),
                runs.ubuntuHeavy() == null ? shipped.ubuntuHeavy() : runs.ubuntuHeavy());
    }

    private static long digest(List<Runs> done) {
        long digest = 0;
        for (Runs runs : done) {
            for (CpuRun run : new CpuRun[] {runs.toro(), runs.ubuntu(), runs.ubuntuHeavy()}) {
                if (run != null) {
                    digest = TraceDigest.combine(digest, run.result().traceDigest());
                }
            }
        }
        return digest;
    }
}
