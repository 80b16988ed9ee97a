package io.torosim.sched.explore;

import io.torosim.core.defect.Defects;
import io.torosim.core.defect.Defects.Defect;
import io.torosim.core.random.RandomStreams;
import io.torosim.sched.explore.Scenario.Invariant;
import io.torosim.sched.explore.Scenario.Tally;
import io.torosim.sched.explore.Scenario.Violation;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Runs a scenario again and again with random choices until an invariant is violated, then makes the choices fewer and
 * smaller. Everything follows from the seed: run {@code i} has choices of its own, whatever the others were.
 *
 * <p>A {@link Scenario} is run with {@link ChoiceLog}s, drawn by {@link SearchChoices}; {@link BoundedSearch} tries all of few surprises, {@link Tally}
 * counts, {@link Timeline} prints what came before the violation, and a {@link ReplayLine} makes the run again.
 */
public final class Explorer {
    private static final int TIMELINE_EVENTS = 50;
    private static final int MAX_SHRINK_RUNS = 2_000;
    /** The length of a run before one was seen: only the chances depend on it. */
    private static final int FIRST_LENGTH = 256;

    private Explorer() {}

    /**
     * Searches.
     *
     * @param maxRuns runs at most, at least 1
     * @param goesOn asked before each run but the first with the number of runs made; false ends the search
     * @throws IllegalStateException if nothing was found because nothing was looked at, see {@link Evidence#nothingShown}
     */
    public static SearchResult search(
            Scenario scenario, Defects defects, long seed, long maxRuns, LongPredicate goesOn) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(defects, "defects");
        Objects.requireNonNull(goesOn, "goesOn");
        Evidence evidence = new Evidence(scenario);
        Runs runs = runs(scenario, defects, seed, evidence);
        long run = 0;
        do {
            Optional<SearchResult> found = runs.run(run++);
            if (found.isPresent()) {
                return found.get();
            }
        } while (run < maxRuns && goesOn.test(run));
        evidence.mustBeEmpty(evidence.nothingShown());
        return new SearchResult(run, Optional.empty());
    }

    /** The runs of a search by number, for somebody who makes them in another order or on several threads. */
    @FunctionalInterface
    public interface Runs {
        /** Makes run {@code number}, from 0; returns its finding with its choices shrunk, if it violates an invariant. */
        Optional<SearchResult> run(long number);
    }

    /**
     * Returns the runs of a search.
     *
     * @param evidence where they say what they looked at
     */
    public static Runs runs(Scenario scenario, Defects defects, long seed, Evidence evidence) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(defects, "defects");
        Objects.requireNonNull(evidence, "evidence");
        int length = plainLength(scenario, defects, seed);
        return run -> {
            RandomStreams streams = new RandomStreams(seed);
            SearchChoices choices = new SearchChoices(streams.stream("explore." + run), run % 2 == 1, length);
            Tally tally = new Tally();
            Optional<Violation> found = scenario.run(defects, seed, tally.counting(choices), null, tally);
            evidence.add(tally);
            return found.map(violation -> {
                ChoiceLog least = asTaken(
                        scenario, defects, seed, shrink(scenario, defects, seed, choices.log(), violation.invariant()));
                return new SearchResult(run + 1, replay(new ReplayLine(scenario, defects, seed, least.text())));
            });
        };
    }

    /**
     * Returns the number of runs until the first violation, all with choices of one kind; 0 if there is none in {@code most} runs.
     *
     * @param fewChanges whether each run makes a few surprises at places drawn in advance, after PCT; else any choice may be one
     */
    public static long runsUntilFound(Scenario scenario, Defects defects, long seed, boolean fewChanges, long most) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(defects, "defects");
        int length = plainLength(scenario, defects, seed);
        RandomStreams streams = new RandomStreams(seed);
        for (long run = 0; run < most; run++) {
            SearchChoices choices = new SearchChoices(streams.stream("until." + run), fewChanges, length);
            if (scenario.run(defects, seed, choices, null, new Tally()).isPresent()) {
                return run + 1;
            }
        }
        return 0;
    }

    /** Searches for at most {@code maxRuns} runs. */
    public static SearchResult search(Scenario scenario, Defects defects, long seed, long maxRuns) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(defects, "defects");
        return search(scenario, defects, seed, maxRuns, runs -> true);
    }

    /**
     * Runs what the line says; empty if no invariant is violated.
     *
     * @throws IllegalArgumentException if the line has a choice that is not there in the run
     */
    public static Optional<Finding> replay(ReplayLine line) {
        Objects.requireNonNull(line, "line");
        Timeline timeline = new Timeline(TIMELINE_EVENTS);
        ChoiceLog.Replay choices = ChoiceLog.parse(line.choices()).replay();
        Optional<Violation> violation =
                line.scenario().run(line.defects(), line.seed(), choices, timeline, new Tally());
        choices.absent().ifPresent(absent -> {
            throw new IllegalArgumentException("choices of a replay line must be there in the run of "
                    + line.scenario().name() + ", choice=" + absent);
        });
        return violation.map(v -> new Finding(v, line, timeline.lines()));
    }

    /** The same without what the run does not come to, and with what is left as the run took it. */
    private static ChoiceLog asTaken(Scenario scenario, Defects defects, long seed, ChoiceLog log) {
        ChoiceLog.Replay choices = log.replay();
        scenario.run(defects, seed, choices, null, new Tally());
        return choices.taken();
    }

    /** How many choices a run has without surprises: a function of the scenario alone, so that runs stay independent. */
    private static int plainLength(Scenario scenario, Defects defects, long seed) {
        int[] count = {0};
        scenario.run(
                defects,
                seed,
                (point, alternatives) -> {
                    count[0]++;
                    return 0;
                },
                null,
                new Tally());
        return Math.max(FIRST_LENGTH, count[0] * 3 / 2);
    }

    /** Drops choices, then lowers those that are left, as long as the same invariant is violated. */
    private static ChoiceLog shrink(
            Scenario scenario, Defects defects, long seed, ChoiceLog found, Invariant invariant) {
        ChoiceLog least = found;
        int runs = 0;
        boolean smaller = true;
        while (smaller && runs < MAX_SHRINK_RUNS) {
            smaller = false;
            for (int i = least.size() - 1; i >= 0 && runs < MAX_SHRINK_RUNS; i--, runs++) {
                ChoiceLog candidate = least.without(i);
                if (shows(scenario, defects, seed, candidate, invariant)) {
                    least = candidate;
                    smaller = true;
                }
            }
            for (int i = 0; i < least.size() && runs < MAX_SHRINK_RUNS; i++) {
                for (int lower = 1; lower < least.alternative(i) && runs < MAX_SHRINK_RUNS; lower++, runs++) {
                    ChoiceLog candidate = least.with(i, lower);
                    if (shows(scenario, defects, seed, candidate, invariant)) {
                        least = candidate;
                        smaller = true;
                        break;
                    }
                }
            }
        }
        return least;
    }

    private static boolean shows(Scenario scenario, Defects defects, long seed, ChoiceLog log, Invariant invariant) {
        return scenario.run(defects, seed, log.replay(), null, new Tally())
                .filter(v -> v.invariant() == invariant)
                .isPresent();
    }

    /**
     * What a search gave.
     *
     * @param runs runs made, the last one with the finding included, those of shrinking not
     * @param finding the first violation, shrunk; empty if none was found
     */
    public record SearchResult(long runs, Optional<Finding> finding) {}

    /**
     * A violation that a search has found or a replay has shown.
     *
     * @param violation what is wrong
     * @param line how to see it again
     * @param timeline the last trace events before it, at most 50, oldest first
     */
    public record Finding(Violation violation, ReplayLine line, List<String> timeline) {
        /** Copies the list. */
        public Finding {
            timeline = List.copyOf(timeline);
        }
    }

    /**
     * A run in one line: {@code torosim-replay:v1:SCENARIO:QUIRKS:SEED:CHOICES}. Quirks are {@code on}, {@code off} or a mask of
     * {@link Scenario#defects} in hexadecimal after {@code 0x}; choices are pairs of position and alternative, or {@code -}.
     *
     * @param scenario which
     * @param defects which defects
     * @param seed seed of the machine
     * @param choices what differed from alternative 0, as text
     */
    public record ReplayLine(Scenario scenario, Defects defects, long seed, String choices) {
        private static final String PREFIX = "torosim-replay:v1:";

        /** Checks the choices. */
        public ReplayLine {
            ChoiceLog.parse(choices);
        }

        /**
         * Reads a line.
         *
         * @param scenarios finds a scenario by its name, or throws {@link IllegalArgumentException}: {@link Scenarios#named} for the kernel's
         * @throws IllegalArgumentException if it is none, or names no scenario
         */
        public static ReplayLine parse(String line, Function<String, Scenario> scenarios) {
            String[] parts = line.strip().split(":", -1);
            if (!line.strip().startsWith(PREFIX) || parts.length != 6) {
                throw new IllegalArgumentException("a replay line must be " + PREFIX + "SCENARIO:QUIRKS:SEED:CHOICES");
            }
            Scenario named = scenarios.apply(parts[2]);
            try {
                return new ReplayLine(named, parseDefects(named, parts[3]), Long.parseLong(parts[4]), parts[5]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("seed and quirks of a replay line must be numbers, line=" + line, e);
            }
        }

        /**
         * Reads {@code on} (what {@link Scenario#defectsOn} says), {@code off} or a mask such as {@code 0x1f}.
         *
         * @throws IllegalArgumentException if it is none of these
         */
        public static Defects parseDefects(Scenario scenario, String text) {
            if (text.equals("on")) {
                return scenario.defectsOn();
            }
            if (text.equals("off")) {
                return Defects.none();
            }
            if (!text.startsWith("0x")) {
                throw new IllegalArgumentException("quirks must be on, off or 0x and a mask, quirks=" + text);
            }
            BigInteger mask = new BigInteger(text.substring(2), 16);
            List<? extends Defect> all = scenario.defects();
            if (mask.signum() < 0 || mask.bitLength() > all.size()) {
                throw new IllegalArgumentException("a mask must name known defects only, of which " + scenario.name()
                        + " has " + all.size() + ", quirks=" + text);
            }
            List<Defect> on = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                if (mask.testBit(i)) {
                    on.add(all.get(i));
                }
            }
            return Defects.of(on);
        }

        /** Returns the line. */
        public String text() {
            String on = defects.equals(scenario.defectsOn()) ? "on" : defects.equals(Defects.none()) ? "off" : mask();
            return PREFIX + scenario.name() + ":" + on + ":" + seed + ":" + choices;
        }

        private String mask() {
            BigInteger mask = BigInteger.ZERO;
            List<? extends Defect> all = scenario.defects();
            for (int i = 0; i < all.size(); i++) {
                mask = defects.has(all.get(i)) ? mask.setBit(i) : mask;
            }
            return "0x" + mask.toString(16);
        }
    }

    /**
     * What the runs of a search looked at: how often each invariant was, with something at stake; what was left open and how it was decided; which
     * repairs no run came to. A search that found nothing is worth what stands here. For any thread.
     *
     * <p>At stake is a lost wake-up where a core is halted or work waits for it, a lost message where one is under way, a killed thread where one
     * was killed: an invariant that holds because there is nothing to it is not counted.
     */
    public static final class Evidence {
        private final Scenario scenario;
        private final List<Defect> defects;
        private final long[] checks = new long[Invariant.values().length];
        private final long[] reached;
        private final TreeMap<String, Tally.Point> points = new TreeMap<>();
        private long runs;

        /** Makes one in which nothing stands yet. */
        public Evidence(Scenario scenario) {
            Objects.requireNonNull(scenario, "scenario");
            this.scenario = scenario;
            defects = List.copyOf(scenario.defects());
            reached = new long[defects.size()];
            Arrays.fill(reached, -1);
        }

        /** Adds a run. */
        synchronized void add(Tally run) {
            runs++;
            for (int i = 0; i < checks.length; i++) {
                checks[i] += run.checks[i];
            }
            run.addReached(defects, reached);
            for (Tally.Point point : run.points) {
                points.computeIfAbsent(point.name, Tally.Point::new).add(point);
            }
        }

        /** Returns how many runs were made, those included that made choices fewer. */
        public synchronized long runs() {
            return runs;
        }

        /** Returns how often an invariant was looked at with something at stake. */
        public synchronized long checked(Invariant invariant) {
            return checks[invariant.ordinal()];
        }

        /** Returns the invariants that no run had anything at stake of, in order. */
        public List<Invariant> neverChecked() {
            return Arrays.stream(Invariant.values())
                    .filter(i -> checked(i) == 0)
                    .toList();
        }

        /** Returns the defects to whose place no run came, of those of which that is noted: whether they are on or off made no difference. */
        public synchronized List<Defect> neverReached() {
            List<Defect> never = new ArrayList<>();
            for (int i = 0; i < reached.length; i++) {
                if (reached[i] == 0) {
                    never.add(defects.get(i));
                }
            }
            return never;
        }

        /** Returns why the runs have shown nothing at all, empty if they have: what the scenario's hazard violates was never at stake. */
        public String nothingShown() {
            return checked(scenario.invariant()) > 0 ? "" : "never at stake: " + scenario.invariant();
        }

        /**
         * Returns why the runs have shown nothing of the scenario's hazard, empty if they have: {@link #nothingShown}, or no run came to where the
         * hazard acts. Of a few random runs that may be so by chance; of all runs within a bound it means that the bound is too small.
         */
        public String nothingShownOfHazard() {
            boolean passedBy = neverReached().contains(scenario.hazard());
            return nothingShown().isEmpty() && passedBy
                    ? "no run came to where " + scenario.hazard() + " acts"
                    : nothingShown();
        }

        /**
         * For a search that has found nothing.
         *
         * @param why empty, or why nothing is shown
         * @throws IllegalStateException if nothing is
         */
        void mustBeEmpty(String why) {
            if (!why.isEmpty()) {
                throw new IllegalStateException(scenario.name() + ": nothing is shown: " + why);
            }
        }

        /**
         * Returns it as lines.
         *
         * @param on the defects that were on: with any, only one invariant is looked at
         */
        public synchronized List<String> lines(Defects on) {
            List<String> lines = new ArrayList<>();
            for (Invariant invariant : Invariant.values()) {
                if (checked(invariant) > 0) {
                    lines.add(String.format(
                            Locale.ROOT,
                            "  checked %d times: %s%s",
                            checked(invariant),
                            invariant,
                            invariant == scenario.invariant() ? ", what the hazard violates" : ""));
                }
            }
            if (on.equals(Defects.none())) {
                lines.add("  never at stake: " + names(neverChecked()));
            } else {
                lines.add("  with defects on nothing but " + scenario.invariant() + " is looked at");
            }
            points.values()
                    .forEach(p -> lines.add(String.format(
                            Locale.ROOT,
                            "  left open %d times: %s, decided otherwise than usual %d times, %d of %d ways taken",
                            p.asked,
                            p.name,
                            p.others,
                            p.taken.cardinality(),
                            p.alternatives)));
            List<Defect> never = neverReached();
            if (!never.isEmpty()) {
                lines.add("  no run came to where they act: " + names(never));
            }
            if (never.contains(scenario.hazard())) {
                lines.add("  among them " + scenario.hazard() + ": of the hazard itself these runs show nothing");
            }
            return lines;
        }

        private static String names(List<?> names) {
            return names.isEmpty()
                    ? "none"
                    : names.stream().map(Object::toString).collect(Collectors.joining(", "));
        }
    }

    /**
     * Makes all runs of a scenario with at most so many surprises: a step that takes longer than its cost, an interrupt that comes later. What the
     * scenario itself leaves open, when a packet comes, is no surprise: every one of its moments is tried with every set of surprises. By iterative
     * deepening, so that what is found has the fewest surprises. A run is made from the beginning each time; nothing is hashed, so nothing can be
     * mistaken for something else.
     *
     * @param surprises at most, at least 0
     * @param goesOn asked before each run with the number of runs made; false ends the search
     * @throws IllegalStateException if all runs were made and none shows anything, see {@link Evidence#nothingShownOfHazard}
     */
    public static BoundedResult bounded(
            Scenario scenario, Defects defects, long seed, int surprises, LongPredicate goesOn) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(defects, "defects");
        Objects.requireNonNull(goesOn, "goesOn");
        return BoundedSearch.search(scenario, defects, seed, surprises, goesOn);
    }

    /**
     * As {@link #bounded(Scenario, Defects, long, int, LongPredicate)} with several threads. Unless it is ended by {@code goesOn} the result does not
     * depend on them: of what they find that of the lowest part stands, the same that one thread finds first.
     *
     * @param workers who makes the parts of a level
     * @param evidence where the runs say what they looked at
     * @throws InterruptedException if this thread is interrupted while it waits for them
     */
    public static BoundedResult bounded(
            Scenario scenario,
            Defects defects,
            long seed,
            int surprises,
            LongPredicate goesOn,
            Workers workers,
            Evidence evidence)
            throws InterruptedException {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(defects, "defects");
        Objects.requireNonNull(goesOn, "goesOn");
        Objects.requireNonNull(workers, "workers");
        Objects.requireNonNull(evidence, "evidence");
        return BoundedSearch.search(scenario, defects, seed, surprises, goesOn, workers, evidence);
    }

    /**
     * What a bounded search gave.
     *
     * @param finding what is violated, with the fewest surprises; empty if nothing is
     * @param surprises the largest number of surprises of which all runs were made, -1 if not even all without; with a finding, how many it has
     * @param cut whether it was ended before the bound: then part of the runs with one surprise more were made too
     * @param runs runs with different choices; with a finding, up to it in the order in which one thread makes them
     */
    public record BoundedResult(Optional<Finding> finding, int surprises, boolean cut, long runs) {}

    /** Who makes the parts of a level: threads, in any order. */
    @FunctionalInterface
    public interface Workers {
        /**
         * Makes parts until the lowest one that finds something is known and all below it have been made; none is being made when it returns.
         *
         * @param parts how many there are, at least 0
         * @param finds makes a part, from 0, and says whether it found something; for any thread
         * @return the lowest part that found something, or -1
         * @throws InterruptedException if the thread that waits is interrupted
         */
        int lowest(int parts, IntPredicate finds) throws InterruptedException;
    }
}
