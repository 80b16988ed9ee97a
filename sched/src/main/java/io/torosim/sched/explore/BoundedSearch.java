package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import io.torosim.core.defect.Defects;
import io.torosim.sched.explore.Explorer.BoundedResult;
import io.torosim.sched.explore.Explorer.Evidence;
import io.torosim.sched.explore.Explorer.ReplayLine;
import io.torosim.sched.explore.Explorer.Workers;
import io.torosim.sched.explore.Scenario.Tally;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * All runs of a scenario with at most so many surprises: a step that takes longer than its cost, an interrupt that comes later. What the
 * scenario itself leaves open, when a packet comes, is no surprise: every one of its moments is tried with every set of surprises. By
 * iterative deepening, so that what is found has the fewest surprises.
 *
 * <p>A run is made from the beginning each time; nothing is hashed, so nothing can be mistaken for something else. A level is split by the
 * first choice that is not alternative 0 into parts that know nothing of each other and may be made by several threads: of what they
 * find that of the lowest part stands, the same that one thread finds first.
 *
 * <p>{@link Explorer} begins it; each run is a {@link Scenario} with a {@link ChoiceLog} for its choices, and {@link Tally} counts what was tried.
 */
final class BoundedSearch {
    private final Scenario scenario;
    private final Defects defects;
    private final long seed;
    private final LongPredicate goesOn;
    private final int level;
    private final AtomicLong made; // runs of all levels
    private final AtomicInteger lowest = new AtomicInteger(Integer.MAX_VALUE); // part with a finding
    private volatile boolean cut;
    private final Evidence evidence;

    private BoundedSearch(
            Scenario scenario,
            Defects defects,
            long seed,
            LongPredicate goesOn,
            int level,
            AtomicLong made,
            Evidence evidence) {
        this.evidence = evidence;
        this.scenario = scenario;
        this.defects = defects;
        this.seed = seed;
        this.goesOn = goesOn;
        this.level = level;
        this.made = made;
    }

    /**
     * Searches with this thread alone.
     *
     * @param surprises at most, at least 0
     * @param goesOn asked before each run with the number of runs made; false ends the search
     * @throws IllegalStateException if all runs were made and none shows anything, see {@link Evidence#nothingShownOfHazard}
     */
    static BoundedResult search(Scenario scenario, Defects defects, long seed, int surprises, LongPredicate goesOn) {
        Evidence evidence = new Evidence(scenario);
        try {
            BoundedResult result = search(scenario, defects, seed, surprises, goesOn, BoundedSearch::inOrder, evidence);
            if (result.finding().isEmpty() && !result.cut()) {
                evidence.mustBeEmpty(evidence.nothingShownOfHazard());
            }
            return result;
        } catch (InterruptedException e) {
            throw new AssertionError("nobody is waited for", e);
        }
    }

    private static int inOrder(int parts, IntPredicate finds) {
        for (int part = 0; part < parts; part++) {
            if (finds.test(part)) {
                return part;
            }
        }
        return -1;
    }

    /**
     * Searches with several threads. Unless it is ended by {@code goesOn} the result does not depend on them.
     *
     * @param surprises at most, at least 0
     * @param goesOn asked before each run, by any thread, with the number of runs made; false ends the search
     * @param workers who makes the parts of a level
     * @param evidence where the runs say what they looked at
     * @throws InterruptedException if this thread is interrupted while it waits for them
     */
    static BoundedResult search(
            Scenario scenario,
            Defects defects,
            long seed,
            int surprises,
            LongPredicate goesOn,
            Workers workers,
            Evidence evidence)
            throws InterruptedException {
        if (surprises < 0) {
            throw new IllegalArgumentException("surprises must be at least 0, surprises=" + surprises);
        }
        AtomicLong made = new AtomicLong();
        for (int level = 0; level <= surprises; level++) {
            long before = made.get();
            BoundedSearch search = new BoundedSearch(scenario, defects, seed, goesOn, level, made, evidence);
            Level done = search.level(workers);
            if (done.found != null) {
                ReplayLine line = new ReplayLine(scenario, defects, seed, done.found.text());
                return new BoundedResult(Explorer.replay(line), level, false, before + done.runs);
            }
            if (search.cut) {
                return new BoundedResult(Optional.empty(), level - 1, true, made.get());
            }
        }
        return new BoundedResult(Optional.empty(), surprises, false, made.get());
    }

    /** What a level gave: a finding, and the runs up to it that no level before had. */
    private record Level(@Nullable ChoiceLog found, long runs) {}

