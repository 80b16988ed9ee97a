package io.torosim.core.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A few schedules done before a search and once more behind it, step by step from the same states: what the search has left in fields of Java in
 * between shows as another outcome. Each vCPU is alone first, the last one before the others, as the search itself never begins.
 */
final class Prelude {
    private static final int STEPS_ALONE = 60;
    private static final int STEPS_TOGETHER = 200;
    private static final int TIMES_AT_ONCE = 4;
    /** What an action that fails counts as. */
    static final int FAILED = Integer.MIN_VALUE;

    /** One action: the state before and after it. */
    private record Deed(long[][] before, int action, long[][] after, int took) {}

    private final Model model;
    private final List<Deed> deeds = new ArrayList<>();
    private final long[] buffer = new long[1 << 14];

    private Prelude(Scenario scenario) {
        model = new Model(scenario, new Ownership(scenario.wordNames.size(), false), new Coverage(scenario));
    }

    static Prelude of(Scenario scenario) {
        Prelude prelude = new Prelude(scenario);
        long[][] start = prelude.saved();
        for (int p = scenario.vcpus() - 1; p >= 0; p--) {
            prelude.restore(start);
            prelude.alone(p, STEPS_ALONE);
        }
        prelude.restore(start);
        prelude.together();
        return prelude;
    }

    private boolean alone(int p, int most) {
        boolean fine = true;
        for (int i = 0; fine && i < most && model.can(p); i++) {
            fine = note(p);
        }
        return fine;
    }

    /** The last that can goes on until it cannot, then what else can happen. */
    private void together() {
        for (int i = 0; i < STEPS_TOGETHER; i++) {
            int action = model.vcpus() - 1;
            while (action >= 0 && !model.can(action)) {
                action--;
            }
            for (int other = model.actions() - 2; action < 0 && other >= model.vcpus(); other--) {
                action = can(other) ? other : action;
            }
            if (action < 0 || !note(action)) {
                return;
            }
        }
    }

    private boolean can(int action) {
        try {
            return model.can(action);
        } catch (ScenarioException e) {
            return false; // the search will meet it and say where
        }
    }

    private boolean note(int action) {
        long[][] before = saved();
        int took = done(action);
        long[][] after = took == FAILED ? before : saved();
        for (int i = 0; i < TIMES_AT_ONCE; i++) {
            restore(before);
            if (took != done(action) || took != FAILED && !Arrays.deepEquals(saved(), after)) {
                restore(before);
                throw Impurity.of(model, action, "at once");
            }
        }
        deeds.add(new Deed(before, action, after, took));
        return took != FAILED;
    }

    private int done(int action) {
        try {
            model.actAlone(action);
            return model.took();
        } catch (ScenarioException e) {
            return FAILED; // the search will meet it and say where
        } catch (IllegalStateException | IllegalArgumentException e) {
            return FAILED;
        }
    }

    /**
     * Does all of it once more, the last first.
     *
     * @throws ScenarioException if the outcome of a step is another one
     */
    int again() {
        for (int i = deeds.size() - 1; i >= 0; i--) {
            Deed deed = deeds.get(i);
            restore(deed.before);
            boolean same = can(deed.action) && done(deed.action) == deed.took;
            if (!same || deed.took != FAILED && !Arrays.deepEquals(saved(), deed.after)) {
                restore(deed.before);
                throw Impurity.of(model, deed.action, "before the search and behind it");
            }
        }
        return deeds.size();
    }

    private long[][] saved() {
        long[][] parts = new long[model.parts()][];
        for (int part = 0; part < parts.length; part++) {
            parts[part] = Arrays.copyOf(buffer, model.save(part, buffer));
        }
        return parts;
    }

    private void restore(long[][] parts) {
        for (int part = 0; part < parts.length; part++) {
            model.restore(part, parts[part]);
        }
        model.clockBack();
    }
}
