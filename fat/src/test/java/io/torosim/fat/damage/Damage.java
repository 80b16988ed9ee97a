package io.torosim.fat.damage;

import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.support.SampleVolume;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One way to damage a volume and what must come of it.
 *
 * @param name shown in the report
 * @param change the damage
 * @param refused the rule with which the mount is refused, or null
 * @param path the file or directory whose use fails, or null
 * @param rule with which it fails
 * @param found the rule that the check must report, or null
 */
record Damage(String name, Consumer<SampleVolume> change, FatRule refused, String path, FatRule rule, FatRule found) {

    private static final String A = "A       BIN";
    private static final String DIR = "DIR        ";
    private static final String SUB = "SUB        ";

    static List<Damage> all() {
        var all = new ArrayList<Damage>();
        for (int value : new int[] {0, 1, 128, 256, 500, 513, 1000, 2047, 8192, 65535}) {
            all.add(refuse("bytes per sector " + value, FatRule.BYTES_PER_SECTOR, v -> v.put16(0x0b, value)));
        }
        for (int value : new int[] {0, 3, 5, 6, 127, 129, 254, 255}) {
            all.add(refuse("sectors per cluster " + value, FatRule.SECTORS_PER_CLUSTER, v -> v.put8(0x0d, value)));
        }
        all.add(refuse("no reserved sector", FatRule.RESERVED_SECTORS, v -> v.put16(0x0e, 0)));
        all.add(refuse("no FAT", FatRule.FAT_COUNT, v -> v.put8(0x10, 0)));
        all.add(refuse("no root entries", FatRule.ROOT_ENTRIES, v -> v.put16(0x11, 0)));
        all.add(refuse(
                "no sectors", FatRule.TOTAL_SECTORS, v -> v.put16(0x13, 0).put32(0x20, 0)));
        all.add(refuse("fewer sectors than metadata", FatRule.TOTAL_SECTORS, v -> v.put16(0x13, 40)));
        all.add(refuse("FAT size 0", FatRule.FAT_SIZE, v -> v.put16(0x16, 0)));
        all.add(refuse("FAT too small", FatRule.FAT_SIZE, v -> v.put16(0x16, 16)));
        all.add(refuse(
                "FAT32 by count", FatRule.CLUSTER_COUNT, v -> v.put16(0x13, 0).put32(0x20, 70_000)));
        all.add(refuse("FAT outside device", FatRule.METADATA_OUTSIDE_DEVICE, v -> v.put16(0x16, 2200)
                .put16(0x13, 0)
                .put32(0x20, 10_000)));
        all.add(refuse("root outside device", FatRule.METADATA_OUTSIDE_DEVICE, v -> v.put16(0x0e, 4290)
                .put16(0x13, 8500)));
        all.add(refuse("exFAT", FatRule.OTHER_FILE_SYSTEM, v -> ascii(v, 3, "EXFAT   ")));
        all.add(refuse("NTFS", FatRule.OTHER_FILE_SYSTEM, v -> ascii(v, 3, "NTFS    ")));
        all.add(refuse(
                "FAT32", FatRule.OTHER_FILE_SYSTEM, v -> ascii(v.put16(0x16, 0).put32(0x24, 600), 0x52, "FAT32   ")));

        all.add(fail("self loop", "/A.BIN", FatRule.CHAIN_LOOP, v -> v.fat(v.first(A), v.first(A))));
        all.add(fail("loop to the start", "/A.BIN", FatRule.CHAIN_LOOP, v -> v.fat(v.first(A) + 3, v.first(A))));
        all.add(fail("loop inside", "/A.BIN", FatRule.CHAIN_LOOP, v -> v.fat(v.first(A) + 3, v.first(A) + 2)));
        all.add(fail("chain to free", "/A.BIN", FatRule.CHAIN_TO_FREE, v -> v.fat(v.first(A) + 2, 0)));
        all.add(fail("chain into a free cluster", "/A.BIN", FatRule.CHAIN_TO_FREE, v -> v.fat(v.first(A), 4000)));
        all.add(fail("last cluster free", "/A.BIN", FatRule.CHAIN_TO_FREE, v -> v.fat(v.first(A) + 4, 0)));
        all.add(fail(
                "only cluster free", "/DIR/SUB/D.TXT", FatRule.CHAIN_TO_FREE, v -> v.fat(v.first("D       TXT"), 0)));
        all.add(fail("chain to bad", "/A.BIN", FatRule.CHAIN_TO_BAD, v -> v.fat(v.first(A) + 2, 0xfff7)));
        all.add(fail(
                "only cluster bad",
                "/DIR/SUB/D.TXT",
                FatRule.CHAIN_TO_BAD,
                v -> v.fat(v.first("D       TXT"), 0xfff7)));
        all.add(fail("chain to 1", "/A.BIN", FatRule.CHAIN_TO_RESERVED, v -> v.fat(v.first(A) + 1, 1)));
        for (int value : new int[] {0xfff0, 0xfff6}) {
            all.add(fail("chain to " + value, "/A.BIN", FatRule.CHAIN_TO_RESERVED, v -> v.fat(v.first(A), value)));
        }
        for (int value : new int[] {4300, 40_000, 0xffef}) {
            all.add(fail("chain to " + value, "/A.BIN", FatRule.CHAIN_OUT_OF_RANGE, v -> v.fat(v.first(A), value)));
        }
        for (int value : new int[] {0xfff8, 0xfffb, 0xffff}) {
            all.add(fail("ends early " + value, "/A.BIN", FatRule.CHAIN_TOO_SHORT, v -> v.fat(v.first(A) + 1, value)));
        }
        all.add(fail("size too large", "/A.BIN", FatRule.CHAIN_TOO_SHORT, v -> v.size(A, 100_000)));
        all.add(fail("size 4 GiB - 1", "/A.BIN", FatRule.CHAIN_TOO_SHORT, v -> v.size(A, 0xffff_ffffL)));
        all.add(fail("start 0 with a size", "/A.BIN", FatRule.START_CLUSTER, v -> v.first(A, 0)));
        all.add(fail("start 1", "/A.BIN", FatRule.START_CLUSTER, v -> v.first(A, 1)));
        all.add(fail("start out of range", "/A.BIN", FatRule.START_CLUSTER, v -> v.first(A, 5000)));
        all.add(fail("start FFFF", "/A.BIN", FatRule.START_CLUSTER, v -> v.first(A, 0xffff)));

        String b = "B       BIN";
        String c = "C       TXT";
        String d = "D       TXT";
        String last = "LAST    BIN";
        String longName = "LONGNA~1TEX";
        all.add(fail("into a shorter file", "/A.BIN", FatRule.CHAIN_TOO_SHORT, v -> v.fat(v.first(A), v.first(b))));
        all.add(fail("loop of one cluster", "/B.BIN", FatRule.CHAIN_LOOP, v -> v.fat(v.first(b) + 1, v.first(b) + 1)));
        all.add(fail("last of three free", "/B.BIN", FatRule.CHAIN_TO_FREE, v -> v.fat(v.first(b) + 2, 0)));
        all.add(fail("below: start behind the end", "/DIR/C.TXT", FatRule.START_CLUSTER, v -> v.first(c, 4290)));
        all.add(fail("below: size too large", "/DIR/C.TXT", FatRule.CHAIN_TOO_SHORT, v -> v.size(c, 70_000)));
        all.add(fail("deep: start 0 with a size", "/DIR/SUB/D.TXT", FatRule.START_CLUSTER, v -> v.first(d, 0)));
        all.add(fail(
                "long name, chain to bad",
                "/Long name file.text",
                FatRule.CHAIN_TO_BAD,
                v -> v.fat(v.first(longName), 0xfff7)));
        all.add(fail(
                "in pieces, to a reserved value",
                "/LAST.BIN",
                FatRule.CHAIN_TO_RESERVED,
                v -> v.fat(v.first(last), 0xfff5)));
        all.add(fail(
                "in pieces, out of range",
                "/LAST.BIN",
                FatRule.CHAIN_OUT_OF_RANGE,
                v -> v.fat(v.first(last) + 2, 50_000)));
        all.add(fail("directory below: start 1", "/DIR/SUB", FatRule.DIRECTORY_START, v -> v.first(SUB, 1)));
        all.add(fail("directory below: free", "/DIR/SUB", FatRule.CHAIN_TO_FREE, v -> v.fat(v.first(SUB), 0)));
        all.add(fail("directory below: bad", "/DIR/SUB", FatRule.CHAIN_TO_BAD, v -> v.fat(v.first(SUB), 0xfff7)));

        all.add(dir("directory start 0", FatRule.DIRECTORY_START, v -> v.first(DIR, 0)));
        all.add(dir("directory start 1", FatRule.DIRECTORY_START, v -> v.first(DIR, 1)));
        all.add(dir("directory start out of range", FatRule.DIRECTORY_START, v -> v.first(DIR, 60_000)));
        all.add(dir("directory cluster free", FatRule.CHAIN_TO_FREE, v -> v.fat(v.first(DIR), 0)));
        all.add(dir("directory self loop", FatRule.CHAIN_LOOP, v -> {
            fillDirectory(v, v.first(DIR));
            v.fat(v.first(DIR), v.first(DIR));
        }));
        all.add(dir("directory chain to bad", FatRule.CHAIN_TO_BAD, v -> v.fat(v.first(DIR), 0xfff7)));
        all.add(new Damage(
                "own ancestor",
                v -> v.first(SUB, v.first(DIR)),
                null,
                "/DIR/SUB",
                FatRule.DIRECTORY_LOOP,
                FatRule.CROSS_LINKED));
        all.add(tolerate("55AA missing", FatRule.BOOT_SIGNATURE, v -> v.put16(510, 0)));
        all.add(tolerate("odd media byte", FatRule.MEDIA_BYTE, v -> v.put8(0x15, 0x12)));
        all.add(tolerate("media differs in FAT", FatRule.MEDIA_BYTE, v -> v.fat(0, 0xfff0)));
        all.add(tolerate("chain too long", FatRule.CHAIN_TOO_LONG, v -> v.fat(v.first(A) + 4, 4000)
                .fat(4000, 0xffff)));
        all.add(tolerate(
                "chain too long into nowhere", FatRule.CHAIN_OUT_OF_RANGE, v -> v.fat(v.first(A) + 4, 60_000)));
        all.add(tolerate("loop behind the size", FatRule.CHAIN_LOOP, v -> v.fat(v.first(A) + 4, v.first(A))));
        all.add(tolerate("empty file with a chain", FatRule.CHAIN_TOO_LONG, v -> v.first("EMPTY   TXT", 4000)
                .fat(4000, 0xffff)));
        all.add(tolerate("dirty bit", FatRule.DIRTY, v -> v.put8(0x25, 1)));
        all.add(tolerate("clean bit cleared", FatRule.DIRTY, v -> v.fat(1, 0x7fff)));
        all.add(tolerate("missing .", FatRule.DOT_ENTRIES, v -> v.put8(dataOffset(v, v.first(DIR)), 0xe5)));
        all.add(tolerate("missing ..", FatRule.DOT_ENTRIES, v -> v.put8(dataOffset(v, v.first(DIR)) + 32, 0xe5)));
        all.add(tolerate("wrong ..", FatRule.DOT_ENTRIES, v -> v.put16(dataOffset(v, v.first(SUB)) + 32 + 0x1a, 3000)));
        all.add(tolerate("type string nonsense", null, v -> ascii(v, 0x36, "XXXXXXXX")));
        all.add(tolerate("no extended signature", null, v -> v.put8(0x26, 0)));
        all.add(tolerate("second FAT differs", FatRule.FATS_DIFFER, v -> v.put16(v.fatOffset(1) + 200, 0x1234)));
        all.add(tolerate("lost cluster", FatRule.LOST_CLUSTERS, v -> v.fat(4000, 0xffff)));
        all.add(tolerate("size of a directory", FatRule.DIRECTORY_SIZE, v -> v.size(DIR, 512)));
        all.add(tolerate("orphan long name", FatRule.LONG_NAME, v -> orphan(v)));
        all.add(tolerate("label of the boot sector", FatRule.LABELS_DIFFER, v -> ascii(v, 0x2b, "OTHER      ")));
        all.add(tolerate(
                "label in the boot sector only", FatRule.LABELS_DIFFER, v -> v.put8(v.slot("SAMPLE     "), 0xe5)));
        all.add(tolerate("type of a long-name slot", FatRule.LONG_NAME, v -> v.put8(v.slot(longName) - 32 + 0x0c, 1)));
        all.add(tolerate(
                "cluster of a long-name slot", FatRule.LONG_NAME, v -> v.put16(v.slot(longName) - 32 + 0x1a, 7)));
        all.add(tolerate(
                "label below the root",
                FatRule.VOLUME_LABEL,
                v -> extra(v, dataOffset(v, v.first(DIR)), "LOST       ", 8)));
        all.add(tolerate("second label", FatRule.VOLUME_LABEL, v -> extra(v, v.slot(A), "SECOND     ", 8)));
        all.add(tolerate("second entry of a name", FatRule.DUPLICATE_NAME, v -> extra(v, v.slot(A), A, 0x20)));
        all.add(tolerate("slots behind the end mark", FatRule.STALE_SLOTS, v -> v.put8(end(v, v.slot(A)) + 64, 'X')));
        all.add(tolerate(
                "loop behind one cluster",
                FatRule.CHAIN_LOOP,
                v -> v.fat(v.first("GAP1       "), v.first("GAP1       "))));
        all.add(tolerate("wrong .", FatRule.DOT_ENTRIES, v -> v.put16(dataOffset(v, v.first(DIR)) + 0x1a, 3000)));
        all.add(tolerate(
                ".. of the root's", FatRule.DOT_ENTRIES, v -> v.put16(dataOffset(v, v.first(DIR)) + 32 + 0x1a, 77)));
        all.add(tolerate("size of a directory below", FatRule.DIRECTORY_SIZE, v -> v.size(SUB, 1)));
        all.add(tolerate(
                "second FAT empty",
                FatRule.FATS_DIFFER,
                v -> java.util.Arrays.fill(
                        v.bytes, v.fatOffset(1), v.fatOffset(1) + v.boot.fatSectors() * 512, (byte) 0)));
        all.add(tolerate("FAT entry 1 is 0", FatRule.DIRTY, v -> v.fat(1, 0)));
        all.add(tolerate("bad cluster of nobody", null, v -> v.fat(4000, 0xfff7)));
        all.add(tolerate("OEM name nonsense", null, v -> ascii(v, 3, "????????")));
        all.add(tolerate("no jump", null, v -> v.put16(0, 0).put8(2, 0)));
        all.add(tolerate("hidden sectors nonsense", null, v -> v.put32(0x1c, -1)));
        all.add(tolerate("heads and track nonsense", null, v -> v.put32(0x18, -1)));
        all.add(tolerate("high half of a start cluster", null, v -> v.put16(v.slot(A) + 0x14, 0x1234)));
        all.add(tolerate("reserved bits of byte 12", null, v -> v.put8(v.slot(A) + 0x0c, 0xe7)));
        all.add(tolerate(
                "impossible times", null, v -> v.put32(v.slot(A) + 0x0e, -1).put32(v.slot(A) + 0x16, -1)));
        return all;
    }

