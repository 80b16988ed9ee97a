package io.torosim.experiment.network;

import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.ExperimentResult.Chart.LineChart;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Line;
import io.torosim.experiment.ExperimentResult.Chart.LineChart.Point;
import io.torosim.experiment.runs.IndependentRuns;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Toro's network stack, byte by byte, over a wire with delay and over one with loss. Nothing was published; what the protocol
 * itself demands stands beside it.
 *
 * <p>A point is a {@link DelayRun} or a {@link LossRun} of a {@link StackVariant}, all of them {@link IndependentRuns}.
 */
public final class NetworkExperiment implements Experiment {
    private static final long[] ROUND_TRIP_MICROS = {200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000};
    private static final long SHOWN_MICROS = 20_000;
    private static final int[] LOSS_PER_MILLION = {0, 2_500, 5_000, 10_000, 20_000, 30_000};
    private static final int SHOWN_LOSS = 10_000;
    private static final StackVariant[] OVER_DELAY = {StackVariant.TORO_2018, StackVariant.WINDOW_HEEDED};
    private static final StackVariant[] OVER_LOSS = {
        StackVariant.TORO_2018, StackVariant.SENDS_AGAIN, StackVariant.REPAIRED
    };
    /** The handshake, 14 segments each after the last one's acknowledgement, the close. */
    private static final int ROUND_TRIPS_BY_PROTOCOL = 16;

    private static final int MOST_VCPUS = 2;

    private final Specification spec;

    /** Creates the experiment. */
    public NetworkExperiment(Specification spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "network";
    }

    /** A point of a chart. */
    private record Cell(StackVariant stack, long x, @Nullable DelayRun delay, @Nullable LossRun loss) {
        long digest() {
            return delay == null ? ofLoss().digest() : delay.digest();
        }

        DelayRun ofDelay() {
            return Objects.requireNonNull(delay);
        }

        LossRun ofLoss() {
            return Objects.requireNonNull(loss);
        }
    }

    @Override
    public List<Key<?>> heeds() {
        List<Key<?>> heeds = new ArrayList<>(
                List.of(Keys.HOST_PROFILE, Keys.PERTURB, Keys.VCPU_MODE, Keys.TSC_MHZ, Keys.BELIEVED_MHZ));
        if (spec.mayShareCpus(MOST_VCPUS)) {
            heeds.add(Keys.SHARED_CPUS);
        }
        return heeds;
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        IndependentRuns<Cell> runs = new IndependentRuns<>();
        for (StackVariant stack : OVER_LOSS) {
            for (int loss : LOSS_PER_MILLION) {
                runs.add(
                        stack.label() + ", loss",
                        () -> new Cell(stack, loss, null, LossRun.of(stack, loss, spec, seed)));
            }
        }
        for (StackVariant stack : OVER_DELAY) {
            for (long micros : ROUND_TRIP_MICROS) {
                Duration oneWay = Duration.ofNanos(micros * 500);
                runs.add(
                        stack.label() + ", delay",
                        () -> new Cell(stack, micros, DelayRun.of(stack, oneWay, spec, seed), null));
            }
        }
        List<Cell> cells = runs.run(progress);
        long digest = 0;
        for (Cell cell : cells) {
            digest = TraceDigest.combine(digest, cell.digest());
        }
        return ExperimentResult.builder(name(), "Network stack: delay and loss on the wire")
                .digest(digest)
                .setting("over delay", "one client, a file of 16,000 bytes from TorowithFileSystem, no screen")
                .setting(
                        "over loss",
                        LossRun.REQUESTS
                                + " requests to ToroHelloWorldMicroservice one after the other, given up after "
                                + LossRun.LIMIT.toSeconds() + " s; round trip 2 ms")
                .add(overDelay(cells, "Time of a request over the round trip", "ms", 1))
                .add(overDelay(cells, "Time of a request in round trips", "round trips", 0))
                .add(overLoss(
                        cells,
                        "Requests not answered over loss",
                        "% of the requests",
                        r -> 100.0 * (LossRun.REQUESTS - r.answered()) / LossRun.REQUESTS))
                .add(overLoss(cells, "Connections never freed over loss", "connections", LossRun::socketsLeft))
                .addCases(delayCases(cells))
                .addCases(lossCases(cells))
                .note(
                        "Toro sends one segment of 1,200 bytes and waits for its acknowledgement: the time of an answer is a round"
                                + " trip to each segment, however wide the wire. The peer's window of 16 KiB and more would hold them all.")
                .note(lossNote(cells))
                .note(
                        "Delays are constant and losses independent of each other; each run draws its losses from the same seed, so"
                                + " that curves over loss are one sample, not a mean. Jitter, duplicates and reordering:"
                                + " torosim guest.")
                .parameters(spec.costs(), "kvm.exit", "qemu.packet", "load.client_think")
                .build();
    }

