package io.torosim.core.explore;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a search gave.
 *
 * <p>{@link Exploration} returns it, whose {@link Search} fills it in; {@link ScheduleText} and {@link TestSource} write its violation for people.
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

    /** What happens in a run of a scenario, in order: a value. Together with the scenario it says everything. */
    public static final class Schedule {
        private final int[] actions;

        Schedule(int[] actions) {
            this.actions = actions.clone();
        }

        /** Returns how many steps it has. */
        public int length() {
            return actions.length;
        }

        int action(int at) {
            return actions[at];
        }

        /** Returns its first {@code count} steps. */
        public Schedule first(int count) {
            return new Schedule(Arrays.copyOf(actions, count));
        }

        /** Returns it as text, numbers of actions with repetitions after an x, such as {@code 0x3.1.0}; {@code -} for none. */
        public String text() {
            StringBuilder text = new StringBuilder();
            int at = 0;
            while (at < actions.length) {
                int next = at;
                while (next < actions.length && actions[next] == actions[at]) {
                    next++;
                }
                text.append(at == 0 ? "" : ".").append(actions[at]);
                if (next - at > 1) {
                    text.append('x').append(next - at);
                }
                at = next;
            }
            return actions.length == 0 ? "-" : text.toString();
        }

        /**
         * Reads {@link #text}.
         *
         * @throws IllegalArgumentException if it is not such a text
         */
        public static Schedule parse(String text) {
            Objects.requireNonNull(text, "text");
            IntList list = new IntList();
            if (text.equals("-")) {
                return new Schedule(list.toArray());
            }
            for (String part : text.split("\\.", -1)) {
                int x = part.indexOf('x');
                try {
                    int action = Integer.parseInt(x < 0 ? part : part.substring(0, x));
                    int times = x < 0 ? 1 : Integer.parseInt(part.substring(x + 1));
                    if (action < 0 || times < 1 || times > 1_000_000) {
                        throw new NumberFormatException();
                    }
                    for (int i = 0; i < times; i++) {
                        list.add(action);
                    }
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(
                            "a schedule is numbers of actions with dots between, each with x and a count behind it, part="
                                    + part,
                            e);
                }
            }
            return new Schedule(list.toArray());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Schedule schedule && Arrays.equals(schedule.actions, actions);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(actions);
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /**
     * How far a search goes.
     *
     * @param states states at most, at least 1
     * @param preemptions how often a vCPU that could go on may be left for another one, at least 0; {@link Integer#MAX_VALUE} for no bound
     */
    public record Bounds(long states, int preemptions) {
        /** Checks the ranges. */
        public Bounds {
            if (states < 1) {
                throw new IllegalArgumentException("states must be at least 1, states=" + states);
            }
            if (preemptions < 0) {
                throw new IllegalArgumentException("preemptions must be at least 0, preemptions=" + preemptions);
            }
        }

        /** Returns ten million states, any number of preemptions. */
        public static Bounds standard() {
            return new Bounds(10_000_000, Integer.MAX_VALUE);
        }

        /** Returns these with another number of states. */
        public Bounds withStates(long most) {
            return new Bounds(most, preemptions);
        }

        /** Returns these with another number of preemptions. */
        public Bounds withPreemptions(int most) {
            return new Bounds(states, most);
        }
    }
}
