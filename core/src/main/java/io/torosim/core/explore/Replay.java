package io.torosim.core.explore;

import io.torosim.core.explore.Verdict.Schedule;

/** Does schedules again. */
final class Replay {
    private static final int TIMES = 2;

    private Replay() {}

    /**
     * Does the schedule of a violation again from the beginning, {@value #TIMES} times.
     *
     * @throws ScenarioException if it does not violate the same
     */
    static void again(Scenario scenario, Verdict.Violation found) {
        for (int i = 0; i < TIMES; i++) {
            String again = violatedBy(scenario, found.schedule());
            if (!again.equals(found.invariant())) {
                throw new ScenarioException(
                        scenario.name() + " is no pure function of its frames and shared words: the schedule "
                                + found.schedule().text() + " violates \"" + found.invariant() + "\", done again \""
                                + again + "\"",
                        null);
            }
        }
    }

    private static String violatedBy(Scenario scenario, Schedule schedule) {
        try {
            return Walk.replay(scenario, schedule)
                    .map(Verdict.Violation::invariant)
                    .orElse("nothing");
        } catch (ScenarioException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Does the actions of a schedule, single steps, on a model.
     *
     * @return the vCPU that stepped last, {@code none} if none did
     * @throws IllegalArgumentException if an action of it cannot be done where its turn comes
     */
    static int onto(Model model, Schedule schedule, int none) {
        int last = none;
        for (int i = 0; i < schedule.length(); i++) {
            int action = schedule.action(i);
            if (action >= model.actions() || !model.can(action)) {
                throw new IllegalArgumentException(
                        "the schedule is not one of this scenario: step " + i + " cannot be done, action=" + action);
            }
            model.actAlone(action);
            last = model.isStep(action) ? action : last;
        }
        return last;
    }

    /** Returns actions of a search with the steps that it put together as single ones. */
    static Schedule unfold(Scenario scenario, Ownership ownership, Schedule prefix, int[] actions) {
        Model model = new Model(scenario, ownership, new Coverage(scenario));
        IntList single = new IntList();
        for (int i = 0; i < prefix.length(); i++) {
            single.add(prefix.action(i));
        }
        onto(model, prefix, Search.NO_VCPU);
        for (int p = 0; p < model.vcpus(); p++) {
            repeat(single, p, model.settle(p));
        }
        for (int action : actions) {
            try {
                repeat(single, action, model.act(action));
            } catch (IllegalStateException | IllegalArgumentException e) {
                single.add(action); // the one that fails
            }
        }
        ownership.takeSurprised();
        return new Schedule(single.toArray());
    }

    private static void repeat(IntList list, int action, int times) {
        for (int i = 0; i < times; i++) {
            list.add(action);
        }
    }
}