    private static Cell cell(List<Cell> cells, StackVariant stack, long x, boolean delay) {
        return cells.stream()
                .filter(c -> c.stack() == stack && c.x() == x && (c.delay() != null) == delay)
                .findFirst()
                .orElseThrow();
    }

    private static double millis(Cell cell) {
        return cell.ofDelay().requestPs() / (double) Picos.PER_MILLI;
    }

    private static double roundTrips(Cell cell) {
        return millis(cell) * 1000 / cell.x();
    }

    private static LineChart overDelay(List<Cell> cells, String title, String unit, int fromMillis) {
        boolean inMillis = fromMillis > 0;
        List<Line> lines = new ArrayList<>();
        for (StackVariant stack : OVER_DELAY) {
            List<Point> points = new ArrayList<>();
            for (long micros : ROUND_TRIP_MICROS) {
                Cell cell = cell(cells, stack, micros, true);
                points.add(new Point(micros / 1000.0, inMillis ? millis(cell) : roundTrips(cell)));
            }
            lines.add(new Line(stack.label(), points));
        }
        return new LineChart(title, "round trip, ms", unit, true, lines);
    }

    private static LineChart overLoss(List<Cell> cells, String title, String unit, ToDoubleFunction<LossRun> figure) {
        List<Line> lines = new ArrayList<>();
        for (StackVariant stack : OVER_LOSS) {
            List<Point> points = new ArrayList<>();
            for (int loss : LOSS_PER_MILLION) {
                points.add(new Point(
                        loss / 10_000.0,
                        figure.applyAsDouble(cell(cells, stack, loss, false).ofLoss())));
            }
            lines.add(new Line(stack.label(), points));
        }
        return LineChart.linear(title, "frames lost in each direction, %", unit, lines);
    }

    private static List<CaseResult> delayCases(List<Cell> cells) {
        List<CaseResult> cases = new ArrayList<>();
        for (StackVariant stack : OVER_DELAY) {
            Cell cell = cell(cells, stack, SHOWN_MICROS, true);
            String key = "delay-20-ms." + CaseResult.part(stack);
            String name = "Round trip of 20 ms, " + stack.label();
            cases.add(CaseResult.info(
                    key + ".time-request", name, "time of a request", "ms", millis(cell), "16,000 bytes, 14 segments"));
            cases.add(CaseResult.info(
                    key + ".same-round-trips",
                    name,
                    "the same in round trips",
                    "round trips",
                    roundTrips(cell),
                    stack == StackVariant.TORO_2018
                            ? "by the protocol " + ROUND_TRIPS_BY_PROTOCOL + ": handshake, a segment each, close"
                            : "by the protocol 3: handshake, request and answer, close"));
        }
        return cases;
    }

    private static List<CaseResult> lossCases(List<Cell> cells) {
        List<CaseResult> cases = new ArrayList<>();
        for (StackVariant stack : OVER_LOSS) {
            LossRun run = cell(cells, stack, SHOWN_LOSS, false).ofLoss();
            String key = "loss-1-percent." + CaseResult.part(stack);
            String name = "1 % lost, " + stack.label();
            cases.add(CaseResult.info(
                    key + ".requests-answered",
                    name,
                    "requests answered",
                    "requests",
                    run.answered(),
                    "of " + LossRun.REQUESTS));
            cases.add(CaseResult.info(
                    key + ".connections-never-freed",
                    name,
                    "connections never freed",
                    "connections",
                    run.socketsLeft(),
                    "four seconds after the last request"));
            cases.add(CaseResult.info(
                    key + ".processor-last-these-seconds",
                    name,
                    "processor in the last of these seconds",
                    "%",
                    run.busyPercent(),
                    "busy or polling"));
        }
        return cases;
    }

    private static String lossNote(List<Cell> cells) {
        LossRun old = cell(cells, StackVariant.TORO_2018, SHOWN_LOSS, false).ofLoss();
        LossRun sends = cell(cells, StackVariant.SENDS_AGAIN, SHOWN_LOSS, false).ofLoss();
        return String.format(
                Locale.ROOT,
                "A frame in a hundred lost, the stack of 2018 answers %d of %d requests and keeps %d connections; a data segment"
                        + " in flight for ever keeps the processor at %.0f %%. To send lost segments again is not enough (%d"
                        + " answered, %d connections kept): the repeated SYN is dropped and half-open or closing connections"
                        + " are never given up. With all defects repaired every request is answered and nothing is kept.",
                old.answered(),
                LossRun.REQUESTS,
                old.socketsLeft(),
                old.busyPercent(),
                sends.answered(),
                sends.socketsLeft());
    }
}
