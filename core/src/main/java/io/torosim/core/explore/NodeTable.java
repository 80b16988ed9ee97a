package io.torosim.core.explore;

import java.util.Arrays;

/**
 * The nodes of a search: a state, as the numbers of its parts, and the vCPU that did the last step. All nodes of a state lie in one chain of
 * the index, so that one look says whether the state was reached with fewer preemptions, or by the same vCPU with as many.
 */
final class NodeTable {
    static final int NONE = -1;
    static final int DOMINATED = -2;

    private final int width;
    private int[] parts;
    private int[] parents = new int[1 << 8];
    private short[] actions = new short[1 << 8];
    private byte[] lasts = new byte[1 << 8];
    private short[] levels = new short[1 << 8];
    private int[] depths = new int[1 << 8];
    private int[] firsts = new int[1 << 8];
    private int[] index = new int[1 << 9];
    private int count;
    private int states;
    private int stateNode;

    NodeTable(int width) {
        this.width = width;
        parts = new int[width << 8];
    }

    /**
     * Adds a node, or finds a better way to one that is there.
     *
     * @return its number if it is to be taken at that level and depth, or {@link #DOMINATED} if all that follows from it follows from a node
     *     that is there
     */
    int add(int[] state, int parent, int action, int last, int level, int depth) {
        int mask = index.length - 1;
        int slot = hash(state, 0) & mask;
        int same = NONE;
        stateNode = NONE;
        while (index[slot] != 0) {
            int node = index[slot] - 1;
            if (Arrays.equals(parts, node * width, node * width + width, state, 0, width)) {
                stateNode = firsts[node];
                if (levels[node] < level) {
                    return DOMINATED;
                }
                same = lasts[node] == last ? node : same;
            }
            slot = slot + 1 & mask;
        }
        if (same != NONE && levels[same] == level && depths[same] <= depth) {
            return DOMINATED;
        }
        int node = same != NONE ? same : append(state, last, slot);
        parents[node] = parent;
        actions[node] = (short) action;
        levels[node] = (short) level;
        depths[node] = depth;
        return node;
    }

    private int append(int[] state, int last, int slot) {
        if (count == parents.length) {
            grow();
        }
        int node = count++;
        System.arraycopy(state, 0, parts, node * width, width);
        lasts[node] = (byte) last;
        states += stateNode == NONE ? 1 : 0;
        stateNode = stateNode == NONE ? node : stateNode;
        firsts[node] = stateNode;
        index[slot] = count;
        if (count * 2L > index.length) {
            rehash();
        }
        return node;
    }

    /** Returns the first node of the state that {@link #add} was last given: the number of that state. */
    int stateNode() {
        return stateNode;
    }

    private void grow() {
        int length = (int) Math.min(Math.min(parents.length * 2L, (Integer.MAX_VALUE - 8) / width), 1L << 30);
        if (length == parents.length) {
            throw new OutOfMemoryError("more nodes than an array holds: " + count);
        }
        parts = Arrays.copyOf(parts, length * width);
        parents = Arrays.copyOf(parents, length);
        actions = Arrays.copyOf(actions, length);
        lasts = Arrays.copyOf(lasts, length);
        levels = Arrays.copyOf(levels, length);
        depths = Arrays.copyOf(depths, length);
        firsts = Arrays.copyOf(firsts, length);
    }

    private void rehash() {
        index = new int[index.length * 2];
        int mask = index.length - 1;
        for (int i = 0; i < count; i++) {
            int slot = hash(parts, i * width) & mask;
            while (index[slot] != 0) {
                slot = slot + 1 & mask;
            }
            index[slot] = i + 1;
        }
    }

    private int hash(int[] from, int at) {
        long hash = 0x2545f4914f6cdd1dL;
        for (int i = at; i < at + width; i++) {
            hash = (hash ^ from[i]) * 0xff51afd7ed558ccdL;
            hash ^= hash >>> 32;
        }
        return (int) (hash ^ hash >>> 31);
    }

    int part(int node, int part) {
        return parts[node * width + part];
    }

    int parent(int node) {
        return parents[node];
    }

    int action(int node) {
        return actions[node];
    }

    int last(int node) {
        return lasts[node];
    }

    int level(int node) {
        return levels[node];
    }

    int depth(int node) {
        return depths[node];
    }

    /** Returns the number of a node's state: its first node. */
    int stateOf(int node) {
        return firsts[node];
    }

    int count() {
        return count;
    }

    int states() {
        return states;
    }

    long bytes() {
        return 4L * parts.length + 17L * parents.length + 4L * index.length;
    }
}
