package io.torosim.core.explore;

import java.util.Optional;

/** One run of a scenario, step by step: each action is chosen by somebody. */
final class Walk {
    /** Chooses the next of the actions that can be done. */
    @FunctionalInterface
    interface Chooser {
        /** Returns an action among the first {@code count} of {@code actions}; -1 to end the run. */
        int choose(Model model, int[] actions, int count);
    }

    /** What must stay possible and was not so for so many steps of a run is taken for impossible. */
    static final int LONG_WITHOUT = 3_000;

    private final Scenario scenario;
    private final Model model;
    private final Checks checks;
    private final int[] can;
    private final IntList done = new IntList();

    Walk(Scenario scenario) {
        this.scenario = scenario;
        model = new Model(scenario, new Ownership(scenario.wordNames.size(), false), new Coverage(scenario));
        checks = new Checks(scenario);
        can = new int[model.actions()];
    }

    /**
     * Runs until an invariant does not hold, nothing can happen, or {@code mostSteps} are done. What must stay possible is taken for violated
     * if it was not so for {@value #LONG_WITHOUT} steps: a run cannot know more.
     *
     * @return what is violated; its preemptions are those of this very run
     */
    Optional<Verdict.Violation> run(Chooser chooser, int mostSteps) {
        int last = Search.NO_VCPU;
        int preemptions = 0;
        int[] lastPossible = new int[checks.possibleCount()];
        while (true) {
            for (int i = 0; i < lastPossible.length; i++) {
                lastPossible[i] = checks.possible(i).holds().test(model) ? done.size() : lastPossible[i];
                if (done.size() - lastPossible[i] > LONG_WITHOUT) {
                    return violation(
                            checks.possible(i).name(), checks.possible(i).message(), preemptions);
                }
            }
            Invariant broken = checks.broken(Invariant.When.ALWAYS, model);
            boolean rest = broken == null && model.atRest();
            if (rest) {
                broken = checks.broken(Invariant.When.AT_REST, model);
            }
            if (broken != null) {
                return violation(broken.name(), broken.message(), preemptions);
            }
            int count = 0;
            for (int action = 0; action < can.length; action++) {
                if (model.can(action)) {
                    can[count++] = action;
                }
            }
            if (count == 0 || done.size() >= mostSteps) {
                return Optional.empty();
            }
            int action = chooser.choose(model, can, count);
            if (action < 0) {
                return Optional.empty();
            }
            if (model.isStep(action)) {
                preemptions += last != Search.NO_VCPU && last != action && model.can(last) ? 1 : 0;
                last = action;
            }
            done.add(action);
            try {
                model.actAlone(action);
            } catch (IllegalStateException | IllegalArgumentException e) {
                return violation("no step fails", e.getMessage(), preemptions);
            }
        }
    }

    int actions() {
        return can.length;
    }

    private Optional<Verdict.Violation> violation(String name, String message, int preemptions) {
        return Optional.of(new Verdict.Violation(name, message, new Schedule(done.toArray()), preemptions));
    }

    static Optional<Verdict.Violation> replay(Scenario scenario, Schedule schedule) {
        Walk walk = new Walk(scenario);
        int[] at = {0};
        return walk.run(
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
    }
}
