package io.torosim.core.explore;

import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.core.explore.Verdict.Schedule;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One run of a scenario, step by step: each action is chosen by somebody.
 *
 * <p>It steps a {@link Model} and asks the {@link Checks} after each step; its chooser is a strategy of {@link Sampling}, or {@link Replay}, which does
 * a given {@link Schedule} again.
 */
final class Walk {
    /** Chooses the next of the actions that can be done. */
    @FunctionalInterface
    interface Chooser {
        /** Returns an action among the first {@code count} of {@code actions}; -1 to end the run. */
        int choose(Model model, int[] actions, int count);
    }

    /** What must stay possible and was not so for so many steps of a run is searched for from there. */
    static final int LONG_WITHOUT = 3_000;

    private static final long STATES_OF_SUCH_A_SEARCH = 200_000;
    private static final long STATES_OF_A_REPLAY = 10_000_000;

    private final Scenario scenario;
    private final Model model;
    private final Checks checks;
    private final int[] can;
    private final IntList done = new IntList();
    /** A schedule is done again: it says itself where it ends. */
    private boolean replaying;
    /** From how many steps on a state at rest with everything kept ends the run; -1 for no such end. */
    private int endsAtRestFrom = -1;

    private boolean endedWell;
    /** What the step that failed has thrown. */
    private @Nullable Throwable thrown;

    Walk(Scenario scenario) {
        this(scenario, new Coverage(scenario));
    }

    /** @param coverage notes which steps are executed and what comes from outside */
    Walk(Scenario scenario, Coverage coverage) {
        this.scenario = scenario;
        model = new Model(scenario, new Ownership(scenario.wordNames.size(), false), coverage);
        checks = new Checks(scenario);
        can = new int[model.actions()];
    }

    /**
     * Runs until an invariant does not hold, nothing can happen but the passing of time, or {@code mostSteps} are done. What must stay possible
     * and is not so at rest, or was not for {@value #LONG_WITHOUT} steps, is searched for from there to the end, so that a violation is one.
     *
     * @return what is violated; its preemptions are those of this very run
     */
    Optional<Verdict.Violation> run(Chooser chooser, int mostSteps) {
        try {
            return steps(chooser, mostSteps);
        } catch (ScenarioException e) {
            throw e.after(new Schedule(done.toArray()));
        }
    }

    private Optional<Verdict.Violation> steps(Chooser chooser, int mostSteps) {
        int last = Search.NO_VCPU;
        int preemptions = 0;
        int[] lastPossible = new int[checks.possibleCount()];
        boolean rested = false;
        while (true) {
            Invariant broken = checks.broken(Invariant.When.ALWAYS, model.eyes());
            boolean rest = broken == null && model.atRest();
            if (rest) {
                broken = checks.broken(Invariant.When.AT_REST, model.eyes());
            }
            for (int i = 0; broken == null && i < lastPossible.length; i++) {
                checks.checkedPossible(i, 1);
                if (checks.possibleHolds(i, model.eyes())) {
                    lastPossible[i] = done.size();
                } else if (rest && !rested || done.size() - lastPossible[i] > LONG_WITHOUT) {
                    lastPossible[i] = done.size();
                    broken = impossible(i, STATES_OF_SUCH_A_SEARCH) ? checks.possible(i) : null;
                }
            }
            rested |= rest;
            if (broken != null) {
                return violation(broken.name(), broken.message(), preemptions);
            }
            if (rest && endsAtRestFrom >= 0 && done.size() >= endsAtRestFrom) {
                endedWell = true;
                return Optional.empty();
            }
            int count = 0;
            for (int action = 0; action < can.length; action++) {
                if (model.can(action)) {
                    can[count++] = action;
                }
            }
            boolean onlyTime = rest && count == 1 && can[0] == model.tick();
            if (count == 0 || done.size() >= mostSteps || onlyTime && !replaying) {
                return Optional.empty();
            }
            int action = chooser.choose(model, can, count);
            if (action < 0) {
                return lost(preemptions);
            }
            if (model.isStep(action)) {
                preemptions += last != Search.NO_VCPU && last != action && model.can(last) ? 1 : 0;
                last = action;
            }
            done.add(action);
            try {
                model.actAlone(action);
            } catch (ScenarioException e) {
                throw e;
            } catch (IllegalStateException | IllegalArgumentException e) {
                thrown = e;
                return violation("no step fails", String.valueOf(e.getMessage()), preemptions);
            }
        }
    }

