package io.torosim.sweep;

import com.google.common.hash.Hashing;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Many runs of one model, as a value: what is varied and how, what is looked at, and when it is enough. The runs and their seeds
 * follow from it alone, whatever the order in which they are made and wherever.
 *
 * @param name for people
 * @param model what is run
 * @param modelName what the model is; two studies with the same model name are taken for studies of the same model
 * @param outputs names of the figures that the model gives, in order
 * @param factors what is varied
 * @param design at which points
 * @param stopping how often each
 * @param seed decides design and runs
 * @param commonSeeds whether replication r has the same seed at every point (common random numbers: differences between points are
 *     sharper); else every run has a seed of its own
 */
public record Study(
        String name,
        CellModel model,
        String modelName,
        List<String> outputs,
        List<Factor> factors,
        Design design,
        Stopping stopping,
        long seed,
        boolean commonSeeds)
        implements Serializable {
    /** Checks names. */
    public Study {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(modelName, "modelName");
        outputs = List.copyOf(outputs);
        factors = List.copyOf(factors);
        if (outputs.isEmpty() || outputs.stream().distinct().count() != outputs.size()) {
            throw new IllegalArgumentException("a study takes one output at least and none twice, outputs=" + outputs);
        }
        if (factors.stream().map(Factor::name).distinct().count() != factors.size()) {
            throw new IllegalArgumentException("two factors have the same name, factors="
                    + factors.stream().map(Factor::name).toList());
        }
        if (design instanceof Design.Refine refine) {
            if (factors.isEmpty() || factors.get(0) instanceof Factor.Listed) {
                throw new IllegalArgumentException("refinement goes along the first factor, which must be a range");
            }
            indexOf(outputs, refine.output());
        }
        if (design instanceof Design.Saltelli && factors.isEmpty()) {
            throw new IllegalArgumentException("Saltelli's design takes a factor at least");
        }
    }

    /** Returns a builder for a study of {@code model}. */
    public static Builder of(String modelName, CellModel model, String... outputs) {
        return new Builder(modelName, model, List.of(outputs));
    }

    /** Returns the place of an output; throws {@link IllegalArgumentException} naming it if there is none. */
    public int output(String output) {
        return indexOf(outputs, output);
    }

    /** Returns the place of a factor; throws {@link IllegalArgumentException} naming it if there is none. */
    public int factor(String factor) {
        return indexOf(factors.stream().map(Factor::name).toList(), factor);
    }

    /** Returns the seed of a run: a keyed hash of what it is, never of when it is made. */
    public long seedOf(int point, int replication) {
        long place = commonSeeds ? replication : (point + 1L) << 32 | replication;
        return Hashing.sipHash24(seed, 0x7377656570L).hashLong(place).asLong();
    }

    /** Returns what tells this study from others: results of two studies with the same fingerprint may stand in one file. */
    public String fingerprint() {
        String all = modelName
                + '\n'
                + outputs
                + '\n'
                + factors
                + '\n'
                + design
                + '\n'
                + stopping
                + '\n'
                + seed
                + '\n'
                + commonSeeds;
        return Hashing.sha256()
                .hashString(all, StandardCharsets.UTF_8)
                .toString()
                .substring(0, 32);
    }

    private static int indexOf(List<String> names, String name) {
        int i = names.indexOf(name);
        if (i < 0) {
            throw new IllegalArgumentException("no such name, name=" + name + "; there are " + names);
        }
        return i;
    }

    /** Puts a study together. */
    public static final class Builder {
        private final String modelName;
        private final CellModel model;
        private final List<String> outputs;
        private String name = "study";
        private List<Factor> factors = List.of();
        private Design design = new Design.Grid(5);
        private Stopping stopping = Stopping.after(1);
        private long seed = 42;
        private boolean commonSeeds = true;

        private Builder(String modelName, CellModel model, List<String> outputs) {
            this.modelName = modelName;
            this.model = model;
            this.outputs = outputs;
        }

        /** Sets the name. */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /** Sets what is varied; nothing without a call. */
        public Builder factors(Factor... all) {
            return factors(List.of(all));
        }

        /** Sets what is varied. */
        public Builder factors(List<Factor> all) {
            factors = all;
            return this;
        }

        /** Sets the points; a grid of five values a range without a call. */
        public Builder design(Design value) {
            design = value;
            return this;
        }

        /** Sets a fixed number of runs of each point; one without a call. */
        public Builder replications(int count) {
            return stopping(Stopping.after(count));
        }

        /** Sets when a point has been run often enough. */
        public Builder stopping(Stopping value) {
            stopping = value;
            return this;
        }

        /** Sets the seed; 42 without a call. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Gives every run a seed of its own instead of the same ones at every point. */
        public Builder ownSeeds() {
            commonSeeds = false;
            return this;
        }

        /** Returns the study. */
        public Study build() {
            return new Study(name, model, modelName, outputs, factors, design, stopping, seed, commonSeeds);
        }
    }
}
