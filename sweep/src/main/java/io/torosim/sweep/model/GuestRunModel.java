package io.torosim.sweep.model;

import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.GuestRun;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.CellModel.Cell;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A {@link GuestRun} as a model: the user builds the run that a cell asks for, outputs are keys of what it gives. The keys are those of {@code torosim
 * run study}: {@code cpu.top}, {@code cpu.top-other-mode}, {@code cpu.exact}, {@code awake.vcpu0}, ... (percent), {@code halts}, {@code wake-ups},
 * {@code exits.CAUSE} (a second), {@code requests.answered}, {@code latency.mean}, {@code latency.p50}, {@code latency.p99} or any other percentile such
 * as {@code latency.p99.9} (microseconds), {@code power.watts}. A figure of nothing, as a latency without a request, is NaN.
 */
public final class GuestRunModel implements CellModel {
    private static final long serialVersionUID = 1;

    private final Base base;
    private final ArrayList<String> outputs;

    /** Builds the run of a cell. What it refers to must be serialisable if the study is to go to a cluster. */
    @FunctionalInterface
    public interface Base extends Serializable {
        /** Returns the run where the cell's factors stand; its seed is set afterwards. */
        GuestRun of(Cell cell);
    }

    /**
     * Creates one.
     *
     * @throws IllegalArgumentException naming an output that is no key
     */
    public GuestRunModel(Base base, List<String> outputs) {
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(outputs, "outputs");
        this.base = base;
        this.outputs = new ArrayList<>(outputs);
        outputs.forEach(GuestFigures::check);
    }

    /** Returns a builder for a study of such runs; two studies of the same name are taken for studies of the same runs. */
    public static Study.Builder study(String name, Base base, String... outputs) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(outputs, "outputs");
        return Study.of(name, new GuestRunModel(base, List.of(outputs)), outputs)
                .name(name);
    }

    @Override
    public double[] run(Cell cell) {
        GuestOutcome outcome = base.of(cell).seed(cell.seed()).run();
        return outputs.stream()
                .mapToDouble(key -> GuestFigures.of(outcome, key))
                .toArray();
    }
}
