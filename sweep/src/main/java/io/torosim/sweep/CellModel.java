package io.torosim.sweep;

import java.io.Serializable;

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
}