    private static void orphan(SampleVolume v) {
        int slot = v.slot("LAST    BIN");
        while (v.bytes[slot] != 0) {
            slot += 32;
        }
        v.put8(slot, 0x41).put8(slot + 11, 0x0f).put8(slot + 1, 'x');
    }

    /** Returns where the end mark of a directory is, given one of its slots. */
    private static int end(SampleVolume v, int slot) {
        int at = slot;
        while (v.bytes[at] != 0) {
            at += 32;
        }
        return at;
    }

    private static void extra(SampleVolume v, int slot, String name, int attributes) {
        int at = end(v, slot);
        ascii(v, at, name);
        v.put8(at + 11, attributes).put32(at + 0x16, 0x0021_0000);
    }

    private static void fillDirectory(SampleVolume v, int cluster) {
        for (int at = dataOffset(v, cluster); at < dataOffset(v, cluster) + 512; at += 32) {
            if (v.bytes[at] == 0) {
                v.put8(at, 0xe5);
            }
        }
    }

    private static int dataOffset(SampleVolume v, int cluster) {
        return (int) v.boot.clusterOffset(cluster);
    }

    private static void ascii(SampleVolume v, int offset, String text) {
        for (int i = 0; i < text.length(); i++) {
            v.put8(offset + i, text.charAt(i));
        }
    }

    private static Damage refuse(String name, FatRule rule, Consumer<SampleVolume> change) {
        return new Damage(name, change, rule, null, null, null);
    }

    private static Damage fail(String name, String path, FatRule rule, Consumer<SampleVolume> change) {
        return new Damage(name, change, null, path, rule, rule);
    }

    private static Damage dir(String name, FatRule rule, Consumer<SampleVolume> change) {
        return new Damage(name, change, null, "/DIR", rule, rule);
    }

    private static Damage tolerate(String name, FatRule found, Consumer<SampleVolume> change) {
        return new Damage(name, change, null, null, null, found);
    }

    @Override
    public String toString() {
        return name;
    }
}
