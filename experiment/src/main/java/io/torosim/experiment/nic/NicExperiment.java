package io.torosim.experiment.nic;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Line;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Point;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.runs.IndependentRuns;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.spec.LinkSpec.NicCard;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * virtio-net beside e1000 and ne2000 over packet size and rate: the comparison that Toro's author hoped for and never
 * published. Each row is a run of Toro with that card and its driver, which answers echo requests ({@link NicRow}).
 */
public final class NicExperiment implements Experiment {
    private static final int SMALL = 64;
    private static final int LARGE = 1514;
    private static final List<Integer> SIZES = List.of(SMALL, 256, 512, 1024, LARGE);
    private static final int HIGHEST_RATE = 100_000;
    private static final List<Integer> RATES = List.of(1_000, 5_000, 20_000, 50_000, HIGHEST_RATE);
    private static final String LIGHT = NicRow.LIGHT_RATE + " packets/s";
    /** A bar of the last chart at least: a hundredth of its figure. */
    private static final double LEAST_SHARE = 0.01;

    private final Specification spec;

    /** Creates the experiment. */
    public NicExperiment(Specification spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "nic";
    }

    /** The seed is not used: requests are evenly spaced. */
    @Override
    public boolean isExact() {
        return true;
    }

    @Override
    public List<Key<?>> heeds() {
        return List.of(Keys.HOST_PROFILE, Keys.PERTURB, Keys.VCPU_MODE, Keys.NET_BACKEND, Keys.TSC_MHZ);
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        Rows rows = new Rows(standard(progress));
        ExperimentResult.Builder result = ExperimentResult.builder(
                        name(), "Network cards: virtio-net, e1000 and ne2000")
                .digest(rows.digest());
        result.setting(
                "guest",
                "Toro of August 2018 on one vCPU, " + spec.vcpuMode().label()
                        + ", no screen, which always polls and answers each echo request with a reply of its size; of its defects"
                        + " NESTED_EXPANSION is repaired");
        result.setting("arrivals", "evenly spaced, ten or for 20 ms, whichever is more");
        result.add(overSize(rows, "CPU of a packet over its size, " + LIGHT, NicRow::busyMicrosPerAnswer));
        result.add(overSize(rows, "Mean latency over packet size, " + LIGHT, NicRow::latencyMicros));
        result.add(overRate(rows, "Answers over rate, 64 bytes", SMALL));
        result.add(overRate(rows, "Answers over rate, 1514 bytes", LARGE));
        for (NicCard card : NicCard.values()) {
            for (int size : new int[] {SMALL, LARGE}) {
                addCases(result, rows.at(card, size, NicRow.LIGHT_RATE), rows.at(card, size, HIGHEST_RATE));
            }
        }
        Set<String> used = used();
        result.add(sensitivity(used, progress));
        return result.note(exitsNote(rows))
                .note(overloadNote(rows))
                .note(
                        "CPU is what the vCPU works, exits included and polling not; what the host does for a frame besides"
                                + " (qemu.packet_user, qemu.packet_vhost) is in the latency. Not modelled: line rate. No figures were published"
                                + " for Toro; the author named the comparison as wanted.")
                .parameters(spec.costs(), used.toArray(String[]::new))
                .build();
    }

    private List<NicRow> standard(Progress progress) {
        IndependentRuns<NicRow> runs = new IndependentRuns<>();
        for (NicCard card : NicCard.values()) {
            for (int size : SIZES) {
                runs.add(card.label(), () -> NicRow.of(card, spec, size, NicRow.LIGHT_RATE));
            }
            for (int rate : RATES) {
                runs.add(card.label(), () -> NicRow.of(card, spec, SMALL, rate));
                runs.add(card.label(), () -> NicRow.of(card, spec, LARGE, rate));
            }
        }
        return runs.run(progress);
    }

    private static void addCases(ExperimentResult.Builder result, NicRow light, NicRow full) {
        String key = CaseResult.part(light.card()) + "-" + light.frameBytes();
        String name = light.card().label() + ", " + light.frameBytes() + " bytes";
        String when = NicRow.LIGHT_RATE + "/s";
        result.add(CaseResult.info(
                key + ".exits-packet-its-answer",
                name,
                "exits of a packet and its answer",
                "exits",
                light.exitsPerAnswer(),
                when));
        result.add(CaseResult.info(
                key + ".interrupts-packet",
                name,
                "interrupts of a packet",
                "interrupts",
                light.interruptsPerAnswer(),
                when));
        result.add(CaseResult.info(
                key + ".bytes-copied-driver",
                name,
                "bytes copied by the driver",
                "bytes",
                light.copiedBytesPerAnswer(),
                "a packet and its answer"));
        result.add(CaseResult.info(
                key + ".cpu",
                name,
                "CPU",
                "us",
                light.busyMicrosPerAnswer(),
                "a packet and its answer, stack included"));
        result.add(CaseResult.info(
                key + ".answers-100-000-packets-s",
                name,
                "answers at 100,000 packets/s",
                "requests",
                full.answersPerSecond(),
                full.outcome().answered() + " of " + full.outcome().started() + stopped(full)));
    }

    private String exitsNote(Rows rows) {
        return String.format(
                Locale.ROOT,
                "A packet of 64 bytes and its answer leave the guest %.0f times with Toro's virtio driver of 2018 (mostly for"
                        + " interrupt status and interrupt controller), %.0f times with event indices, %.0f times with e1000"
                        + " and %.0f times with ne2000, whose data port takes every byte. That order follows from counts"
                        + " and hangs on no price; how large the factors are does: the last chart moves each price over its"
                        + " range.",
                rows.at(NicCard.VIRTIO_TORO, SMALL, NicRow.LIGHT_RATE).exitsPerAnswer(),
                rows.at(NicCard.VIRTIO_EVENT_IDX, SMALL, NicRow.LIGHT_RATE).exitsPerAnswer(),
                rows.at(NicCard.E1000, SMALL, NicRow.LIGHT_RATE).exitsPerAnswer(),
                rows.at(NicCard.NE2000, SMALL, NicRow.LIGHT_RATE).exitsPerAnswer());
    }

