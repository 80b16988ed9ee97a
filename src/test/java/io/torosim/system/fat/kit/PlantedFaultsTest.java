package io.torosim.system.fat.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.fat.testkit.DiskOracle;
import io.torosim.fat.testkit.Scenario;
import io.torosim.fat.testkit.Scorecard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Faults that real implementations have, planted one at a time: the scenario that is for it must see it. */
class PlantedFaultsTest {
    private static void assertSeen(Scenario scenario, FaultyImplementation faulty) {
        assertSeen(scenario, faulty, false);
        assertSeen(scenario, faulty, true);
    }

    private static void assertSeen(Scenario scenario, FaultyImplementation faulty, boolean fat16) {
        assertThat(scenario.run(faulty, fat16)).as(scenario.text()).isNotEqualTo(Scorecard.PASSED);
        assertThat(scenario.run(new FaultyImplementation(), fat16)).isEqualTo(Scorecard.PASSED);
    }

    private static FaultyImplementation seeing(Consumer<byte[]> fault) {
        return new FaultyImplementation() {
            @Override
            void seen(byte[] disk) {
                fault.accept(disk);
            }
        };
    }

    private static FaultyImplementation calling(
            Function<FaultyImplementation.Faulty, FaultyImplementation.Faulty> fault) {
        return new FaultyImplementation() {
            @Override
            Mounted wrap(Faulty mounted) {
                return fault.apply(mounted);
            }
        };
    }

    private static FaultyImplementation assuming(int at, int bytes, int value) {
        return seeing(disk -> {
            disk[at] = (byte) value;
            if (bytes == 2) {
                disk[at + 1] = (byte) (value >> 8);
            }
        });
    }

    @Test
    void geometryTakenForGranted() {
        assertSeen(Scenario.SECTOR_SIZES, assuming(11, 2, 512));
        assertSeen(Scenario.CLUSTER_SIZES, assuming(13, 1, 1));
        assertSeen(Scenario.RESERVED, assuming(14, 2, 1));
        assertSeen(Scenario.FAT_COUNTS, assuming(16, 1, 2));
        assertSeen(Scenario.ROOT_SIZES, assuming(17, 2, 512));
    }

    @Test
    void limitOfFat12At4096() {
        FaultyImplementation faulty = seeing(disk -> {
            int clusters = FaultyImplementation.clusters(disk);
            if (clusters >= 4085 && clusters < 4096) { // taken for FAT12
                FaultyImplementation.put16(disk, 19, FaultyImplementation.u16(disk, 19) - (clusters - 4084));
            }
        });
        assertSeen(Scenario.TYPE_LIMIT, faulty, true);
    }

    @Test
    void onlyOneEndMark() {
        assertSeen(
                Scenario.END_MARKS,
                seeing(disk -> everyEntry(
                        disk,
                        value -> value >= 0xff8 && value < 0xfff || value >= 0xfff8 && value < 0xffff
                                ? 0xfff0
                                : value)));
    }

    @Test
    void badClustersAreFree() {
        assertSeen(
                Scenario.BAD_CLUSTERS,
                seeing(disk -> everyEntry(disk, value -> value == 0xff7 || value == 0xfff7 ? 0 : value)));
    }

    private interface Change {
        int of(int value);
    }

    private static void everyEntry(byte[] disk, Change change) {
        int clusters = Math.min(200, FaultyImplementation.clusters(disk));
        for (int copy = 0; copy < 2; copy++) {
            for (int cluster = 2; cluster < clusters; cluster++) {
                int value = FaultyImplementation.entry(disk, copy, cluster);
                if (change.of(value) != value) {
                    FaultyImplementation.entry(disk, copy, cluster, change.of(value));
                }
            }
        }
    }

    private static FaultyImplementation seeingSlots(SlotFault fault) {
        return seeing(disk -> FaultyImplementation.rootSlots(disk).forEach(slot -> fault.put(disk, slot)));
    }

    private interface SlotFault {
        void put(byte[] disk, int slot);
    }

    @Test
    void entriesMisread() {
        assertSeen(Scenario.LABEL, seeingSlots((disk, slot) -> {
            disk[slot + 11] = disk[slot + 11] == 8 ? 0x20 : disk[slot + 11];
        }));
        assertSeen(Scenario.CHECKSUM_MET, seeingSlots((disk, slot) -> {
            disk[slot + 13] = (byte) (disk[slot + 13] - (disk[slot + 11] == 0x0f ? 1 : 0)); // as if it fitted
        }));
        assertSeen(Scenario.CASE_FLAGS, seeingSlots((disk, slot) -> disk[slot + 12] = 0));
        assertSeen(Scenario.READ_ONLY, seeingSlots((disk, slot) -> {
            disk[slot + 11] = (byte) (disk[slot + 11] & (disk[slot + 11] == 0x0f ? 0x0f : ~1));
        }));
    }

