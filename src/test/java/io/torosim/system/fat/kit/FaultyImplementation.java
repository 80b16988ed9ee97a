package io.torosim.system.fat.kit;

import io.torosim.fat.testkit.DiskOracle;
import io.torosim.fat.testkit.Implementation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Our implementation with one fault put in from outside: it is shown another volume, or asked for something else. */
class FaultyImplementation implements Implementation {
    private final Implementation sound = new TorosimImplementation();

    @Override
    public final String name() {
        return "faulty";
    }

    /** Changes what the implementation sees of a volume. */
    void seen(byte[] disk) {}

    @Override
    public final Mounted mount(byte[] disk) throws IOException {
        byte[] shown = disk.clone();
        seen(shown);
        return wrap(new Faulty(sound.mount(shown), disk, shown));
    }

    Mounted wrap(Faulty mounted) {
        return mounted;
    }

    static int u16(byte[] disk, int at) {
        return disk[at] & 0xff | (disk[at + 1] & 0xff) << 8;
    }

    static void put16(byte[] disk, int at, int value) {
        disk[at] = (byte) value;
        disk[at + 1] = (byte) (value >> 8);
    }

    /** Returns the offsets of the used slots of the root directory. */
    static List<Integer> rootSlots(byte[] disk) {
        int root = (u16(disk, 14) + disk[16] * u16(disk, 22)) * u16(disk, 11);
        var slots = new ArrayList<Integer>();
        for (int at = root; disk[at] != 0 && at < root + 32 * u16(disk, 17); at += 32) {
            slots.add(at);
        }
        return slots;
    }

    static int clusters(byte[] disk) {
        return DiskOracle.read(disk).clusterCount();
    }

    /** Reads an entry of a FAT. */
    static int entry(byte[] disk, int copy, int cluster) {
        int start = (u16(disk, 14) + copy * u16(disk, 22)) * u16(disk, 11);
        if (clusters(disk) >= 4085) {
            return u16(disk, start + 2 * cluster);
        }
        int pair = u16(disk, start + cluster * 3 / 2);
        return cluster % 2 == 0 ? pair & 0xfff : pair >> 4;
    }

    static void entry(byte[] disk, int copy, int cluster, int value) {
        int start = (u16(disk, 14) + copy * u16(disk, 22)) * u16(disk, 11);
        if (clusters(disk) >= 4085) {
            put16(disk, start + 2 * cluster, value);
            return;
        }
        int at = start + cluster * 3 / 2;
        int pair = u16(disk, at);
        put16(disk, at, cluster % 2 == 0 ? pair & 0xf000 | value & 0xfff : pair & 0xf | (value & 0xfff) << 4);
    }

    /** A mounted volume that passes everything on, and gives the boot sector back as it was. */
    static class Faulty implements Mounted {
        final Mounted mounted;
        final byte[] given;
        private final byte[] shown;

        Faulty(Mounted mounted, byte[] given, byte[] shown) {
            this.mounted = mounted;
            this.given = given;
            this.shown = shown.clone();
        }

        Faulty(Faulty other) {
            this(other.mounted, other.given, other.shown);
        }

        @Override
        public void write(String path, byte[] content) throws IOException {
            mounted.write(path, content);
        }

        @Override
        public byte[] read(String path) throws IOException {
            return mounted.read(path);
        }

        @Override
        public List<String> list(String path) throws IOException {
            return mounted.list(path);
        }

        @Override
        public void makeDirectory(String path) throws IOException {
            mounted.makeDirectory(path);
        }

        @Override
        public void delete(String path) throws IOException {
            mounted.delete(path);
        }

        @Override
        public void move(String from, String to) throws IOException {
            mounted.move(from, to);
        }

        @Override
        public byte[] unmount() throws IOException {
            byte[] disk = mounted.unmount();
            for (int i = 0; i < disk.length; i++) {
                if (disk[i] == shown[i]) {
                    disk[i] = given[i]; // what the fault did not see it did not change
                }
            }
            return disk;
        }

        boolean isListed(String path) throws IOException {
            int slash = path.lastIndexOf('/');
            return mounted.list(slash == 0 ? "/" : path.substring(0, slash)).stream()
                    .anyMatch(name -> name.toUpperCase(Locale.ROOT)
                            .equals(path.substring(slash + 1).toUpperCase(Locale.ROOT)));
        }
    }
}
