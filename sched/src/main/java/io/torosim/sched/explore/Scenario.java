package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import io.torosim.core.defect.Defect;
import io.torosim.core.defect.Defects;
import io.torosim.core.trace.TraceSink;
import java.util.List;
import java.util.Optional;

/**
 * A small guest in which one hazard can show: a kernel alone ({@link Scenarios}), or a whole guest with its card, driver and memory. {@link
 * Explorer} and {@link BoundedSearch} run it again and again, each time from the beginning and with other choices.
 */
public interface Scenario {
    /** Returns its name on the command line. */
    String name();

    /** Returns the defect that it shows. */
    Defect hazard();

    /** Returns what the defect violates. */
    Invariant invariant();

    /** Returns the defects that its guest can have, in an order that stays: bit n of a replay line's mask is the nth. */
    List<? extends Defect> defects();

    /** Returns those that are on in a search for the hazard: what {@code --quirks on} means. Others would show the same violation first. */
    Defects defectsOn();

    /**
     * Makes one run from the beginning.
     *
     * @param on the defects that are on, of {@link #defects}; with none of them every invariant is looked at, else {@link #invariant}
     * @param choices decides what a real machine leaves open, and under names that begin with {@code "scenario."} what the scenario does
     * @param sink hears every trace event; null for nobody
     * @param tally where it says what it looked at
     * @return the first violation, if there was one
     */
    Optional<Violation> run(Defects on, long seed, Choices choices, TraceSink sink, Tally tally);
}
