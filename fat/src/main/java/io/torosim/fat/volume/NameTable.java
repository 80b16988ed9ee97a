package io.torosim.fat.volume;

import io.torosim.fat.layout.NameFolding;
import java.util.function.Function;

/**
 * A hash table of things by name, without regard to case: open addressing with linear probing, at most half full. It
 * folds while it hashes and compares, so that a look-up allocates nothing and the folded names are not kept.
 *
 * <p>Readers may run side by side; a change needs the volume's write lock.
 */
final class NameTable<T> {
    private final Function<T, String> nameOf;
    private T[] nodes = places(16);
    private int[] hashes = new int[16];
    private int size;

    NameTable(Function<T, String> nameOf) {
        this.nameOf = nameOf;
    }

    @SuppressWarnings("unchecked") // holds what is put in, and nobody else sees it
    private static <T> T[] places(int count) {
        return (T[]) new Object[count];
    }

    static int hash(String name) {
        int hash = 0;
        for (int i = 0; i < name.length(); i++) {
            hash = 31 * hash + NameFolding.fold(name.charAt(i));
        }
        return hash * 0x9e3779b9; // spread: the high bits pick the slot
    }

    private static boolean equal(String a, String b) {
        int length = a.length();
        if (length != b.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = a.charAt(i);
            char d = b.charAt(i);
            if (c != d && NameFolding.fold(c) != NameFolding.fold(d)) {
                return false;
            }
        }
        return true;
    }

    private int start(int hash) {
        return hash >>> Integer.numberOfLeadingZeros(nodes.length) + 1;
    }

    T find(String name, int hash) {
        return nodes[indexOf(name, hash)];
    }

    /** Returns where a name is, or the free place where it would go. */
    private int indexOf(String name, int hash) {
        int at = start(hash);
        while (nodes[at] != null && (hashes[at] != hash || !equal(nameOf.apply(nodes[at]), name))) {
            at = at + 1 & nodes.length - 1;
        }
        return at;
    }

    /** Adds an entry unless its name is there; says whether it was added. */
    boolean putIfAbsent(T node) {
        String name = nameOf.apply(node);
        return putIfAbsent(node, name, hash(name));
    }

    boolean putIfAbsent(T node, String name, int hash) {
        int at = indexOf(name, hash);
        if (nodes[at] != null) {
            return false;
        }
        nodes[at] = node;
        hashes[at] = hash;
        if (++size * 2 > nodes.length) {
            grow();
        }
        return true;
    }

    private void grow() {
        T[] oldNodes = nodes;
        int[] oldHashes = hashes;
        nodes = places(oldNodes.length * 2);
        hashes = new int[nodes.length];
        for (int i = 0; i < oldNodes.length; i++) {
            if (oldNodes[i] != null) {
                place(oldNodes[i], oldHashes[i]);
            }
        }
    }

    private void place(T node, int hash) {
        int at = start(hash);
        while (nodes[at] != null) {
            at = at + 1 & nodes.length - 1;
        }
        nodes[at] = node;
        hashes[at] = hash;
    }

    /** Removes an entry if it is the one that its name finds; what was pushed behind it moves up. */
    void remove(T node) {
        String name = nameOf.apply(node);
        int at = indexOf(name, hash(name));
        if (nodes[at] != node) {
            return;
        }
        nodes[at] = null;
        size--;
        for (int i = at + 1 & nodes.length - 1; nodes[i] != null; i = i + 1 & nodes.length - 1) {
            T moved = nodes[i];
            nodes[i] = null;
            place(moved, hashes[i]);
        }
    }
}
