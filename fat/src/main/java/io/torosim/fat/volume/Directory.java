package io.torosim.fat.volume;

import io.torosim.fat.layout.ShortName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;

/**
 * A directory read into memory: its entries in the order of their slots, and two maps to find them, by the name shown
 * and, built at the first need, by the short name. An entry whose name an earlier one has already cannot be reached by
 * any path and is left out; the check reports it.
 */
final class Directory {
    final FatNode self;
    final DirectorySlots slots;
    private final ArrayList<FatNode> entries = new ArrayList<>();
    private final NameTable byName = new NameTable(node -> node.name);
    private NameTable byShortName;
    private final HashMap<ShortName.Basis, Integer> tails = new HashMap<>();
    private String label;
    private int hidden;
    boolean attached = true;

    Directory(FatNode self) {
        this.self = self;
        this.slots = new DirectorySlots(self);
    }

    List<FatNode> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** Returns whether there is no entry, listed or not. */
    boolean isEmpty() {
        return entries.isEmpty() && hidden == 0;
    }

    /** Leaves directories out of the listing that do not pass; their names stay taken. */
    void hideUnless(Predicate<FatNode> shown) {
        int before = entries.size();
        entries.removeIf(node -> node.isDirectory() && !shown.test(node));
        hidden = before - entries.size();
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

    /** Finds an entry by its name, long or short, without regard to case; null if there is none. */
    FatNode find(String name) {
        FatNode node = byName.find(name);
        return node != null ? node : shortNames().find(name);
    }

    /** Returns whether a short name is taken, as the shown or the short name of any entry. */
    boolean isTaken(String shortName) {
        return find(shortName) != null;
    }

    private synchronized NameTable shortNames() {
        if (byShortName == null) {
            var table = new NameTable(FatNode::shortNameShown);
            entries.forEach(table::putIfAbsent);
            byShortName = table;
        }
        return byShortName;
    }

    /** Adds an entry in the order of slots, unless its name is taken. */
    void add(FatNode node) {
        if (byName.putIfAbsent(node)) {
            entries.add(indexOf(node.slot), node);
            if (byShortName != null) {
                byShortName.putIfAbsent(node);
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
        } else {
            hidden--;
        }
        byName.remove(node);
        if (byShortName != null) {
            byShortName.remove(node);
        }
    }
}
