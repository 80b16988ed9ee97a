package io.torosim.fat.volume;

import io.torosim.fat.layout.NameFolding;
import io.torosim.fat.layout.ShortName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;

/**
 * A directory read into memory: its entries in the order of their slots, and two maps to find them, by the name shown
 * and, built at the first need, by the short name. An entry whose name an earlier one has already cannot be reached by
 * any path and is left out; the check reports it.
 */
final class Directory {
    final FatNode self;
    final DirectorySlots slots;
    private final ArrayList<FatNode> entries = new ArrayList<>();
    private final HashMap<String, FatNode> byName = new HashMap<>();
    private HashMap<String, FatNode> byShortName;
    private final HashMap<ShortName.Basis, Integer> tails = new HashMap<>();
    private String label;
    boolean attached = true;

    Directory(FatNode self) {
        this.self = self;
        this.slots = new DirectorySlots(self);
    }

    List<FatNode> entries() {
        return Collections.unmodifiableList(entries);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }

    /** Returns the label slot's text, null if there is none. */
    String label() {
        return label;
    }

    void label(String text) {
        if (label == null) {
            label = text;
        }
    }

    /** Finds an entry by its folded name, long or short; null if there is none. */
    FatNode find(String folded) {
        FatNode node = byName.get(folded);
        return node != null ? node : shortNames().get(folded);
    }

    /** Returns whether a short name is taken, as the shown or the short name of any entry. */
    boolean isTaken(String shortName) {
        String folded = NameFolding.fold(shortName);
        return byName.containsKey(folded) || shortNames().containsKey(folded);
    }

    private synchronized HashMap<String, FatNode> shortNames() {
        if (byShortName == null) {
            var map = new HashMap<String, FatNode>(entries.size() * 2);
            for (FatNode node : entries) {
                map.putIfAbsent(NameFolding.fold(node.shortNameShown()), node);
            }
            byShortName = map;
        }
        return byShortName;
    }

    /** Adds an entry in the order of slots, unless its name is taken. */
    void add(FatNode node) {
        if (byName.putIfAbsent(NameFolding.fold(node.name), node) == null) {
            entries.add(indexOf(node.slot), node);
            if (byShortName != null) {
                byShortName.putIfAbsent(NameFolding.fold(node.shortNameShown()), node);
            }
        }
    }

    /** Returns the first numeric tail worth trying for a basis: all before it were given out here. */
    int nextTail(ShortName.Basis basis) {
        return tails.getOrDefault(basis, 1);
    }

    void tailTaken(ShortName.Basis basis, int number) {
        tails.put(basis, number + 1);
    }

    private int indexOf(int slot) {
        int low = 0;
        int high = entries.size();
        if (high > 0 && entries.get(high - 1).slot < slot) {
            return high;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).slot < slot) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    void remove(FatNode node) {
        tails.clear(); // its alias may be given out again
        int index = indexOf(node.slot);
        if (index < entries.size() && entries.get(index) == node) {
            entries.remove(index);
        }
        byName.remove(NameFolding.fold(node.name), node);
        if (byShortName != null) {
            byShortName.remove(NameFolding.fold(node.shortNameShown()), node);
        }
    }
}
