package io.torosim.core.explore;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Transitions of a search that are done again and again at its end, so that every step is, however rarely the search came by: a step whose
 * outcome is another one in one case of a thousand is met by that and hardly by a second look.
 *
 * <p>Transitions are of one kind that begin with the same step and end before the same one. Of each kind up to {@value #SAMPLES} are kept,
 * spread evenly over the search; by turns over the kinds, so that what one step leaves in a field of Java meets the others.
 */
final class DoneOften {
    /** How often transitions of a kind are done again: one that differs in one case of a thousand is missed once in 22,000 times. */
    static final int EACH = 10_000;
    /** All kinds together, if the search itself had not more transitions. */
    private static final long IN_ALL = 1_000_000;

    private static final int SAMPLES = 32;

    /** The kept transitions of a kind: each its node, its action, its time, and the parts that it led to. */
    private static final class Kind {
        private final int[][] kept = new int[SAMPLES][];
        private int count;
        private long met;
        private long stride = 1;
    }

    private final Map<Long, Kind> kinds = new LinkedHashMap<>();
    private long lastKey;
    private @Nullable Kind last;

    /** Notes a transition. */
    void met(int from, int to, int node, int action, int took, int[] succ) {
        long key = (long) from << 32 | to & 0xffff_ffffL;
        Kind kind = key == lastKey ? last : null;
        if (kind == null) {
            kind = kinds.computeIfAbsent(key, k -> new Kind());
            lastKey = key;
            last = kind;
        }
        if (kind.met++ % kind.stride != 0) {
            return;
        }
        if (kind.count == SAMPLES) {
            for (int i = 0; i < SAMPLES / 2; i++) {
                kind.kept[i] = kind.kept[2 * i];
            }
            kind.count = SAMPLES / 2;
            kind.stride *= 2;
        }
        int[] transition = Arrays.copyOf(new int[] {node, action, took}, 3 + succ.length);
        System.arraycopy(succ, 0, transition, 3, succ.length);
        kind.kept[kind.count++] = transition;
    }

    /** Returns how often each kind is to be done again, {@code most} at most. */
    int each(int most, long transitions) {
        return (int) Math.min(most, Math.max(IN_ALL, transitions) / Math.max(1, kinds.size()));
    }

    /** Returns the transitions of one turn, one of each kind. */
    int[][] turn(int number) {
        int[][] turn = new int[kinds.size()][];
        int at = 0;
        for (Kind kind : kinds.values()) {
            turn[at++] = kind.kept[number % kind.count];
        }
        return turn;
    }
}
