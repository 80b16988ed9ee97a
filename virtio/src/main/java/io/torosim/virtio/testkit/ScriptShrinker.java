package io.torosim.virtio.testkit;

import io.torosim.virtio.testkit.DriverScript.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a failing script small: leaves out steps (in halves, then smaller), then makes what is left smaller. The result
 * still fails in the sense of the predicate, and no single further simplification of these kinds does.
 */
public final class ScriptShrinker {
    /**
     * Shrinks a script.
     *
     * @param script one for which {@code fails} is true
     * @param fails whether a script still shows the fault; called often
     * @throws IllegalArgumentException if the script does not fail
     */
    public static DriverScript shrink(DriverScript script, Predicate<DriverScript> fails) {
        if (!fails.test(script)) {
            throw new IllegalArgumentException("the script does not fail");
        }
        DriverScript best = script;
        boolean smaller = true;
        while (smaller) {
            DriverScript before = best;
            best = dropSteps(best, fails);
            best = simplifySteps(best, fails);
            smaller = !best.equals(before);
        }
        return best;
    }

    private static DriverScript dropSteps(DriverScript script, Predicate<DriverScript> fails) {
        DriverScript best = script;
        for (int chunk = Math.max(1, best.steps().size() / 2); chunk >= 1; chunk /= 2) {
            for (int from = 0; from < best.steps().size(); ) {
                List<Step> fewer = new ArrayList<>(best.steps().subList(0, from));
                fewer.addAll(best.steps()
                        .subList(
                                Math.min(best.steps().size(), from + chunk),
                                best.steps().size()));
                DriverScript candidate = new DriverScript(best.mode(), fewer);
                if (fails.test(candidate)) {
                    best = candidate;
                } else {
                    from += chunk;
                }
            }
        }
        return best;
    }

    private static DriverScript simplifySteps(DriverScript script, Predicate<DriverScript> fails) {
        DriverScript best = script;
        for (int i = 0; i < best.steps().size(); i++) {
            boolean changed = true;
            while (changed) {
                changed = false;
                for (Step simpler : simpler(best.steps().get(i))) {
                    List<Step> steps = new ArrayList<>(best.steps());
                    steps.set(i, simpler);
                    DriverScript candidate = new DriverScript(best.mode(), steps);
                    if (fails.test(candidate)) {
                        best = candidate;
                        changed = true;
                        break;
                    }
                }
            }
        }
        return best;
    }

    private static List<Step> simpler(Step s) {
        List<Step> steps = new ArrayList<>();
        if (s.amount() > 1) {
            steps.add(new Step(s.kind(), s.readable(), s.writable(), s.indirect(), 1, s.salt()));
            steps.add(new Step(s.kind(), s.readable(), s.writable(), s.indirect(), s.amount() - 1, s.salt()));
        }
        if (s.indirect()) {
            steps.add(new Step(s.kind(), s.readable(), s.writable(), false, s.amount(), s.salt()));
        }
        if (s.salt() != 0) {
            steps.add(new Step(s.kind(), s.readable(), s.writable(), s.indirect(), s.amount(), 0));
        }
        if (s.readable().size() + s.writable().size() > 1) {
            if (!s.readable().isEmpty()) {
                steps.add(new Step(
                        s.kind(),
                        s.readable().subList(1, s.readable().size()),
                        s.writable(),
                        s.indirect(),
                        s.amount(),
                        s.salt()));
            }
            if (!s.writable().isEmpty()) {
                steps.add(new Step(
                        s.kind(),
                        s.readable(),
                        s.writable().subList(1, s.writable().size()),
                        s.indirect(),
                        s.amount(),
                        s.salt()));
            }
        }
        if (s.readable().stream().anyMatch(b -> b > 1)) {
            steps.add(new Step(s.kind(), ones(s.readable()), s.writable(), s.indirect(), s.amount(), s.salt()));
        }
        if (s.writable().stream().anyMatch(b -> b > 1)) {
            steps.add(new Step(s.kind(), s.readable(), ones(s.writable()), s.indirect(), s.amount(), s.salt()));
        }
        return steps;
    }

    private static List<Integer> ones(List<Integer> sizes) {
        return sizes.stream().map(b -> 1).toList();
    }

    private ScriptShrinker() {}
}
