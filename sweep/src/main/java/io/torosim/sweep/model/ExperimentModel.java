package io.torosim.sweep.model;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.catalog.Experiments;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.name.Nearest;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An experiment of the catalogue as a model: factors are keys of its specification ({@code load.concurrency}) or cost parameters ({@code
 * costs.kvm.exit}), outputs are keys of its figures.
 */
final class ExperimentModel implements CellModel {
    private static final long serialVersionUID = 1;
    static final String COSTS = "costs.";
    private static final String NUMBER = "-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?";
    /** What {@code [guest]} is run by. */
    static final String GUEST = "study";

    private final String experiment;
    /** What the specification says beside the factors, as a file has it. */
    private final TreeMap<String, Object> said;

    private final ArrayList<String> outputs;
    private final String beside;
    /** A search for a corner runs many studies of one model: it need be looked at once. */
    private volatile boolean checked;

    /**
     * Creates one.
     *
     * @param experiment name in {@link Experiments}
     * @param said values of the specification by key, of the types that TOML has
     * @param outputs keys of figures
     * @param beside the file beside which files are found that values name
     */
    ExperimentModel(String experiment, Map<String, ?> said, List<String> outputs, Path beside) {
        this.experiment = experiment;
        this.said = new TreeMap<>(said);
        this.outputs = new ArrayList<>(outputs); // serialisable, as List.of is too
        this.beside = beside.toString();
    }

    @Override
    public double[] run(Cell cell) {
        Map<String, Double> figures = figures(cell);
        return outputs.stream()
                .mapToDouble(o -> figures.getOrDefault(o, isRate(o) ? 0 : Double.NaN))
                .toArray();
    }

    /** Figures of one run by key. */
    Map<String, Double> figures(Cell cell) {
        Map<String, Double> figures = new TreeMap<>();
        experiment(specification(cell))
                .run(cell.seed(), Experiment.Progress.NONE)
                .cases()
                .forEach(figure -> figures.put(figure.key(), figure.obtained()));
        return figures;
    }

    /** Exits of a cause that did not occur have no figure of their own: there were none. */
    private boolean isRate(String output) {
        return experiment.equals(GUEST) && output.startsWith("exits.");
    }

    @Override
    public boolean isExact() {
        return Experiments.named(experiment, Specification.defaults()).get(0).isExact();
    }

    /**
     * Checks names and values: the experiment, every key and its value, every value of a list, both ends of a range, what the points of the design make
     * together, and the outputs, of which an experiment knows only once it has run: the first cell is run, and where it lacks an output a few more.
     */
    @Override
    public void check(Study study) {
        if (!checked) {
            new ExperimentCheck(this, study).check();
            checked = true;
        }
    }

    String name() {
        return experiment;
    }

    TreeMap<String, Object> said() {
        return said;
    }

    List<String> outputs() {
        return outputs;
    }

    Experiment experiment(Specification spec) {
        List<Experiment> named = Experiments.named(experiment, spec);
        if (named.size() != 1) {
            List<String> names =
                    Experiments.entries().stream().map(Experiments.Entry::name).toList();
            throw new StudyException(
                    "experiment", "no such experiment; " + Nearest.hint(experiment, names), experiment);
        }
        return named.get(0);
    }

    Specification specification(Cell cell) {
        TreeMap<String, Object> all = new TreeMap<>(said);
        for (Factor factor : cell.factors()) {
            all.put(factor.name(), raw(cell.text(factor.name())));
        }
        Specification spec = Specification.defaults();
        for (Key<?> key : Keys.all()) {
            Object raw = all.remove(key.name());
            if (raw != null) {
                spec = with(spec, key, raw);
            }
        }
        CostModel costs = spec.costs();
        for (Map.Entry<String, Object> entry : all.entrySet()) {
            costs = with(costs, entry.getKey(), entry.getValue());
        }
        return spec.withCosts(costs);
    }

    /** Returns costs with another value of {@code costs.NAME}; throws {@link StudyException} if there is no such or it is out of range. */
    static CostModel with(CostModel costs, String key, Object raw) {
        if (!key.startsWith(COSTS) || !costs.has(key.substring(COSTS.length()))) {
            List<String> known =
                    new ArrayList<>(Keys.all().stream().map(Key::name).toList());
            costs.parameters().forEach(p -> known.add(COSTS + p.name()));
            throw new StudyException(key, "no such key of a specification; " + Nearest.hint(key, known), null);
        }
        String name = key.substring(COSTS.length());
        if (!(raw instanceof Number) && !raw.toString().matches(NUMBER)) {
            throw new StudyException(key, "must be a number", raw);
        }
        BigDecimal value = new BigDecimal(raw.toString());
        BigDecimal low = costs.parameter(name).low();
        BigDecimal high = costs.parameter(name).high();
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new StudyException(key, "must be in [" + low + ", " + high + "]", value);
        }
        return costs.with(name, value);
    }

    <T> Specification with(Specification spec, Key<T> key, Object raw) {
        try {
            return spec.with(key, key.read(raw, Path.of(beside)));
        } catch (SpecException e) {
            throw e; // of a file that is named
        } catch (IllegalArgumentException e) {
            throw new StudyException(key.name(), String.valueOf(e.getMessage()), raw);
        }
    }

    /** Returns text as the type that TOML would have for it. */
    static Object raw(String text) {
        if (text.matches("-?[0-9]{1,18}")) {
            return Long.valueOf(text);
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        return text;
    }
}
