package io.torosim.fat.volume;

import io.torosim.fat.layout.AliasBasis;
import io.torosim.fat.layout.ShortName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A directory read into memory: its entries in the order of their slots, and two maps to find them, by the name shown
 * and, built at the first need, by the short name. An entry whose long name an earlier one has already is shown by its
 * short name. If that is taken too, or both share their clusters as a power cut in a move leaves them, it cannot be
 * reached by any path and is left out, and {@link #leftOut} names it; the check reports it.
 *
 * <p>{@link DirectoryLoader} fills it from {@link DirectorySlots}, {@link DirectoryCache} keeps it, {@link DirectoryWriter} changes it. Its entries are
 * {@link FatNode}s, found by a {@link NameTable} of each kind of name; {@link AliasBasis} finds short names for new ones.
 */
final class Directory {
    final FatNode self;
    final DirectorySlots slots;
    private final ArrayList<FatNode> entries = new ArrayList<>();
    private final NameTable<FatNode> byName = new NameTable<>(node -> node.name);
    private volatile @Nullable NameTable<FatNode> byShortName;
    private final HashMap<AliasBasis, Integer> tails = new HashMap<>();
    private @Nullable AliasBasis lastBasis; // the one asked for last, kept out of the map
    private int lastTail;
    private @Nullable String label;
    private final ArrayList<String> leftOut = new ArrayList<>();
    private int hidden;
    private int unreached; // by any path, because their names are taken
    private @Nullable Missed missed;
    private int additions;
    private volatile @Nullable List<FatNode> listed; // a copy of the entries, good until one comes or goes
    boolean attached = true;

    Directory(FatNode self) {
        this.self = self;
        this.slots = new DirectorySlots(self);
    }

    List<FatNode> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** Returns the entries as they are now, for whoever keeps them. Callers exclude changes. */
    List<FatNode> listed() {
        List<FatNode> known = listed;
        if (known == null) {
            known = List.copyOf(entries);
            listed = known;
        }
        return known;
    }

    /** Returns whether there is no entry, listed or not. */
    boolean isEmpty() {
        return entries.isEmpty() && hidden == 0 && unreached == 0;
    }

    /** Leaves directories out of the listing that do not pass; their names stay taken. */
    void hideUnless(Predicate<FatNode> shown) {
        int before = entries.size();
        for (FatNode node : List.copyOf(entries)) {
            if (node.isDirectory() && !shown.test(node)) {
                leftOut.add(node.name + ": another entry leads to this directory too");
                entries.remove(node);
            }
        }
        listed = null;
        hidden = before - entries.size();
    }

    int size() {
        return entries.size();
    }

    /** Returns the entries that no path reaches: the name of each, and why. */
    List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /** Takes an entry that was read; one whose long name is taken goes by its short name if that is free. */
    void take(FatNode node) {
        FatNode first = byName.find(node.name, NameTable.hash(node.name));
        if (first == null) {
            add(node);
            return;
        }
        String alias = node.shortNameShown();
        boolean same = first.firstCluster == node.firstCluster && first.isDirectory() == node.isDirectory();
        if (same || alias.isEmpty() || isTaken(alias)) {
            unreached++;
            leftOut.add(node.name + " (" + alias + "): an earlier entry has its name");
            return;
        }
        node.takenName = node.name;
        node.name = alias;
        add(node);
    }

    /** Returns the label slot's text, null if there is none. */
    @Nullable
    String label() {
        return label;
    }

    void label(String text) {
        if (label == null) {
            label = text;
        }
    }

    /** A name that was looked for in vain, as whoever makes an entry does twice; good while nothing was added. */
    private record Missed(String name, int hash, int additions) {}

    /** Finds an entry by its name, long or short, without regard to case; null if there is none. */
    @SuppressWarnings("StringEquality") // the same object, else it is looked for again
    @Nullable
    FatNode find(String name) {
        Missed last = missed;
        if (last != null && last.name == name && last.additions == additions) {
            return null;
        }
        int hash = NameTable.hash(name);
        FatNode node = byName.find(name, hash);
        if (node == null && name.length() <= ShortName.MAX_SHOWN) {
            node = shortNames().find(name, hash);
        }
        if (node == null) {
            missed = new Missed(name, hash, additions);
        }
        return node;
    }

    @SuppressWarnings("StringEquality") // the same object, else the hash is made anew
    private int hash(String name) {
        Missed last = missed;
        return last != null && last.name == name ? last.hash : NameTable.hash(name);
    }

    /** Returns whether a short name is taken, as the shown or the short name of any entry. */
    boolean isTaken(String shortName) {
        int hash = NameTable.hash(shortName);
        return byName.find(shortName, hash) != null || shortNames().find(shortName, hash) != null;
    }

    private NameTable<FatNode> shortNames() {
        NameTable<FatNode> known = byShortName;
        return known != null ? known : buildShortNames();
    }

    private synchronized NameTable<FatNode> buildShortNames() {
        if (byShortName == null) {
            var table = new NameTable<>(FatNode::shortNameShown);
            entries.forEach(table::putIfAbsent);
            byShortName = table;
        }
        return byShortName;
    }

    /** Adds an entry in the order of slots, unless its name is taken. */
    void add(FatNode node) {
        add(node, null);
    }

    /**
     * Adds an entry in the order of slots, unless its name is taken.
     *
     * @param shortShown its short name as it is shown, null to find out
     */
    void add(FatNode node, @Nullable String shortShown) {
        if (byName.putIfAbsent(node, node.name, hash(node.name))) {
            entries.add(indexOf(node.slot), node);
            listed = null;
            additions++;
            if (byShortName != null) {
                String alias = shortShown != null ? shortShown : node.shortNameShown();
                byShortName.putIfAbsent(node, alias, NameTable.hash(alias));
            }
        }
    }

    /** Returns the first numeric tail worth trying for a basis: all before it were given out here. */
    int nextTail(AliasBasis basis) {
        AliasBasis last = lastBasis;
        return last != null && basis.equals(last) ? lastTail : tails.getOrDefault(basis, 1);
    }

    void tailTaken(AliasBasis basis, int number) {
        AliasBasis last = lastBasis;
        if (last == null || !basis.equals(last)) {
            if (last != null) {
                tails.put(last, lastTail);
            }
            lastBasis = basis;
        }
        lastTail = number + 1;
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
        lastBasis = null;
        int index = indexOf(node.slot);
        if (index < entries.size() && entries.get(index) == node) {
            entries.remove(index);
            listed = null;
        } else {
            hidden--;
        }
        byName.remove(node);
        if (byShortName != null) {
            byShortName.remove(node);
        }
    }
}
