package io.torosim.experiment.nic;

import io.torosim.core.cost.CostParameter;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Line;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Point;
import io.torosim.experiment.ExperimentResult.Chart.TornadoChart;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.virtio.NicCard;
import io.torosim.virtio.nic.NicComparison;
import io.torosim.virtio.nic.NicCosts;
import io.torosim.virtio.nic.NicRow;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * virtio-net beside e1000 and ne2000 over packet size and rate: the comparison that Toro's author hoped for and never
 * published. Exits, interrupts and copied bytes are counted on register-level models; their prices are the cost model's.
 */
public final class NicExperiment implements Experiment {
    private static final int SMALL = 64;
    private static final int LARGE = 1514;
    private static final long MODERATE_RATE = 20_000;
    private static final long HIGHEST_RATE = 100_000;
    private static final int PACKETS = 2000;

    private final Specification spec;

    /** Creates the experiment. */
    public NicExperiment(Specification spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "nic";
    }

    /** The seed is not used: arrivals are evenly spaced. */
    @Override
    public boolean isExact() {
        return true;
    }

    /** The guest is one under KVM: a profile of an emulator has no figure for it. */
    @Override
    public List<Key<?>> heeds() {
        return spec.profile().mode() == VcpuMode.KVM ? List.of(Keys.HOST_PROFILE) : List.of();
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        progress.at("cards", 0, 2);
        List<NicRow> rows = NicComparison.standard(NicCosts.of(spec.costs()));
        ExperimentResult.Builder result = ExperimentResult.builder(
                        name(), "Network cards: virtio-net, e1000 and ne2000")
                .digest(digest(rows));
        result.setting("guest", "one vCPU, KVM; each packet is answered by one of its size");
        result.setting("arrivals", "evenly spaced, " + PACKETS + " packets");
        result.add(
                overSize(rows, "CPU of a packet over its size, 20,000 packets/s", "us", r -> r.cpuPsPerPacket() / 1e6));
        result.add(
                overSize(rows, "Mean latency over packet size, 20,000 packets/s", "us", r -> r.meanLatencyPs() / 1e6));
        result.add(overRate(rows, "Answers over rate, 64 bytes", "answers/s", SMALL, NicRow::answeredPerSecond));
        result.add(overRate(rows, "Answers over rate, 1514 bytes", "answers/s", LARGE, NicRow::answeredPerSecond));
        for (NicCard card : NicCard.values()) {
            for (int size : new int[] {SMALL, LARGE}) {
                NicRow moderate = row(rows, card, size, MODERATE_RATE);
                NicRow full = row(rows, card, size, HIGHEST_RATE);
                String name = card.label() + ", " + size + " bytes";
                result.add(CaseResult.info(
                        CaseResult.part(card) + "-" + size + ".exits-packet-its-answer",
                        name,
                        "exits of a packet and its answer",
                        "exits",
                        moderate.exitsPerThousand() / 1000.0,
                        "20,000/s"));
                result.add(CaseResult.info(
                        CaseResult.part(card) + "-" + size + ".interrupts-packet",
                        name,
                        "interrupts of a packet",
                        "interrupts",
                        moderate.interruptsPerThousand() / 1000.0,
                        "20,000/s"));
                result.add(CaseResult.info(
                        CaseResult.part(card) + "-" + size + ".bytes-copied-driver",
                        name,
                        "bytes copied by the driver",
                        "bytes",
                        moderate.copiedBytesPerPacket(),
                        "a packet and its answer"));
                result.add(CaseResult.info(
                        CaseResult.part(card) + "-" + size + ".cpu",
                        name,
                        "CPU",
                        "us",
                        moderate.cpuPsPerPacket() / 1e6,
                        "a packet and its answer, stack included"));
                result.add(CaseResult.info(
                        CaseResult.part(card) + "-" + size + ".answers-100-000-packets-s",
                        name,
                        "answers at 100,000 packets/s",
                        "requests",
                        full.answeredPerSecond(),
                        full.dropped() + " of " + PACKETS + " dropped"));
            }
        }
        progress.at("sensitivity", 1, 2);
        result.add(sensitivity());
        return result.note(String.format(
                        Locale.ROOT,
                        "A packet of 64 bytes and its answer leave the guest %.0f times with Toro's virtio driver of 2018 (mostly for"
                                + " interrupt status and interrupt controller), %.0f time with event indices, %.0f times with e1000"
                                + " and %.0f times with ne2000, whose data port takes every word. That order follows from counts"
                                + " and hangs on no price; how large the factors are does: the last chart moves each price over its"
                                + " range.",
                        exits(rows, NicCard.VIRTIO_TORO),
                        exits(rows, NicCard.VIRTIO_EVENT_IDX),
                        exits(rows, NicCard.E1000),
                        exits(rows, NicCard.NE2000)))
                .note(
                        "Not modelled: the host's side beyond the exits, line rate, halting. No figures were published for Toro; the"
                                + " author named the comparison as wanted.")
                .parameters(spec.costs(), "nic.", "kvm.exit", "kvm.irq", "machine.tsc_hz")
                .build();
    }

