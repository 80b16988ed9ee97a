package io.torosim.core.explore;

import java.util.BitSet;

/** Which state leads to which, kept only if something must stay possible. */
final class StateGraph {
    private final BitSet[] marks;
    private final IntList from = new IntList();
    private final IntList to = new IntList();
    private int highest;

    StateGraph(int possibles) {
        marks = new BitSet[possibles];
        for (int i = 0; i < possibles; i++) {
            marks[i] = new BitSet();
        }
    }

    /** The states in which each thing that must stay possible is so. */
    BitSet[] marks() {
        return marks;
    }

    void edge(int state, int next) {
        if (marks.length > 0) {
            from.add(state);
            to.add(next);
            highest = Math.max(highest, Math.max(state, next));
        }
    }

    /** Returns the states from which no state with that mark can be reached. */
    BitSet cannotReach(int which) {
        int[] starts = new int[highest + 2];
        for (int e = 0; e < to.size(); e++) {
            starts[to.get(e) + 1]++;
        }
        for (int i = 0; i <= highest; i++) {
            starts[i + 1] += starts[i];
        }
        int[] sources = new int[to.size()];
        int[] at = starts.clone();
        BitSet states = new BitSet();
        states.set(0);
        for (int e = 0; e < to.size(); e++) {
            sources[at[to.get(e)]++] = from.get(e);
            states.set(from.get(e));
            states.set(to.get(e));
        }
        BitSet reaches = (BitSet) marks[which].clone();
        IntList work = new IntList();
        for (int s = reaches.nextSetBit(0); s >= 0; s = reaches.nextSetBit(s + 1)) {
            work.add(s);
        }
        for (int i = 0; i < work.size(); i++) {
            int state = work.get(i);
            for (int e = state <= highest ? starts[state] : 0; state <= highest && e < starts[state + 1]; e++) {
                if (!reaches.get(sources[e])) {
                    reaches.set(sources[e]);
                    work.add(sources[e]);
                }
            }
        }
        states.andNot(reaches);
        return states;
    }

    long bytes() {
        return 8L * from.size();
    }
}
