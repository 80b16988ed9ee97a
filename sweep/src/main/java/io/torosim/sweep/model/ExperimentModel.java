package io.torosim.sweep.model;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.catalog.Experiments;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.SpecException;
import io.torosim.experiment.spec.Specification;
import io.torosim.sweep.Cell;
import io.torosim.sweep.CellModel;
import io.torosim.sweep.Factor;
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
public final class ExperimentModel implements CellModel {
    private static final long serialVersionUID = 1;
    private static final String COSTS = "costs.";

    private final String experiment;
    /** What the specification says beside the factors, as a file has it. */
    private final TreeMap<String, Object> said;

    private final ArrayList<String> outputs;

    /**
     * Creates one.
     *
     * @param experiment name in {@link Experiments}
     * @param said values of the specification by key, of the types that TOML has
     * @param outputs keys of figures
     */
    public ExperimentModel(String experiment, Map<String, ?> said, List<String> outputs) {
        this.experiment = experiment;
        this.said = new TreeMap<>(said);
        this.outputs = new ArrayList<>(outputs); // serialisable, as List.of is too
    }

    @Override
    public double[] run(Cell cell) {
        ExperimentResult result = experiment(specification(cell)).run(cell.seed(), Experiment.Progress.NONE);
        return outputs.stream().mapToDouble(o -> result.figure(o).obtained()).toArray();
    }

    @Override
    public boolean isExact() {
        return Experiments.named(experiment, Specification.defaults()).get(0).isExact();
    }

    /**
     * Checks names and values with the first cell of a study, without running it.
     *
     * @throws SpecException naming what is wrong
     */
    public void check(Cell first) {
        experiment(specification(first));
    }

    private Experiment experiment(Specification spec) {
        List<Experiment> named = Experiments.named(experiment, spec);
        if (named.size() != 1) {
            throw new SpecException("no such experiment, experiment=" + experiment);
        }
        return named.get(0);
    }

    private Specification specification(Cell cell) {
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
            if (!entry.getKey().startsWith(COSTS) || !costs.has(entry.getKey().substring(COSTS.length()))) {
                throw new SpecException(entry.getKey() + ": no such key of a specification");
            }
            String name = entry.getKey().substring(COSTS.length());
            BigDecimal value = new BigDecimal(entry.getValue().toString());
            if (value.compareTo(costs.parameter(name).low()) < 0
                    || value.compareTo(costs.parameter(name).high()) > 0) {
                throw new SpecException(entry.getKey() + ": must be in ["
                        + costs.parameter(name).low() + ", "
                        + costs.parameter(name).high() + "], value=" + value);
            }
            costs = costs.with(name, value);
        }
        return spec.withCosts(costs);
    }

    private static <T> Specification with(Specification spec, Key<T> key, Object raw) {
        try {
            return spec.with(key, key.read(raw, Path.of("study.toml")));
        } catch (IllegalArgumentException e) {
            throw new SpecException(key.name() + ": " + e.getMessage() + ", value=" + raw);
        }
    }

    /** Returns text as the type that TOML would have for it. */
    private static Object raw(String text) {
        if (text.matches("-?[0-9]{1,18}")) {
            return Long.valueOf(text);
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        return text;
    }
}