    /** How many times the CPU of virtio-net a packet costs through e1000, over the range of each price. */
    private TornadoChart sensitivity() {
        List<TornadoChart.Bar> bars = new ArrayList<>();
        for (CostParameter p : spec.costs().parameters()) {
            boolean used = p.name().startsWith("nic.")
                    || p.name().startsWith("kvm.exit")
                    || p.name().startsWith("kvm.irq");
            if (used && p.low().compareTo(p.high()) < 0) {
                double low = ratio(p.name(), p.low());
                double high = ratio(p.name(), p.high());
                if (low != high) {
                    String unit = " " + p.unit().symbol();
                    bars.add(new TornadoChart.Bar(
                            p.name(), p.low().toPlainString() + unit, p.high().toPlainString() + unit, low, high));
                }
            }
        }
        return new TornadoChart(
                "CPU of a 64-byte packet, e1000 to virtio-net",
                "times",
                ratio(NicCosts.of(spec.costs())),
                1,
                Double.POSITIVE_INFINITY,
                bars);
    }

    private double ratio(String parameter, BigDecimal value) {
        return ratio(NicCosts.of(spec.costs().with(parameter, value)));
    }

    private static double ratio(NicCosts prices) {
        NicRow e1000 = NicComparison.run(NicCard.E1000, prices, SMALL, MODERATE_RATE, PACKETS);
        NicRow virtio = NicComparison.run(NicCard.VIRTIO_TORO, prices, SMALL, MODERATE_RATE, PACKETS);
        return (double) e1000.cpuPsPerPacket() / virtio.cpuPsPerPacket();
    }

    private static LineChart overSize(List<NicRow> rows, String title, String unit, ToDoubleFunction<NicRow> figure) {
        return chart(
                rows,
                title,
                "frame, bytes",
                unit,
                r -> r.offeredPerSecond() == MODERATE_RATE,
                NicRow::frameBytes,
                figure);
    }

    private static LineChart overRate(
            List<NicRow> rows, String title, String unit, int size, ToDoubleFunction<NicRow> figure) {
        return chart(
                rows, title, "packets/s offered", unit, r -> r.frameBytes() == size, NicRow::offeredPerSecond, figure);
    }

    private static LineChart chart(
            List<NicRow> rows,
            String title,
            String xLabel,
            String yLabel,
            Predicate<NicRow> which,
            ToDoubleFunction<NicRow> x,
            ToDoubleFunction<NicRow> y) {
        List<Line> lines = new ArrayList<>();
        for (NicCard card : NicCard.values()) {
            lines.add(new Line(
                    card.label(),
                    rows.stream()
                            .filter(r -> r.card().equals(card.label()) && which.test(r))
                            .map(r -> new Point(x.applyAsDouble(r), y.applyAsDouble(r)))
                            .toList()));
        }
        return new LineChart(title, xLabel, yLabel, true, lines);
    }

    private static double exits(List<NicRow> rows, NicCard card) {
        return row(rows, card, SMALL, MODERATE_RATE).exitsPerThousand() / 1000.0;
    }

    private static NicRow row(List<NicRow> rows, NicCard card, int size, long rate) {
        return rows.stream()
                .filter(r -> r.card().equals(card.label()) && r.frameBytes() == size && r.offeredPerSecond() == rate)
                .findFirst()
                .orElseThrow();
    }

    private static long digest(List<NicRow> rows) {
        long digest = 0;
        for (NicRow row : rows) {
            digest = TraceDigest.combine(digest, row.cpuPsPerPacket());
            digest = TraceDigest.combine(digest, row.meanLatencyPs());
        }
        return digest;
    }
}
