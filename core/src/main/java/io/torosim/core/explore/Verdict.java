package io.torosim.core.explore;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a search gave.
 *
 * @param outcome violated, exhausted or cut
 * @param violation what is violated, with the schedule of fewest preemptions and, among these, of fewest steps; empty if nothing is
 * @param states different states that were reached
 * @param transitions actions that were done
 * @param depth steps of the longest of the shortest ways to a state
 * @param preemptions the most preemptions that were needed to reach a state, or that the bound allowed
 * @param bytes memory of the search's tables
 * @param bounded whether the bound of preemptions left schedules out: then "exhausted" says nothing of those
 * @param checks how often each invariant was checked, by name, in the scenario's order
 * @param redone how often a transition was done again from the same state, at once or at the end, and had the same outcome
 * @param redoneEach how often, at least, transitions of each kind were done again at the end of the search, those that begin with the same step and end
 *     before the same one; 0 where something is violated, which was shown by doing its schedule again
 * @param horizonPs from which age in picoseconds on instants were not told apart, 0 without a clock
 * @param cut why the search was cut; empty if it was not
 * @param neverExecuted steps of the routines that no schedule executed, as "routine: step"
 */
public record Verdict(
        Outcome outcome,
        Optional<Violation> violation,
        long states,
        long transitions,
        int depth,
        int preemptions,
        long bytes,
        boolean bounded,
        Map<String, Long> checks,
        long redone,
        int redoneEach,
        long horizonPs,
        String cut,
        List<String> neverExecuted) {

    /** How a search ended. */
    public enum Outcome {
        /** An invariant does not hold. */
        VIOLATED,
        /** All states within the bound of preemptions were reached, and all invariants hold in them. */
        EXHAUSTED,
        /** The bound of states was reached, or somebody ended it: nothing is known of the rest. */
        CUT
    }

    /**
     * An invariant that does not hold.
     *
     * @param invariant its name
     * @param message what that means
     * @param schedule how to get there
     * @param preemptions how often a vCPU that could go on was left
     */
    public record Violation(String invariant, String message, Schedule schedule, int preemptions) {}

    /** Copies the collections. */
    public Verdict {
        checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
        neverExecuted = List.copyOf(neverExecuted);
    }

    Verdict with(Optional<Violation> other) {
        return new Verdict(
                outcome,
                other,
                states,
                transitions,
                depth,
                preemptions,
                bytes,
                bounded,
                checks,
                redone,
                redoneEach,
                horizonPs,
                cut,
                neverExecuted);
    }

    /** Returns the invariants that were never checked: a search that checked nothing has shown nothing. */
    public List<String> neverChecked() {
        return Checks.never(checks);
    }

    /** Returns one line: outcome, states, transitions, depth, preemptions, memory, how often it was done again, horizon, what was never executed. */
    public String summary() {
        String what =
                switch (outcome) {
                    case VIOLATED -> "violated: " + violation.orElseThrow().invariant() + ", "
                            + violation.orElseThrow().preemptions() + " preemptions, "
                            + violation.orElseThrow().schedule().length() + " steps";
                    case EXHAUSTED -> bounded
                            ? "exhausted within the bound of " + preemptions + " preemptions only: more were possible"
                            : "exhausted";
                    case CUT -> "cut, " + cut;
                };
        return what + "; " + states + " states, " + transitions + " transitions, depth " + depth + ", up to "
                + preemptions + " preemptions, " + (bytes >> 20) + " MiB"
                + (redone == 0 ? "" : ", done again " + redone + " times with the same outcome")
                + (redoneEach == 0 ? "" : ", each step at least " + redoneEach + " times")
                + (horizonPs == 0 ? "" : "; ages of " + horizonPs + " ps and more are one")
                + (outcome == Outcome.VIOLATED || neverExecuted.isEmpty()
                        ? ""
                        : "; never executed: " + neverExecuted.size() + ", such as " + neverExecuted.get(0));
    }
}
