package io.torosim.fat.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * What may be on a volume after a power cut. Every file has a stream of bytes of its own, and all its contents are
 * beginnings of it; since the last acknowledged moment it may have had several names and lengths.
 */
final class CrashModel {
    private static final class Item {
        final int seed;
        final boolean directory;
        final TreeSet<String> names = new TreeSet<>();
        final TreeSet<Integer> lengths = new TreeSet<>();
        String path;
        int length;
        boolean mayBeGone; // made, deleted or replaced since the acknowledged moment
        boolean deleted;

        Item(int seed, String path, boolean directory) {
            this.seed = seed;
            this.path = path;
            this.directory = directory;
            names.add(path);
            lengths.add(0);
        }

        Item copy() {
            var copy = new Item(seed, path, directory);
            copy.names.addAll(names);
            copy.lengths.addAll(lengths);
            copy.length = length;
            copy.mayBeGone = mayBeGone;
            copy.deleted = deleted;
            return copy;
        }
    }

    private final List<Item> items = new ArrayList<>();
    private int seeds;

    CrashModel copy() {
        var copy = new CrashModel();
        items.forEach(item -> copy.items.add(item.copy()));
        copy.seeds = seeds;
        return copy;
    }

    /** Everything done so far is on the medium for good. */
    void acknowledge() {
        items.removeIf(item -> item.deleted);
        for (Item item : items) {
            item.names.clear();
            item.names.add(item.path);
            item.lengths.clear();
            item.lengths.add(item.length);
            item.mayBeGone = false;
        }
    }

    private static String key(String path) {
        return path.toLowerCase(Locale.ROOT);
    }

    private Item at(String path) {
        return items.stream()
                .filter(item -> !item.deleted && item.path.equals(key(path)))
                .findFirst()
                .orElseThrow();
    }

    void create(String path, boolean directory) {
        var item = new Item(++seeds, key(path), directory);
        item.mayBeGone = true;
        items.add(item);
    }

    void length(String path, int length) {
        Item item = at(path);
        item.length = length;
        item.lengths.add(length);
    }

    int length(String path) {
        return at(path).length;
    }

    /** Returns bytes of a file's stream. */
    byte[] bytes(String path, int from, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = streamByte(at(path).seed, from + i);
        }
        return bytes;
    }

    private static byte streamByte(int seed, int at) {
        return (byte) (seed * 83 + at * 7 + (at >> 8) * 13 + 1);
    }

    void delete(String path) {
        Item item = at(path);
        item.deleted = true;
        item.mayBeGone = true;
    }

    boolean exists(String path) {
        return items.stream().anyMatch(item -> !item.deleted && item.path.equals(key(path)));
    }

    void move(String from, String to) {
        if (!key(from).equals(key(to)) && exists(to)) {
            delete(to);
        }
        String top = key(from);
        for (Item item : items) {
            if (!item.deleted && (item.path.equals(top) || item.path.startsWith(top + "/"))) {
                item.path = key(to) + item.path.substring(top.length());
                item.names.add(item.path);
            }
        }
    }

    /** A copy of one file in the place of another: both streams may be found there. */
    void replaceByCopy(String source, String target) {
        Item from = at(source);
        if (exists(target)) {
            delete(target);
        }
        var copy = new Item(from.seed, key(target), false);
        copy.lengths.clear();
        copy.lengths.add(from.length);
        copy.length = from.length;
        copy.mayBeGone = true;
        items.add(copy);
    }

    /**
     * Compares with what was found.
     *
     * @param found lower-case path to content, null for a directory
     * @return what is wrong, or null
     */
    String defect(Map<String, byte[]> found) {
        for (Item item : items) {
            if (!item.mayBeGone
                    && item.names.stream()
                            .noneMatch(name -> found.containsKey(name) && isItem(item, found.get(name)))) {
                return "lost: " + item.names + " of lengths " + item.lengths;
            }
        }
        for (Map.Entry<String, byte[]> entry : found.entrySet()) {
            if (items.stream()
                    .noneMatch(item -> item.names.contains(entry.getKey()) && isItem(item, entry.getValue()))) {
                String size = entry.getValue() == null ? "directory" : entry.getValue().length + " bytes";
                return "foreign: " + entry.getKey() + ", " + size;
            }
        }
        return null;
    }

    private static boolean isItem(Item item, byte[] content) {
        if (content == null || item.directory) {
            return content == null && item.directory;
        }
        if (!item.lengths.contains(content.length)) {
            return false;
        }
        for (int i = 0; i < content.length; i++) {
            if (content[i] != streamByte(item.seed, i)) {
                return false;
            }
        }
        return true;
    }
}
