package io.torosim.core.explore;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Random schedules of a scenario, for comparison: what a test that is run often enough would find, and how often. Run {@code i} of a seed is
 * always the same, whatever the other runs were.
 *
 * <p>Each run is a {@link Walk} of a {@link Scenario} by one of the strategies, and begins a {@link Model} of its own; {@link SampledRuns} counts what
 * they find. {@link Exploration} is the search to the end.
 */
public final class Sampling {
    /** A run that has not come to rest after so many steps is given up: nothing was found in it. */
    private static final int MOST_STEPS = 20_000;

    /** How a schedule is drawn. */
    public enum Strategy {
        /** Each of the things that can happen next is as likely as any other. */
        RANDOM_WALK("each thing that can happen as likely as any other"),
        /**
         * Priorities drawn once, lowered at {@code d - 1} moments drawn in advance (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized
         * Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010); here {@code d} is 3.
         */
        PCT("a priority for each action, " + (Pct.DEPTH - 1) + " lowered within the first " + Pct.LENGTH
                + " steps, one of " + Pct.PATIENCE + " steps in a row too"),
        /**
         * A score drawn for each thing that can happen, the highest happens; scores of what could race with it are drawn again (after Yuan, Yang,
         * Gu, "Partial Order Aware Concurrency Sampling", CAV 2018; here everything that can happen at other processors at that moment counts as
         * racing).
         */
        POS("a score for each action, drawn again where something raced");

        private final String words;

        Strategy(String words) {
            this.words = words;
        }

        /** Returns what is drawn, with its parameters; seed and number of a run give all of it. */
        public String words() {
            return words;
        }
    }

    private Sampling() {}

    /**
     * What several runs gave.
     *
     * @param runs how many were made; if something was found, the last of them found it
     * @param violation what is violated
     * @param checks how often each invariant was looked at, by name
     * @param neverExecuted steps that no run executed, as "routine: step", and what never came "from outside: ..."
     */
    public record Report(
            long runs, Optional<Verdict.Violation> violation, Map<String, Long> checks, List<String> neverExecuted) {
        /** Copies the collections. */
        public Report {
            neverExecuted = List.copyOf(neverExecuted);
            checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
        }

        /** Returns the invariants that were never looked at: runs that checked nothing have shown nothing. */
        public List<String> neverChecked() {
            return Checks.never(checks);
        }
    }

    /**
     * Random runs of a scenario by number, for somebody who makes them in another order or on several threads.
     */
    public interface Runs {
        /**
         * Makes a run; for any thread.
         *
         * @param number from 0; each is made once
         * @return what is violated in it
         * @throws IllegalArgumentException if it is another run when it is made again, as the first {@value SampledRuns#FIRST} are and one of
         *     {@value SampledRuns#SHARE} after them, or if what it has found is not there when its schedule is done again
         */
        Optional<Verdict.Violation> run(long number);

        /**
         * Ends the runs: says what they have looked at, from the first up to the first one that was not made or that found something.
         *
         * @throws IllegalArgumentException if a step has another outcome than before the runs
         */
        Report report();
    }

    /**
     * The point of no return of a failing schedule as random continuations show it: the earliest step after which at most one in a hundred of
     * those that come to an end comes to rest with everything kept.
     *
     * @param step after how many steps; 0 if it is so from the beginning on
     * @param continuations how many were drawn from each place that was looked at
     * @param well how many from there came to rest with everything kept
     * @param open how many from there came to no end within {@value SampledPoint#MOST_STEPS} steps; they count for nothing
     * @param wellBefore how many came to rest with everything kept from one step earlier, 0 if {@code step} is 0
     */
    public record Point(int step, int continuations, int well, int open, int wellBefore) {}