    /** What becomes of the guest when more comes than it can take: the handler has the processor, the packet thread has not. */
    private String overloadNote(Rows rows) {
        List<String> starved = new ArrayList<>();
        for (NicCard card : NicCard.values()) {
            for (int rate : RATES) {
                if (rows.at(card, SMALL, rate).outcome().answered() == 0) {
                    starved.add(String.format(Locale.ROOT, "%s from %,d packets/s on", card.label(), rate));
                    break;
                }
            }
        }
        String handlers =
                "Toro's handlers take frames until there are none, and the packet thread gets its turn after that: where"
                        + " frames come as fast as they are taken nothing is answered (receive livelock). ";
        String who = starved.isEmpty()
                ? "At 64 bytes no card is brought to that here."
                : "At 64 bytes that is " + String.join(", ", starved) + ".";
        NicRow asItWas = NicRow.of(NicCard.VIRTIO_TORO, spec, LARGE, HIGHEST_RATE, true);
        String stops = asItWas.outcome().panics().stream()
                .map(p ->
                        " What waits meanwhile is memory: with NESTED_EXPANSION, as it was, a kernel with virtio-net stops at"
                                + " 1514 bytes and 100,000 packets/s (" + p + ").")
                .collect(Collectors.joining());
        return handlers + who + stops;
    }

    private static String stopped(NicRow row) {
        return row.outcome().panics().stream()
                .map(p -> "; the kernel stops: " + p)
                .collect(Collectors.joining());
    }

    /** How many times the CPU of virtio-net a packet costs through e1000, over the range of each price. */
    private TornadoChart sensitivity(Set<String> used, Progress progress) {
        CostModel costs = spec.costs();
        List<CostParameter> moved = costs.parameters().stream()
                .filter(p -> used.contains(p.name()) && p.low().compareTo(p.high()) < 0)
                .toList();
        IndependentRuns<Double> runs = new IndependentRuns<>();
        runs.add("as shipped", () -> ratio(costs));
        for (CostParameter p : moved) {
            runs.add(p.name() + " low", () -> ratio(costs.with(p.name(), p.low())));
            runs.add(p.name() + " high", () -> ratio(costs.with(p.name(), p.high())));
        }
        List<Double> done = runs.run(progress);
        double base = done.get(0);
        List<TornadoChart.Bar> bars = new ArrayList<>();
        for (int i = 0; i < moved.size(); i++) {
            CostParameter p = moved.get(i);
            double low = done.get(1 + 2 * i);
            double high = done.get(2 + 2 * i);
            if (StrictMath.max(StrictMath.abs(low - base), StrictMath.abs(high - base)) >= LEAST_SHARE * base) {
                String unit = " " + p.unit().symbol();
                bars.add(new TornadoChart.Bar(
                        p.name(), p.low().toPlainString() + unit, p.high().toPlainString() + unit, low, high));
            }
        }
        return new TornadoChart(
                "CPU of a 64-byte packet, e1000 to virtio-net", "times", base, 1, Double.POSITIVE_INFINITY, bars);
    }

    /** The parameters that one of the cards asks for; a machine asks for the prices of both accelerators, a run for watts. */
    private Set<String> used() {
        CostModel costs = spec.costs().unasked();
        for (NicCard card : NicCard.values()) {
            NicRow.of(card, spec.withCosts(costs), SMALL, NicRow.LIGHT_RATE);
        }
        boolean emulated = spec.vcpuMode().isTcg();
        return costs.used().stream()
                .map(CostParameter::name)
                .filter(p -> (emulated || !p.startsWith("tcg.")) && !p.startsWith("power."))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private double ratio(CostModel costs) {
        Specification with = spec.withCosts(costs);
        return NicRow.of(NicCard.E1000, with, SMALL, NicRow.LIGHT_RATE).busyMicrosPerAnswer()
                / NicRow.of(NicCard.VIRTIO_TORO, with, SMALL, NicRow.LIGHT_RATE).busyMicrosPerAnswer();
    }

    private static LineChart overSize(Rows rows, String title, ToDoubleFunction<NicRow> figure) {
        List<Line> lines = new ArrayList<>();
        for (NicCard card : NicCard.values()) {
            lines.add(new Line(
                    card.label(),
                    SIZES.stream()
                            .map(size -> new Point(size, figure.applyAsDouble(rows.at(card, size, NicRow.LIGHT_RATE))))
                            .toList()));
        }
        return new LineChart(title, "frame, bytes", "us", true, lines);
    }

    private static LineChart overRate(Rows rows, String title, int size) {
        List<Line> lines = new ArrayList<>();
        for (NicCard card : NicCard.values()) {
            lines.add(new Line(
                    card.label(),
                    RATES.stream()
                            .map(rate ->
                                    new Point(rate, rows.at(card, size, rate).answersPerSecond()))
                            .toList()));
        }
        return new LineChart(title, "packets/s offered", "answers/s", true, lines);
    }

    private record Rows(List<NicRow> rows) {
        NicRow at(NicCard card, int size, int rate) {
            return rows.stream()
                    .filter(r -> r.card() == card && r.frameBytes() == size && r.offeredPerSecond() == rate)
                    .findFirst()
                    .orElseThrow();
        }

        long digest() {
            long digest = 0;
            for (NicRow row : rows) {
                digest = TraceDigest.combine(digest, row.outcome().result().traceDigest());
            }
            return digest;
        }
    }
}