    private Level level(Workers workers) throws InterruptedException {
        Part plain = new Part(-1);
        Points points = plain.run(0, 0);
        if (points == null || plain.found != null) {
            return new Level(plain.found, plain.runs);
        }
        int[] firsts = new int[points.alternatives(level > 0)];
        int[] others = new int[firsts.length];
        int count = 0;
        for (int i = 0; i < points.count; i++) {
            for (int other = 1; other < points.counts[i] && (points.free[i] || level > 0); other++) {
                firsts[count] = i;
                others[count++] = other;
            }
        }
        Part[] parts = new Part[count];
        int found = workers.lowest(count, number -> {
            Part part = new Part(number);
            part.deviate(firsts[number], others[number]);
            part.from(firsts[number] + 1, points.free[firsts[number]] ? 0 : 1);
            parts[number] = part;
            if (part.found != null) {
                lowest.accumulateAndGet(number, Math::min);
            }
            return part.found != null;
        });
        if (found < 0) {
            return new Level(null, 0);
        }
        long runs = plain.runs;
        for (int number = 0; number <= found; number++) {
            runs += parts[number].runs;
        }
        return new Level(parts[found].found, runs);
    }

    /** The runs that begin with the same first deviation; -1 for the one without any. */
    private final class Part {
        private final int number;
        private int[] positions = new int[16];
        private int[] alternatives = new int[16];
        private int deviations;
        private long runs;
        private @Nullable ChoiceLog found;

        Part(int number) {
            this.number = number;
        }

        /** Makes the run with the present deviations; gives the choices from {@code position} on, null if none is to be tried. */
        private @Nullable Points run(int position, int surprises) {
            if (cut || lowest.get() < number) {
                return null;
            }
            if (!goesOn.test(made.get())) {
                cut = true;
                return null;
            }
            boolean isNew = surprises == level;
            Points points = new Points(this, position);
            Tally tally = new Tally();
            boolean violated = scenario.run(defects, seed, tally.counting(points), null, tally)
                    .isPresent();
            evidence.add(tally);
            if (isNew) {
                runs++;
                made.incrementAndGet();
            }
            if (violated && isNew) {
                found = log();
            }
            return violated ? null : points; // with fewer surprises it was found before
        }

        /** Makes the run with the present deviations, then all with further ones from {@code position} on. */
        private void from(int position, int surprises) {
            Points points = run(position, surprises);
            for (int i = 0; points != null && i < points.count; i++) {
                boolean free = points.free[i];
                if (free || surprises < level) {
                    for (int alternative = 1; alternative < points.counts[i] && !ended(); alternative++) {
                        deviate(position + i, alternative);
                        from(position + i + 1, surprises + (free ? 0 : 1));
                        deviations--;
                    }
                }
            }
        }

        private boolean ended() {
            return found != null || cut || lowest.get() < number;
        }

        private void deviate(int position, int alternative) {
            if (deviations == positions.length) {
                positions = Arrays.copyOf(positions, 2 * deviations);
                alternatives = Arrays.copyOf(alternatives, 2 * deviations);
            }
            positions[deviations] = position;
            alternatives[deviations++] = alternative;
        }

        private ChoiceLog log() {
            ChoiceLog log = new ChoiceLog();
            for (int i = 0; i < deviations; i++) {
                log.add(positions[i], alternatives[i]);
            }
            return log;
        }
    }

    /** Answers as a part's deviations say, and notes which choices there are behind the last one. */
    private static final class Points implements Choices {
        private final Part part;
        private final int first;
        private int position;
        private int next;
        private int[] counts = new int[256];
        private boolean[] free = new boolean[256];
        private int count;

        Points(Part part, int first) {
            this.part = part;
            this.first = first;
        }

        @Override
        public int choose(String point, int alternativeCount) {
            int at = position++;
            if (next < part.deviations && part.positions[next] == at) {
                return Math.min(alternativeCount - 1, part.alternatives[next++]);
            }
            if (at >= first) {
                if (count == counts.length) {
                    counts = Arrays.copyOf(counts, 2 * count);
                    free = Arrays.copyOf(free, 2 * count);
                }
                counts[count] = alternativeCount;
                free[count++] = point.startsWith("scenario.");
            }
            return 0;
        }

        @Override
        public int plainAhead(String point, int alternativeCount, int most) {
            return next < part.deviations ? Math.min(most, part.positions[next] - position) : most;
        }

        /** Returns how many alternatives there are to what was chosen. */
        int alternatives(boolean all) {
            int sum = 0;
            for (int i = 0; i < count; i++) {
                sum += all || free[i] ? counts[i] - 1 : 0;
            }
            return sum;
        }
    }
}
