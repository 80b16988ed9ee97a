package io.torosim.experiment;

import io.torosim.experiment.spec.Key;
import java.util.List;

/** Something that can be run: the same object from a unit test, a benchmark, the command line and user code. */
public interface Experiment {
    /** Returns the identifier on the command line. */
    String name();

    /**
     * Returns the keys of the specification that it heeds. What a specification says beyond its defaults and these is refused by
     * name where this experiment alone is run: a key that does nothing is a mistake.
     */
    List<Key<?>> heeds();

    /**
     * Runs it.
     *
     * @param seed seed of every random stream
     * @param progress told how far it is
     * @return the outcome, a pure function of this experiment's specification and the seed
     */
    ExperimentResult run(long seed, Progress progress);

    /** Returns whether the seed changes nothing, because nothing in it is drawn. */
    default boolean isExact() {
        return false;
    }

    /** Hears how far an experiment is. */
    @FunctionalInterface
    interface Progress {
        /** Nobody listens. */
        Progress NONE = (step, done, total) -> {};

        /**
         * Called before each step.
         *
         * @param step name of the step that begins
         * @param done steps done
         * @param total steps in all
         */
        void at(String step, int done, int total);
    }
}
