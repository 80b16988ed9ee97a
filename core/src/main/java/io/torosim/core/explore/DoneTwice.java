package io.torosim.core.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which transitions of a search are done twice at once, and which states are kept to do all that can happen in them once more at its end. Both
 * are counted off, nothing is drawn: the first {@value #OFTEN} transitions of each step {@value #MANY} times, those up to the {@value #FIRST}th
 * once, and one of {@value #SHARE} after them. Of the states all are
 * kept, and where there are more than {@value #MOST_STATES} each second, fourth ... of them.
 */
final class DoneTwice {
    private static final int OFTEN = 4;
    private static final int MANY = 8;
    private static final int FIRST = 64;
    private static final int SHARE = 16;
    private static final int MOST_STATES = 8_192;
    private static final int PLACES = 1 << 12;

    private final int[] seen = new int[PLACES];
    private final List<int[]> states = new ArrayList<>();
    private final int width;
    private int[] now = new int[64];
    private int length;
    private long met;
    private long stride = 1;
    private long redone;

    /** @param width parts of a state */
    DoneTwice(int width) {
        this.width = width;
    }

    /** Returns how often a transition is to be done again at once. */
    int wants(int place) {
        int slot = (place ^ place >>> 12) & PLACES - 1;
        int count = ++seen[slot];
        int again = count <= OFTEN ? MANY : count <= FIRST || count % SHARE == 0 ? 1 : 0;
        redone += again;
        return again;
    }

    /** Begins a state that is expanded for the first time; returns whether it is kept. */
    boolean begins(int node) {
        length = 1;
        now[0] = node;
        return met++ % stride == 0;
    }

    /** Notes what an action led to. */
    void led(int action, int took, int[] succ) {
        if (length + 2 + width > now.length) {
            now = Arrays.copyOf(now, 2 * (length + 2 + width));
        }
        now[length++] = action;
        now[length++] = took;
        System.arraycopy(succ, 0, now, length, width);
        length += width;
    }

    /** Keeps the state. */
    void keep() {
        if (states.size() == MOST_STATES) {
            for (int i = 0; i < MOST_STATES / 2; i++) {
                states.set(i, states.get(2 * i));
            }
            states.subList(MOST_STATES / 2, MOST_STATES).clear();
            stride *= 2;
        }
        states.add(Arrays.copyOf(now, length));
    }

    int kept() {
        return states.size();
    }

    /** Returns a kept state: its node, then for each action its number, its time and the parts that it led to. */
    int[] state(int at) {
        return states.get(at);
    }

    void redoneOne() {
        redone++;
    }

    /** Returns how often a transition was done again. */
    long redone() {
        return redone;
    }
}
