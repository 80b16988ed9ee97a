package io.torosim.sweep;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is studied: factors and a seed in, figures out. It must be a pure function of the cell, since cells run in any order, on any
 * machine, perhaps twice. Serializable, since a cluster gets a copy; what it refers to must be so too.
 */
@FunctionalInterface
public interface CellModel extends Serializable {
    /**
     * Runs a cell.
     *
     * @return the figures, in the order of the study's outputs; NaN for one that does not exist here
     * @throws Exception to make the cell a failed one; the study goes on
     */
    double[] run(Cell cell) throws Exception;

    /**
     * Says what can be known to be wrong with a study before its first run: names of outputs and factors, values, what does not go together. Called
     * before each {@link StudyRun#run}; what it costs is the model's affair.
     *
     * @throws StudyException with one line that names what, and the value
     */
    default void check(Study study) {}

    /** Returns whether the seed changes nothing, so that one run of a point says all. */
    default boolean isExact() {
        return false;
    }

    /**
     * One run of a study: where its factors stand, and its seed. A value; it says everything that the run depends on.
     *
     * @param number of the run within its study, from 0
     * @param point number of the combination of factors
     * @param replication number among the runs of that point
     * @param seed of every random stream
     * @param factors the factors, in the study's order
     * @param values where they stand: the value of a number, the place in its list of a word
     */
    public record Cell(long number, int point, int replication, long seed, List<Factor> factors, List<Double> values)
            implements Serializable {
        /**
         * Returns the value of a factor.
         *
         * @throws IllegalArgumentException if the study has no such factor, or it is a list of which some value is no finite number, such as {@code "200 ms"}: then all of
         *     them are words, which {@link #text} gives
         */
        public double value(String factor) {
            int i = indexOf(factor);
            if (factors.get(i) instanceof Factor.Listed list && !list.isNumeric()) {
                throw new IllegalArgumentException(
                        "not a number, use text: the list has words (numbers are such as 3, -0.5, 2e9), factor="
                                + factor + ", value=" + list.text(values.get(i)));
            }
            return values.get(i);
        }

        /** Returns the value of a factor as a specification file would say it: a number with its unit, or a word. */
        public String text(String factor) {
            int i = indexOf(factor);
            return factors.get(i).text(values.get(i));
        }

        private int indexOf(String factor) {
            for (int i = 0; i < factors.size(); i++) {
                if (factors.get(i).name().equals(factor)) {
                    return i;
                }
            }
            throw new IllegalArgumentException("no such factor, factor=" + factor + "; there are "
                    + factors.stream().map(Factor::name).collect(Collectors.joining(", ")));
        }
    }
}