    /** At the end of a schedule that is done again: what must stay possible and cannot be reached from here any more. */
    private Optional<Verdict.Violation> lost(int preemptions) {
        for (int i = 0; i < checks.possibleCount(); i++) {
            if (!checks.possibleHolds(i, model.eyes()) && impossible(i, STATES_OF_A_REPLAY)) {
                return violation(checks.possible(i).name(), checks.possible(i).message(), preemptions);
            }
        }
        return Optional.empty();
    }

    /** Whether no continuation of what was done makes it so; false where the search is cut. */
    private boolean impossible(int which, long states) {
        Search search = new Search(scenario, Bounds.standard().withStates(states), true, count -> true)
                .from(new Schedule(done.toArray()), which);
        Verdict verdict = search.run();
        return !search.reachedGoal() && verdict.outcome() == Verdict.Outcome.EXHAUSTED;
    }

    /** Returns how often each invariant was looked at, by name. */
    Map<String, Long> checked() {
        return checks.counted();
    }

    int actions() {
        return can.length;
    }

    /**
     * Goes on from where a schedule leads, to rest.
     *
     * @return 1 if it came to rest with everything kept, -1 if something was violated, 0 if neither came in {@code mostSteps}
     */
    int goesOnFrom(Schedule start, Chooser chooser, int mostSteps) {
        endsAtRestFrom = start.length();
        int[] at = {0};
        Optional<Verdict.Violation> broken = run(
                (choosing, actions, count) ->
                        at[0] < start.length() ? start.action(at[0]++) : chooser.choose(choosing, actions, count),
                start.length() + mostSteps);
        return broken.isPresent() ? -1 : endedWell ? 1 : 0;
    }

    /** Returns whether another run did the same and ended in the same state. */
    boolean sameAs(Walk other) {
        boolean same = Arrays.equals(done.toArray(), other.done.toArray());
        long[] ours = new long[1 << 14];
        long[] theirs = new long[1 << 14];
        for (int part = 0; same && part < model.parts(); part++) {
            int length = model.save(part, ours);
            same = Arrays.equals(ours, 0, length, theirs, 0, other.model.save(part, theirs));
        }
        return same;
    }

    private Optional<Verdict.Violation> violation(String name, String message, int preemptions) {
        return Optional.of(new Verdict.Violation(name, message, new Schedule(done.toArray()), preemptions));
    }

    /** Returns what the step that a schedule fails with throws, null if it fails with none. */
    static @Nullable Throwable thrownBy(Scenario scenario, Schedule schedule) {
        Walk walk = new Walk(scenario);
        replay(walk, schedule);
        return walk.thrown;
    }

    static Optional<Verdict.Violation> replay(Scenario scenario, Schedule schedule) {
        return replay(new Walk(scenario), schedule);
    }

    private static Optional<Verdict.Violation> replay(Walk walk, Schedule schedule) {
        walk.replaying = true;
        int[] at = {0};
        Optional<Verdict.Violation> found = walk.run(
                (model, actions, count) -> {
                    if (at[0] == schedule.length()) {
                        return -1;
                    }
                    int wanted = schedule.action(at[0]++);
                    for (int i = 0; i < count; i++) {
                        if (actions[i] == wanted) {
                            return wanted;
                        }
                    }
                    throw new IllegalArgumentException("the schedule is not one of " + walk.scenario.name() + ": step "
                            + (at[0] - 1) + " cannot be done, action=" + wanted);
                },
                Integer.MAX_VALUE);
        if (found.isEmpty() && at[0] < schedule.length()) {
            throw new IllegalArgumentException("the schedule is not one of " + walk.scenario.name()
                    + ": the run is over" + " after " + at[0] + " of its " + schedule.length() + " steps");
        }
        return found;
    }
}
