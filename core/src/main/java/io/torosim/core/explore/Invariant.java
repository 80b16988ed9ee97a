package io.torosim.core.explore;

import io.torosim.core.explore.Scenario.Look;
import java.util.function.Predicate;

/**
 * What a scenario must keep to.
 *
 * @param when in which states it is looked at
 * @param name a few words
 * @param message what it means that it does not hold
 * @param holds a pure function of what it sees
 */
record Invariant(When when, String name, String message, Predicate<Look> holds) {
    /** In which states. */
    enum When {
        /** In each. */
        ALWAYS,
        /** Where nothing can happen any more. */
        AT_REST,
        /** From each state, one in which it holds can be reached. */
        ALWAYS_POSSIBLE
    }
}
