package io.torosim.core.explore;

import io.torosim.core.code.GuestCode;
import java.util.LinkedHashSet;
import java.util.Set;

/** Says which steps gave another outcome when they were done again from the same state. */
final class Impurity {
    private Impurity() {}

    /** Does the action on a model that is where it was done, and names what is executed. */
    static ScenarioException of(Model model, int action, String when) {
        return of(model, () -> model.act(action), when);
    }

    /** As that, for what each vCPU does at the beginning before anybody can see it. */
    static ScenarioException ofBeginning(Model model) {
        return of(
                model,
                () -> {
                    for (int p = 0; p < model.vcpus(); p++) {
                        model.settle(p);
                    }
                },
                "at the beginning of the search and at its end");
    }

    private static ScenarioException of(Model model, Runnable again, String when) {
        Set<String> names = new LinkedHashSet<>();
        Set<String> deeds = new LinkedHashSet<>();
        model.tell(new Model.Teller() {
            @Override
            public void step(int vcpu, GuestCode code, int entry) {
                names.add("\"" + code.name() + ": " + code.entryName(entry) + "\" on vCPU " + vcpu);
            }

            @Override
            public void did(int vcpu, String what) {
                deeds.add(what);
            }
        });
        try {
            again.run();
        } catch (IllegalStateException | IllegalArgumentException e) {
            deeds.add("fails: " + e.getMessage());
        } finally {
            model.tell(null);
        }
        String what = names.isEmpty()
                ? "what happens, " + String.join(", ", deeds) + ","
                : (names.size() == 1 ? "the step " : "one of the steps ") + String.join(", ", names);
        return new ScenarioException(
                model.scenario.name() + " is no pure function of its frames and shared words: " + what
                        + " had another outcome when it was done again from the same state, " + when
                        + "; a random number, a clock or a field of Java that it reads or writes is no part of a state",
                null);
    }
}
