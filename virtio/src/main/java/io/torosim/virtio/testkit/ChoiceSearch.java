package io.torosim.virtio.testkit;

import io.torosim.core.choice.Choices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs something again and again under different {@link Choices} until it fails: at random, or all ways that leave the
 * plain one at most a few times. A failing way is returned as the list of choices taken, which {@link #replay} repeats.
 */
public final class ChoiceSearch {
    /**
     * What a search found.
     *
     * @param runs how many runs were made
     * @param failure what went wrong in the last one, or null
     * @param choices the choices of that run
     */
    public record Outcome(int runs, @Nullable String failure, List<Integer> choices) {
        /** Returns whether a failure was found. */
        public boolean found() {
            return failure != null;
        }

        /**
         * Returns the choices in one line that {@link ChoiceSearch#parse} reads: a number, or number and count such as
         * {@code 0x17}.
         */
        public String replayLine() {
            StringBuilder out = new StringBuilder("choices:");
            for (int i = 0; i < choices.size(); ) {
                int same = 1;
                while (i + same < choices.size() && choices.get(i + same).equals(choices.get(i))) {
                    same++;
                }
                out.append(' ').append(choices.get(i)).append(same > 1 ? "x" + same : "");
                i += same;
            }
            return out.toString();
        }
    }

    private static final class Recorder implements Choices {
        private final int[] prefix;
        private final @Nullable SplittableRandom random;
        private final int oneIn;
        private final List<Integer> taken = new ArrayList<>();
        private final List<Integer> alternatives = new ArrayList<>();

        Recorder(int[] prefix, @Nullable SplittableRandom random, int oneIn) {
            this.prefix = prefix;
            this.random = random;
            this.oneIn = oneIn;
        }

        @Override
        public int choose(String point, int count) {
            int at = taken.size();
            int choice = at < prefix.length
                    ? Math.min(prefix[at], count - 1)
                    : random != null && count > 1 && random.nextInt(oneIn) == 0 ? 1 + random.nextInt(count - 1) : 0;
            taken.add(choice);
            alternatives.add(count);
            return choice;
        }
    }

    /**
     * Tries random ways; each choice leaves the plain one with a probability between 1/2 and 1/16, another in each run.
     *
     * @param run returns what went wrong, or null
     * @param runs how many at most
     * @param seed of the randomness
     * @throws IllegalArgumentException if no run is asked for: that nothing fails would say nothing
     */
    public static Outcome random(Function<Choices, String> run, int runs, long seed) {
        atLeastOne(runs);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 1; i <= runs; i++) {
            Recorder recorder = new Recorder(new int[0], random.split(), 2 << random.nextInt(4));
            String failure = run.apply(recorder);
            if (failure != null) {
                return new Outcome(i, failure, List.copyOf(recorder.taken));
            }
        }
        return new Outcome(runs, null, List.of());
    }

    /**
     * Tries every way that leaves the plain one at most {@code deviations} times, fewest first.
     *
     * @param run returns what went wrong, or null
     * @param deviations how often at most, usually 1 to 3
     * @param runs how many runs at most
     * @throws IllegalArgumentException if no run is asked for
     */
    public static Outcome bounded(Function<Choices, String> run, int deviations, int runs) {
        atLeastOne(runs);
        List<int[]> frontier = new ArrayList<>();
        frontier.add(new int[0]);
        int made = 0;
        for (int level = 0; level <= deviations; level++) {
            List<int[]> next = new ArrayList<>();
            for (int[] prefix : frontier) {
                if (made == runs) {
                    return new Outcome(made, null, List.of());
                }
                Recorder recorder = new Recorder(prefix, null, 1);
                String failure = run.apply(recorder);
                made++;
                if (failure != null) {
                    return new Outcome(made, failure, List.copyOf(recorder.taken));
                }
                for (int at = prefix.length; level < deviations && at < recorder.taken.size(); at++) {
                    for (int c = 1; c < recorder.alternatives.get(at); c++) {
                        int[] longer = Arrays.copyOf(prefix, at + 1);
                        longer[at] = c;
                        next.add(longer);
                    }
                }
            }
            frontier = next;
        }
        return new Outcome(made, null, List.of());
    }

    private static void atLeastOne(int runs) {
        if (runs < 1) {
            throw new IllegalArgumentException("runs must be at least 1, runs=" + runs);
        }
    }

    /**
     * Reads a line that {@link Outcome#replayLine} wrote; one without choices is the run in which all were plain.
     *
     * @throws IllegalArgumentException naming the word that is none
     */
    public static List<Integer> parse(String line) {
        List<Integer> choices = new ArrayList<>();
        String words = line.trim().replaceFirst("^choices:", "").trim();
        for (String word : words.isEmpty() ? new String[0] : words.split("\\s+")) {
            if (!word.matches("[0-9]{1,4}(x[1-9][0-9]{0,5})?")) {
                throw new IllegalArgumentException("not a choice such as 1 or 0x17: \"" + word + "\"");
            }
            String[] parts = word.split("x");
            int times = parts.length > 1 ? Integer.parseInt(parts[1]) : 1;
            for (int i = 0; i < times; i++) {
                choices.add(Integer.parseInt(parts[0]));
            }
        }
        return List.copyOf(choices);
    }

    /** Returns choices that repeat recorded ones, and are plain beyond their end. */
    public static Choices replay(List<Integer> choices) {
        return new Recorder(choices.stream().mapToInt(Integer::intValue).toArray(), null, 1);
    }

    private ChoiceSearch() {}
}
