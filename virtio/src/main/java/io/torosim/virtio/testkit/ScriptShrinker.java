package io.torosim.virtio.testkit;

import io.torosim.virtio.testkit.DriverScript.Shrunk;
import io.torosim.virtio.testkit.DriverScript.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a failing script small: leaves out steps (in halves, then smaller), then makes what is left smaller. Unless the
 * budget ran out, the result still fails in the sense of the predicate, and no single further simplification of these
 * kinds does.
 *
 * <p>The budget is work and not time by a clock, so that the same script always shrinks to the same: a trial costs the
 * steps of the script that is tried, and one more. A hundred thousand take about a second.
 */
final class ScriptShrinker {
    private final Predicate<DriverScript> predicate;
    private long left;
    private final long budget;

    private ScriptShrinker(Predicate<DriverScript> predicate, long budget) {
        this.predicate = predicate;
        this.budget = budget;
        this.left = budget;
    }

    /** What {@link DriverScript#shrink} does. */
    static Shrunk shrink(DriverScript script, Predicate<DriverScript> fails, long budget) {
        if (!fails.test(script)) {
            throw new IllegalArgumentException("the script does not fail");
        }
        ScriptShrinker shrinker = new ScriptShrinker(fails, budget);
        DriverScript best = shrinker.cutEnd(script);
        boolean smaller = true;
        while (smaller && shrinker.left > 0) {
            DriverScript before = best;
            best = shrinker.dropSteps(best);
            best = shrinker.simplifySteps(best);
            smaller = !best.equals(before);
        }
        return new Shrunk(best, shrinker.left > 0, budget - Math.max(0, shrinker.left));
    }

    private boolean fails(DriverScript candidate) {
        if (left <= 0) {
            return false;
        }
        left -= candidate.steps().size() + 1;
        return predicate.test(candidate);
    }

    /** Finds a short failing beginning by halving, which is what a long script gains most from. */
    private DriverScript cutEnd(DriverScript script) {
        int good = 0; // known or thought not to fail
        int bad = script.steps().size();
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            if (fails(new DriverScript(script.mode(), script.steps().subList(0, middle)))) {
                bad = middle;
            } else {
                good = middle;
            }
        }
        return new DriverScript(script.mode(), script.steps().subList(0, bad));
    }

    private DriverScript dropSteps(DriverScript script) {
        DriverScript best = script;
        for (int chunk = Math.max(1, best.steps().size() / 2); chunk >= 1; chunk /= 2) {
            for (int from = 0; from < best.steps().size() && left > 0; ) {
                List<Step> fewer = new ArrayList<>(best.steps().subList(0, from));
                fewer.addAll(best.steps()
                        .subList(
                                Math.min(best.steps().size(), from + chunk),
                                best.steps().size()));
                DriverScript candidate = new DriverScript(best.mode(), fewer);
                if (fails(candidate)) {
                    best = candidate;
                } else {
                    from += chunk;
                }
            }
        }
        return best;
    }

    private DriverScript simplifySteps(DriverScript script) {
        DriverScript best = script;
        for (int i = 0; i < best.steps().size() && left > 0; i++) {
            boolean changed = true;
            while (changed) {
                changed = false;
                for (Step simpler : simpler(best.steps().get(i))) {
                    List<Step> steps = new ArrayList<>(best.steps());
                    steps.set(i, simpler);
                    DriverScript candidate = new DriverScript(best.mode(), steps);
                    if (fails(candidate)) {
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
}