    @Test
    void directoryIsTakenForAFileThatMustNotChange() {
        assertSeen(Scenario.READ_ONLY_DIRECTORY, calling(mounted -> new FaultyImplementation.Faulty(mounted) {
            @Override
            public void write(String path, byte[] content) throws IOException {
                DiskOracle.Item parent =
                        DiskOracle.read(given).items().get(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
                if (parent != null && (parent.attributes() & 1) != 0) {
                    throw new IOException(path + ": read-only");
                }
                super.write(path, content);
            }
        }));
        assertSeen(Scenario.READ_ONLY_DIRECTORY, calling(mounted -> new FaultyImplementation.Faulty(mounted) {
            @Override
            public byte[] unmount() throws IOException {
                byte[] disk = super.unmount();
                for (int slot : FaultyImplementation.rootSlots(disk)) {
                    int attributes = disk[slot + 11];
                    disk[slot + 11] =
                            (byte) (attributes | (attributes & 0x10) * 2); // what was changed is to be archived
                }
                return disk;
            }
        }));
    }

    @Test
    void shortNameIsNoName() {
        assertSeen(Scenario.SHORT_LOOKUP, calling(mounted -> new FaultyImplementation.Faulty(mounted) {
            @Override
            public byte[] read(String path) throws IOException {
                if (!isListed(path)) {
                    throw new IOException(path);
                }
                return super.read(path);
            }
        }));
    }

    @Test
    void hiddenIsNotListed() {
        assertSeen(Scenario.HIDDEN, calling(mounted -> new FaultyImplementation.Faulty(mounted) {
            @Override
            public List<String> list(String path) throws IOException {
                var names = new ArrayList<>(super.list(path));
                DiskOracle.read(given).items().forEach((name, item) -> {
                    if ((item.attributes() & 2) != 0) {
                        names.remove(name.substring(1));
                    }
                });
                return names;
            }
        }));
    }

    @Test
    void rewritingMakesAnotherFile() {
        assertSeen(Scenario.REWRITE_KEEPS, calling(mounted -> new FaultyImplementation.Faulty(mounted) {
            @Override
            public void write(String path, byte[] content) throws IOException {
                if (isListed(path)) {
                    delete(path);
                }
                super.write(path, content);
            }
        }));
    }

    @Test
    void movingMakesAnotherFile() {
        assertSeen(Scenario.MOVE_KEEPS, calling(mounted -> new FaultyImplementation.Faulty(mounted) {
            @Override
            public void move(String from, String to) throws IOException {
                byte[] content = read(from);
                delete(from);
                write(to, content);
            }
        }));
    }

    /** Changes one byte of the slots of moved files, as they stand at the end. */
    private static FaultyImplementation moving(int from, int to) {
        return calling(mounted -> new FaultyImplementation.Faulty(mounted) {
            private final List<String> moved = new ArrayList<>();

            @Override
            public void move(String path, String target) throws IOException {
                super.move(path, target);
                moved.add(target);
            }

            @Override
            public byte[] unmount() throws IOException {
                byte[] disk = super.unmount();
                var items = DiskOracle.read(disk).items();
                for (String path : moved) {
                    for (int at = from; at < to; at++) {
                        disk[items.get(path).slot() + at] = 0;
                    }
                }
                return disk;
            }
        });
    }

    @Test
    void movingChangesOneField() {
        assertSeen(Scenario.MOVE_KEEPS, moving(11, 12)); // attributes
        assertSeen(Scenario.MOVE_KEEPS, moving(14, 18)); // creation
        assertSeen(Scenario.MOVE_KEEPS, moving(22, 24)); // time of the last write
        assertSeen(Scenario.MOVE_KEEPS, moving(28, 32)); // size
    }

    @Test
    void freedSlotsStayLost() {
        assertSeen(Scenario.SLOTS_AGAIN, calling(mounted -> new FaultyImplementation.Faulty(mounted) {
            private final List<String> holes = new ArrayList<>();

            @Override
            public void delete(String path) throws IOException {
                super.delete(path);
                String hole = path.substring(0, path.lastIndexOf('/') + 1) + "H" + holes.size();
                super.write(hole, new byte[0]); // takes the place until the end
                holes.add(hole);
            }

            @Override
            public byte[] unmount() throws IOException {
                for (String hole : holes) {
                    super.delete(hole);
                }
                return super.unmount();
            }
        }));
    }
}
