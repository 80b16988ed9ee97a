package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import io.torosim.core.random.RandomStreams.SimRandom;
import java.util.Arrays;

/**
 * Random choices of one run of a search, recorded. Two kinds, by turns:
 *
 * <p><b>Random walk</b>: every choice is a surprise with a small probability, the same for the whole run.
 *
 * <p><b>Few changes</b>, after PCT (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs", ASPLOS 2010): {@code d} positions are drawn in advance from the length of
 * earlier runs, and only there the vCPU that is running falls back behind the others. A bug that needs {@code d} such
 * changes is found in a run with a probability of at least 1 / n^d.
 *
 * <p>Choices of the scenario itself, such as when a packet comes, are uniform in both.
 */
final class SearchChoices implements Choices {
    private static final int MAX_CHANGES = 4;
    /** How often a run may take the longest delay, the host taking a CPU away: more would only be slow, not another order. */
    private static final int MAX_LONGEST = 3;

    private final SimRandom random;
    private final ChoiceLog log = new ChoiceLog();
    private final int surpriseIn;
    private final int[] changes;
    private int nextChange;
    private int position;
    private int longest;
    /** Looked at ahead: so many choices are plain, and whether the one after them is known to be a surprise. */
    private int plain;

    private boolean surpriseAhead;

    /**
     * Creates the choices of one run.
     *
     * @param random its own stream
     * @param fewChanges which kind
     * @param expectedLength choices of earlier runs, at least 1
     */
    SearchChoices(SimRandom random, boolean fewChanges, int expectedLength) {
        this.random = random;
        if (fewChanges) {
            surpriseIn = 0;
            changes = new int[1 + random.nextInt(MAX_CHANGES)];
            for (int i = 0; i < changes.length; i++) {
                changes[i] = random.nextInt(expectedLength);
            }
            Arrays.sort(changes);
        } else {
            surpriseIn = 8 << random.nextInt(5); // one choice in 8 to one in 128
            changes = new int[0];
        }
    }

    @Override
    public int choose(String point, int alternatives) {
        int at = position++;
        if (alternatives == 1) {
            return 0;
        }
        boolean ofScenario = ofScenario(point);
        if (ofScenario && (plain > 0 || surpriseAhead)) {
            throw new IllegalStateException("a choice comes between those that were looked at ahead, point=" + point);
        }
        if (!ofScenario && !surprisesAt(at)) {
            return 0;
        }
        int alternative = ofScenario ? random.nextInt(alternatives) : 1 + random.nextInt(alternatives - 1);
        if (alternative == alternatives - 1 && alternatives > 2 && !ofScenario) {
            alternative = longest < MAX_LONGEST ? alternative : 1;
            longest++;
        }
        if (alternative > 0) {
            log.add(at, alternative);
        }
        return alternative;
    }

    private static boolean ofScenario(String point) {
        return point.charAt(0) == 's' && point.startsWith("scenario.");
    }

    private boolean surprisesAt(int at) {
        if (surpriseIn == 0) {
            return at == nextChangeFrom(at);
        }
        if (plain > 0) {
            plain--;
            return false;
        }
        boolean surprises = surpriseAhead || random.nextInt(surpriseIn) == 0;
        surpriseAhead = false;
        return surprises;
    }

    /** Returns the first position from {@code at} on at which a change was drawn. */
    private int nextChangeFrom(int at) {
        while (nextChange < changes.length && changes[nextChange] < at) {
            nextChange++;
        }
        return nextChange < changes.length ? changes[nextChange] : Integer.MAX_VALUE;
    }

    @Override
    public int plainAhead(String point, int alternatives, int most) {
        if (alternatives == 1) {
            return most;
        }
        if (ofScenario(point)) {
            return 0;
        }
        if (surpriseIn == 0) {
            return Math.min(most, nextChangeFrom(position) - position);
        }
        while (plain < most && !surpriseAhead) {
            surpriseAhead = random.nextInt(surpriseIn) == 0;
            plain += surpriseAhead ? 0 : 1;
        }
        return Math.min(plain, most);
    }

    @Override
    public void takePlain(String point, int alternatives, int count) {
        position += count;
        plain -= surpriseIn == 0 || alternatives == 1 ? 0 : count;
    }

    ChoiceLog log() {
        return log;
    }

    /** How many choices have been made. */
    int length() {
        return position;
    }
}
