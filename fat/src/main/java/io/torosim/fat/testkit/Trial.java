package io.torosim.fat.testkit;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One scenario with one implementation: every call goes to the implementation and to a map of paths, and in the end the
 * oracle must find what the map says and no rule broken.
 *
 * <p>A {@link Scenario} is what it does, an {@link Implementation} whom it asks, {@link DiskOracle} what looks at the disk in the end; {@link HandMade}
 * writes volumes that no implementation would.
 */
final class Trial {
    /** What a scenario found wrong. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message);
        }
    }

    /** A call that must be refused. */
    interface Call {
        void run(Implementation.Mounted mounted) throws IOException;
    }

    private final Implementation implementation;
    private final TreeMap<String, byte[]> expected = new TreeMap<>(); // null for a directory
    private Implementation.Mounted mounted;
    private byte[] disk;
    private final boolean wide;

    Trial(Implementation implementation, byte[] disk, boolean wide) throws IOException {
        this.implementation = implementation;
        this.wide = wide;
        this.disk = disk;
        this.mounted = implementation.mount(disk.clone());
    }

    /** Returns bytes that tell where they come from. */
    static byte[] bytes(int count, int seed) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 7 + (i >> 8) * 31 + seed * 101 + 1);
        }
        return bytes;
    }

    void write(String path, int count) throws IOException {
        byte[] content = bytes(count, path.hashCode());
        mounted.write(path, content);
        expected.put(path, content);
    }

    /** Returns whether this is a trial on FAT16. */
    boolean wide() {
        return wide;
    }

    /** Mounts a volume made by hand, which breaks no rule, with the files that it has. */
    void mountOwn(HandMade volume) throws IOException {
        expected.clear();
        volume.files().forEach(expected::put);
        mountOwn(volume.disk().clone());
    }

    void makeDirectory(String path) throws IOException {
        mounted.makeDirectory(path);
        expected.put(path, null);
    }

    void delete(String path) throws IOException {
        mounted.delete(path);
        expected.remove(path);
    }

    void move(String from, String to) throws IOException {
        mounted.move(from, to);
        var moved = new TreeMap<String, byte[]>();
        for (String path : new TreeSet<>(expected.keySet())) {
            if (path.equals(from) || path.startsWith(from + "/")) {
                moved.put(to + path.substring(from.length()), expected.remove(path));
            }
        }
        expected.putAll(moved);
    }

    /** Writes a file that need not fit; whether it did is for the rest of the volume to bear. */
    boolean tryWrite(String path, int count) throws IOException {
        try {
            write(path, count);
            return true;
        } catch (IOException e) {
            if (mounted.list("/").contains(path.substring(1))) {
                mounted.delete(path); // an empty or partial file may stay, as in POSIX
            }
            return false;
        }
    }

    /** Unmounts, and returns what the volume has of that path then. */
    DiskOracle.Item item(String path) throws IOException, Failure {
        return item(unmount(), path);
    }

    static DiskOracle.Item item(DiskOracle oracle, String path) throws Failure {
        DiskOracle.Item item = oracle.items().get(path);
        if (item == null) {
            throw new Failure(shown(path) + " is gone");
        }
        return item;
    }

    /** Unmounts and lets the oracle look. */
    DiskOracle unmount() throws IOException, Failure {
        disk = mounted.unmount();
        DiskOracle oracle = DiskOracle.read(disk, implementation.codePage());
        if (!oracle.violations().isEmpty()) {
            throw new Failure(oracle.violations().get(0).toString());
        }
        if (!oracle.items().keySet().equals(expected.keySet())) {
            var missing = new TreeSet<>(expected.keySet());
            missing.removeAll(oracle.items().keySet());
            var extra = new TreeSet<>(oracle.items().keySet());
            extra.removeAll(expected.keySet());
            throw new Failure("names differ, missing " + shown(missing) + ", not expected " + shown(extra));
        }
        for (Map.Entry<String, byte[]> entry : expected.entrySet()) {
            if (!Arrays.equals(entry.getValue(), item(oracle, entry.getKey()).content())) {
                throw new Failure("other bytes in " + shown(entry.getKey()));
            }
        }
        return oracle;
    }

    private static String shown(Object names) {
        String text = names.toString();
        return text.length() > 80 ? text.substring(0, 77) + "..." : text;
    }

    void mountAgain() throws IOException {
        mounted = implementation.mount(disk.clone());
    }

    /** Reads everything back through the implementation. */
    void readAll() throws IOException, Failure {
        for (Map.Entry<String, byte[]> entry : expected.entrySet()) {
            String path = entry.getKey();
            String parent = path.lastIndexOf('/') == 0 ? "/" : path.substring(0, path.lastIndexOf('/'));
            if (!mounted.list(parent).contains(path.substring(path.lastIndexOf('/') + 1))) {
                throw new Failure("does not list " + shown(path));
            }
            if (entry.getValue() != null && !Arrays.equals(entry.getValue(), mounted.read(path))) {
                throw new Failure("reads other bytes from " + shown(path));
            }
        }
    }

    /** Mounts, makes a call that must be refused, unmounts: the volume must be as it was, byte by byte. */
    void refuses(String what, Call call) throws IOException, Failure {
        byte[] before = disk.clone();
        Implementation.Mounted fresh = implementation.mount(disk.clone());
        boolean refused = false;
        try {
            call.run(fresh);
        } catch (IOException e) {
            refused = true;
        }
        if (!refused) {
            throw new Failure("does not refuse " + what);
        }
        if (!Arrays.equals(before, fresh.unmount())) {
            throw new Failure("refuses " + what + " but changes the volume");
        }
    }

    /** Unmounts and hands the bytes out, to be changed. */
    byte[] takeDisk() throws IOException, Failure {
        unmount();
        return disk.clone();
    }

    /** Returns the bytes as they were unmounted last. */
    byte[] takenDisk() {
        return disk;
    }

    static int rootOf(byte[] disk) {
        DiskOracle oracle = DiskOracle.read(disk);
        return oracle.rootStart();
    }

    /** Mounts a volume that breaks rules. */
    void mountOwn(byte[] own) throws IOException {
        disk = own;
        mountAgain();
    }

    void readOnly(String path, byte[] content) throws IOException, Failure {
        if (!Arrays.equals(content, mounted.read(path))) {
            throw new Failure("reads other bytes from " + path);
        }
        lists("/", path.substring(1));
    }

    void reads(String path, byte @Nullable [] content) throws IOException, Failure {
        if (!Arrays.equals(content, mounted.read(path))) {
            throw new Failure("reads other bytes from " + path);
        }
    }

    void lists(String path, String... names) throws IOException, Failure {
        var found = new TreeSet<>(mounted.list(path));
        if (!found.equals(new TreeSet<>(Arrays.asList(names)))) {
            throw new Failure("lists " + shown(found) + " instead of " + Arrays.toString(names));
        }
    }
}
