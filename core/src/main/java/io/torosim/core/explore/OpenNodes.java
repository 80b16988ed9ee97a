package io.torosim.core.explore;

import java.util.ArrayList;
import java.util.List;

/** Nodes still to be taken, in the order of preemptions, then of steps, then of adding. */
final class OpenNodes {
    static final int NONE = -1;

    private final List<List<IntList>> levels = new ArrayList<>();
    private int level;
    private int depth;
    private int at;

    void add(int node, int atLevel, int atDepth) {
        while (levels.size() <= atLevel) {
            levels.add(new ArrayList<>());
        }
        List<IntList> byDepth = levels.get(atLevel);
        while (byDepth.size() <= atDepth) {
            byDepth.add(null);
        }
        if (byDepth.get(atDepth) == null) {
            byDepth.set(atDepth, new IntList());
        }
        byDepth.get(atDepth).add(node);
    }

    /** Returns the next node, {@link #NONE} if there is none; {@link #level} and {@link #depth} are then its own. */
    int take() {
        while (level < levels.size()) {
            List<IntList> byDepth = levels.get(level);
            while (depth < byDepth.size()) {
                IntList nodes = byDepth.get(depth);
                if (nodes != null && at < nodes.size()) {
                    return nodes.get(at++);
                }
                byDepth.set(depth, null);
                depth++;
                at = 0;
            }
            level++;
            depth = 0;
        }
        return NONE;
    }

    int level() {
        return level;
    }

    int depth() {
        return depth;
    }

    int highestLevel() {
        return levels.size() - 1;
    }
}
