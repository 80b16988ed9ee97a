package io.torosim.fat.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an implementation is put through. Each begins with an empty volume, FAT12 or FAT16, with clusters of 512 bytes.
 *
 * <p>{@link Scorecard} puts an {@link Implementation} through all of them, each a {@link Trial} that begins with a {@link BlankVolume}; {@link Foreign}
 * and {@link Geometries} are those with disks of other makers and of other shapes.
 */
public enum Scenario {
    /** Names of one slot. */
    PLAIN_NAMES("8.3 names, all upper case", trial -> {
        for (String name : new String[] {"/A", "/FILE.TXT", "/NOEXT", "/A.B", "/12345678.123", "/$%'-_@~`.!(}"}) {
            trial.write(name, 10);
        }
        trial.unmount();
    }),
    /** Names whose case must be kept. */
    CASE("lower and mixed case come back", trial -> {
        for (String name : new String[] {"/lower.txt", "/Mixed.Txt", "/UPPER.low", "/low.UPP", "/x"}) {
            trial.write(name, 10);
        }
        trial.unmount();
        trial.mountAgain();
        trial.readAll();
    }),
    /** Lengths around a slot's 13 units, and the longest. */
    LONG_NAME_LENGTHS("long names of 1, 12, 13, 14, 25, 26, 27, 254 and 255 characters", trial -> {
        for (int length : new int[] {1, 12, 13, 14, 25, 26, 27, 254, 255}) {
            trial.write("/" + "n".repeat(length), length);
        }
        trial.unmount();
        trial.mountAgain();
        trial.readAll();
    }),
    /** Names beyond ASCII. */
    UNICODE_NAMES("names beyond ASCII and beyond 16 bits", trial -> {
        for (String name : new String[] {
            "/\u00f6.txt",
            "/gr\u00f6\u00dfe",
            "/\u65e5\u672c\u8a9e.txt",
            "/\ud83d\ude00",
            "/\u03b1\u03b2\u03b3 long name"
        }) {
            trial.write(name, 10);
        }
        trial.unmount();
        trial.mountAgain();
        trial.readAll();
    }),
    /** A short name that would begin with E5h. */
    LEADING_E5("a name whose first byte is E5h in code page 437 or 850", trial -> {
        trial.write("/\u03c3igma.txt", 10);
        trial.write("/\u00d5.txt", 10);
        trial.unmount();
        trial.mountAgain();
        trial.readAll();
    }),
    /** Many aliases of one basis. */
    ALIASES("120 long names of one beginning: every short name differs", trial -> {
        trial.makeDirectory("/D");
        for (int i = 0; i < 120; i++) {
            trial.write("/D/long file name " + i + ".text", 1);
        }
        trial.unmount();
    }),
    /** A name that is the alias of another. */
    ALIAS_TAKEN("a file is named as another's alias would be", trial -> {
        trial.write("/LONGFI~1.TXT", 1);
        trial.write("/long file name.txt", 2);
        trial.write("/LONGFI~3.TXT", 3);
        trial.write("/long file name two.txt", 4);
        trial.write("/long file name three.txt", 5);
        trial.unmount();
    }),
    /** Sizes around whole clusters. */
    SIZES("every size around 0 to 5 clusters", trial -> {
        trial.makeDirectory("/S");
        for (int clusters = 0; clusters <= 5; clusters++) {
            for (int more = -1; more <= 1; more++) {
                int size = clusters * 512 + more;
                if (size >= 0) {
                    trial.write("/S/" + size, size);
                }
            }
        }
        trial.unmount();
        trial.mountAgain();
        trial.readAll();
    }),
    /** Replacing contents. */
    REWRITE("contents replaced by longer and shorter ones", trial -> {
        for (int size : new int[] {1000, 3000, 100, 0, 5000, 512}) {
            trial.write("/a.bin", size);
            trial.write("/b.bin", 6000 - size);
        }
        trial.unmount();
    }),
    /** One long extent. */
    LONG_EXTENT("one file of most of the volume", trial -> {
        trial.write("/small", 100);
        trial.write("/large", 900 * 512 + 17);
        trial.unmount();
        trial.mountAgain();
        trial.readAll();
    }),
    /** Chains in pieces. */
    FRAGMENTS("a file in the gaps that deleted ones leave", trial -> {
        for (int i = 0; i < 40; i++) {
            trial.write("/F" + i, 700);
        }
        for (int i = 0; i < 40; i += 2) {
            trial.delete("/F" + i);
        }
        trial.write("/pieces.bin", 900 * 512);
        trial.unmount();
        trial.mountAgain();
        trial.readAll();
    }),
    /** The data area to its last cluster. */
    LAST_CLUSTER("the last cluster is used, and no more", trial -> {
        int clusters = trial.unmount().clusterCount();
        trial.mountAgain();
        int left = clusters;
        for (int i = 0; left > 0; i++) {
            int take = Math.min(left, 997);
            trial.write("/FULL" + i, take * 512);
            left -= take;
        }
        DiskOracle oracle = trial.unmount();
        long used = oracle.items().values().stream()
                .mapToLong(item -> item.clusters().size())
                .sum();
        if (used != clusters) {
            throw new Trial.Failure(used + " of " + clusters + " clusters used");
        }
        trial.refuses("a directory on a full volume", mounted -> mounted.makeDirectory("/D"));
    }),
    /** A file that does not fit. */
    TOO_LARGE("a file that does not fit is refused and harms nothing", trial -> {
        trial.write("/kept", 3000);
        if (trial.tryWrite("/large", 6000 * 512)) {
            throw new Trial.Failure("does not refuse more than the volume has");
        }
        trial.write("/after", 3000);
        trial.unmount();
    }),
    /** The root directory to its last slot. */
    FULL_ROOT("the root directory to its last slot, and no more", trial -> {
        for (int i = 0; i < 512; i++) {
            trial.write("/F" + i, 0);
        }
        trial.unmount();
        trial.refuses("one file more", mounted -> mounted.write("/MORE", new byte[0]));
        trial.refuses("one directory more", mounted -> mounted.makeDirectory("/MORE"));
    }),
    /** A directory of several clusters. */
    DIRECTORY_GROWS("a directory grows by clusters, its slots are used again", trial -> {
        trial.makeDirectory("/D");
        for (int i = 0; i < 60; i++) {
            trial.write("/D/a name that takes three slots " + i, i);
        }
        for (int i = 0; i < 60; i += 3) {
            trial.delete("/D/a name that takes three slots " + i);
        }
        for (int i = 0; i < 30; i++) {
            trial.write("/D/SHORT" + i, i);
            trial.write("/D/again a long name, number " + i, i);
        }
        trial.unmount();
    }),
    /** Directories in directories. */
    DEEP("directories twelve deep", trial -> {
        var path = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            path.append("/level ").append(i);
            trial.makeDirectory(path.toString());
            trial.write(path + "/FILE", i * 100);
        }
        trial.unmount();
        trial.mountAgain();
        trial.readAll();
    }),
    /** Clusters and slots come back. */
    DELETE("what is deleted gives its clusters and slots back", trial -> {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 30; i++) {
                trial.write("/file to delete " + i, 10_000);
            }
            for (int i = 0; i < 30; i++) {
                trial.delete("/file to delete " + i);
            }
        }
        trial.makeDirectory("/D");
        trial.delete("/D");
        trial.unmount();
    }),
    /** Renaming in place. */
    RENAME("renaming, to a longer and to a shorter name, in case only", trial -> {
        trial.write("/a.txt", 700);
        trial.write("/b long name.txt", 800);
        trial.write("/Case.txt", 900);
        trial.move("/a.txt", "/a much longer name than before.txt");
        trial.move("/b long name.txt", "/B");
        trial.move("/Case.txt", "/CASE.txt");
        trial.unmount();
    }),
    /** Moving files. */
    MOVE_FILE("moving files between directories", trial -> {
        trial.makeDirectory("/A");
        trial.makeDirectory("/B");
        trial.write("/A/file.bin", 1500);
        trial.move("/A/file.bin", "/B/other.bin");
        trial.write("/root.bin", 100);
        trial.move("/root.bin", "/A/root.bin");
        trial.unmount();
    }),
    /** Moving directories: .. follows. */
    MOVE_DIRECTORY("moving directories: .. follows, to the root it is 0", trial -> {
        trial.makeDirectory("/A");
        trial.makeDirectory("/B");
        trial.makeDirectory("/A/D");
        trial.write("/A/D/file", 100);
        trial.move("/A/D", "/B/D");
        trial.move("/B/D", "/D at the root");
        trial.move("/A", "/B/A");
        trial.unmount();
    }),
    /** A cycle must not arise. */
    MOVE_BELOW_ITSELF("a directory does not move below itself", trial -> {
        trial.makeDirectory("/A");
        trial.makeDirectory("/A/B");
        trial.unmount();
        trial.refuses("a directory below itself", mounted -> mounted.move("/A", "/A/B/A"));
    }),
    /** Refusals. */
    NOT_EMPTY("a directory with entries is not deleted", trial -> {
        trial.makeDirectory("/D");
        trial.write("/D/file", 10);
        trial.unmount();
        trial.refuses("to delete a directory with entries", mounted -> mounted.delete("/D"));
    }),
    /** Refusals. */
    MISSING("what is not there is refused", trial -> {
        trial.write("/file", 10);
        trial.unmount();
        trial.refuses("to read what is not there", mounted -> mounted.read("/none"));
        trial.refuses("to delete what is not there", mounted -> mounted.delete("/none"));
        trial.refuses("to move what is not there", mounted -> mounted.move("/none", "/other"));
        trial.refuses("a file in a missing directory", mounted -> mounted.write("/none/file", new byte[1]));
        trial.refuses("a directory in a file", mounted -> mounted.makeDirectory("/file/D"));
    }),
    /** Refusals. */
    TAKEN("a directory whose name is taken, in any case, is refused", trial -> {
        trial.makeDirectory("/Name");
        trial.write("/file.txt", 10);
        trial.unmount();
        for (String name : new String[] {"/Name", "/NAME", "/name", "/FILE.TXT"}) {
            trial.refuses("a directory " + name, mounted -> mounted.makeDirectory(name));
        }
    }),
    /** Refusals. */
    ILLEGAL_NAMES("names that FAT cannot hold are refused", trial -> {
        trial.write("/kept", 10);
        trial.unmount();
        for (String name :
                new String[] {"a*b", "a?b", "a<b", "a>b", "a|b", "a\"b", "a:b", "a\\b", "a\nb", "x".repeat(256)}) {
            String shown =
                    name.length() > 9 ? "a name of 256 characters" : "the name \"" + name.replace('\n', '?') + "\"";
            trial.refuses(shown, mounted -> mounted.write("/" + name, new byte[1]));
        }
    }),
    /** A long name in pieces, as another system leaves it. */
    ORPHANS_MET("slots of a long name without their entry: the short name stands", trial -> {
        trial.write("/long name of a file.txt", 100);
        byte[] disk = trial.takeDisk();
        int root = Trial.rootOf(disk);
        for (int at = root; ; at += 32) {
            if ((disk[at] & 0x40) != 0 && disk[at + 11] == 0x0f) {
                disk[at] = (byte) 0xe5; // the first slot of the run is gone
                break;
            }
        }
        trial.mountOwn(disk);
        trial.readOnly("/LONGNA~1.TXT", Trial.bytes(100, "/long name of a file.txt".hashCode()));
    }),
    /** Slots behind the end mark. */
    STALE_MET("entries behind the end mark are not seen", trial -> {
        trial.write("/A.TXT", 10);
        byte[] disk = trial.takeDisk();
        int root = Trial.rootOf(disk);
        System.arraycopy(disk, root, disk, root + 128, 32);
        System.arraycopy("STALE   TXT".getBytes(StandardCharsets.US_ASCII), 0, disk, root + 128, 11);
        Arrays.fill(disk, root + 32, root + 64, (byte) 0);
        trial.mountOwn(disk);
        trial.lists("/", "A.TXT");
    }),
    /** Sector sizes. */
    SECTOR_SIZES("sectors of 1024, 2048 and 4096 bytes", Geometries::sectorSizes),
    /** Sectors per cluster. */
    CLUSTER_SIZES("clusters of 2, 4, 8 and 64 sectors", Geometries::clusterSizes),
    /** Reserved sectors. */
    RESERVED("2 and 9 reserved sectors", Geometries::reserved),
    /** One and three FATs. */
    FAT_COUNTS("one FAT, and three", Geometries::fatCounts),
    /** Root directories. */
    ROOT_SIZES("root directories of 16, 112 and 1008 entries", Geometries::rootSizes),
    /** The limit between the types. */
    TYPE_LIMIT("4084 clusters are FAT12, 4085 are FAT16", Geometries::typeLimit),
    /** End marks. */
    END_MARKS("every end mark from F8h to FFh ends a chain", Foreign::endMarks),
    /** Bad clusters. */
    BAD_CLUSTERS("clusters marked bad are not given out", Foreign::badClusters),
    /** The label. */
    LABEL("the volume label is no file, and stays", Foreign::label),
    /** Another's checksum. */
    CHECKSUM_MET("a long name with another checksum: the short name stands", Foreign::checksum),
    /** Both names. */
    SHORT_LOOKUP("a file with a long name is found by its short name too", Foreign::shortLookup),
    /** Case flags. */
    CASE_FLAGS("the case flags of Windows NT show lower case", Foreign::caseFlags),
    /** Hidden files. */
    HIDDEN("hidden and system files are listed", Foreign::hidden),
    /** Read-only files. */
    READ_ONLY("a read-only file is neither deleted nor written", Foreign::readOnly),
    /** Read-only directories. */
    READ_ONLY_DIRECTORY("files come and go in a read-only directory, which stays so", Foreign::readOnlyDirectory),
    /** Attributes stay. */
    REWRITE_KEEPS("writing a file anew keeps its attributes and its creation time", Foreign::rewriteKeeps),
    /** A move moves. */
    MOVE_KEEPS("moving and renaming keep attributes, times, size and clusters", Foreign::moveKeeps),
    /** Slots are used again. */
    SLOTS_AGAIN("a directory in which files come and go does not grow", trial -> {
        trial.makeDirectory("/D");
        trial.write("/D/KEPT", 1);
        for (int i = 0; i < 60; i++) {
            trial.write("/D/a name of two slots " + i, 0);
            trial.delete("/D/a name of two slots " + i);
        }
        int clusters = trial.item("/D").clusters().size();
        if (clusters > 1) {
            throw new Trial.Failure("6 of 16 slots are used at once, and the directory has " + clusters + " clusters");
        }
    });

    /** What is done. */
    interface Body {
        void run(Trial trial) throws IOException, Trial.Failure;
    }

    private final String text;
    private final Body body;

    Scenario(String text, Body body) {
        this.text = text;
        this.body = body;
    }

    /**
     * Returns what is tried.
     *
     * @return a short sentence
     */
    public String text() {
        return text;
    }

    /**
     * Puts an implementation through the scenario.
     *
     * @param implementation what is tried
     * @param fat16 whether on a FAT16 volume of 4,200 clusters, else on a FAT12 one of 1,000
     * @return {@code passed}, {@code no call for it}, or what went wrong
     */
    public @Nullable String run(Implementation implementation, boolean fat16) {
        byte[] blank = fat16 ? BlankVolume.fat16(4200, 512) : BlankVolume.fat12(1000, 512);
        try {
            body.run(new Trial(implementation, blank, fat16));
            return Scorecard.PASSED;
        } catch (UnsupportedOperationException e) {
            return Scorecard.NO_CALL;
        } catch (Trial.Failure e) {
            return e.getMessage();
        } catch (IOException e) {
            return "refuses: " + e.getMessage();
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            return "throws " + e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        }
    }
}