    /**
     * Makes runs until one finds something.
     *
     * @param most runs at most, at least 1
     * @param goesOn asked before each run but the first; false ends it
     * @throws IllegalArgumentException if the scenario is no pure function of its frames and shared words, see {@link Runs#run}
     */
    public static Report sample(Scenario scenario, Strategy strategy, long seed, long most, BooleanSupplier goesOn) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(goesOn, "goesOn");
        if (most < 1) {
            throw new IllegalArgumentException("runs must be at least 1, runs=" + most);
        }
        Runs runs = runs(scenario, strategy, seed);
        for (long run = 0; run < most && (run == 0 || goesOn.getAsBoolean()); run++) {
            if (runs.run(run).isPresent()) {
                break;
            }
        }
        return runs.report();
    }

    /** Returns the runs of a seed by number, for somebody who makes them on several threads. */
    public static Runs runs(Scenario scenario, Strategy strategy, long seed) {
        Objects.requireNonNull(strategy, "strategy");
        return new SampledRuns(scenario, strategy, seed);
    }

    /** Makes one run; returns what is violated in it. */
    public static Optional<Verdict.Violation> run(Scenario scenario, Strategy strategy, long seed, long run) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(strategy, "strategy");
        return run(new Walk(scenario), strategy, seed, run);
    }

    static Optional<Verdict.Violation> run(Walk walk, Strategy strategy, long seed, long run) {
        SimRandom random = new RandomStreams(seed).stream("sample." + run);
        Walk.Chooser chooser =
                switch (strategy) {
                    case RANDOM_WALK -> (model, actions, count) -> actions[random.nextInt(count)];
                    case PCT -> new Pct(random, walk.actions());
                    case POS -> new Pos(random, walk.actions());
                };
        return walk.run(chooser, MOST_STEPS);
    }

    /** Returns the number of runs until the first violation, from 1; 0 if there is none in {@code most} runs. */
    public static long runsUntilFound(Scenario scenario, Strategy strategy, long seed, long most) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(strategy, "strategy");
        for (long run = 0; run < most; run++) {
            if (run(scenario, strategy, seed, run).isPresent()) {
                return run + 1;
            }
        }
        return 0;
    }

    /** Returns in how many of {@code runs} runs something is violated. */
    public static long failures(Scenario scenario, Strategy strategy, long seed, long runs) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(strategy, "strategy");
        long failures = 0;
        for (long run = 0; run < runs; run++) {
            failures += run(scenario, strategy, seed, run).isPresent() ? 1 : 0;
        }
        return failures;
    }

    /** Priorities, lowered now and then. */
    private static final class Pct implements Walk.Chooser {
        private static final int DEPTH = 3;
        /** Expected length of a run: only the chances depend on it. */
        private static final int LENGTH = 60;
        /** What could go on for ever alone, a spin or the clock, loses its priority after so many steps in a row. */
        private static final int PATIENCE = 40;

        private final long[] priority;
        private final int[] changes = new int[DEPTH - 1];
        private long lowest;
        private int steps;
        private int last = -1;
        private int inARow;

        Pct(SimRandom random, int actions) {
            priority = new long[actions];
            for (int a = 0; a < actions; a++) {
                priority[a] = 1L + random.nextInt(1 << 30);
            }
            for (int i = 0; i < changes.length; i++) {
                changes[i] = random.nextInt(LENGTH);
            }
        }

        @Override
        public int choose(Model model, int[] actions, int count) {
            int best = best(actions, count);
            boolean lower = inARow >= PATIENCE;
            for (int change : changes) {
                lower |= change == steps;
            }
            if (lower) {
                priority[best] = --lowest;
                best = best(actions, count);
            }
            inARow = best == last ? inARow + 1 : 0;
            last = best;
            steps++;
            return best;
        }

        private int best(int[] actions, int count) {
            int best = actions[0];
            for (int i = 1; i < count; i++) {
                best = priority[actions[i]] > priority[best] ? actions[i] : best;
            }
            return best;
        }
    }

    /** Scores, drawn again where something raced. */
    private static final class Pos implements Walk.Chooser {
        private final SimRandom random;
        private final int[] score;

        Pos(SimRandom random, int actions) {
            this.random = random;
            score = new int[actions];
            for (int a = 0; a < actions; a++) {
                score[a] = draw();
            }
        }

        private int draw() {
            return random.nextInt(1 << 30);
        }

        @Override
        public int choose(Model model, int[] actions, int count) {
            int best = actions[0];
            for (int i = 1; i < count; i++) {
                best = score[actions[i]] > score[best] ? actions[i] : best;
            }
            score[best] = draw();
            int vcpu = model.vcpuOf(best);
            for (int i = 0; i < count; i++) {
                if (actions[i] != best && model.vcpuOf(actions[i]) != vcpu && random.nextInt(2) == 0) {
                    score[actions[i]] = draw();
                }
            }
            return best;
        }
    }
}
