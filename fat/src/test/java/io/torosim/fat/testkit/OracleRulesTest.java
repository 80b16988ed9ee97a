package io.torosim.fat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.testkit.DiskOracle.DiskRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every rule is broken once, in the simplest way; the oracle must name it. Without a fault it must name none. */
class OracleRulesTest {
    private static final String LONG = "/long name of some slots.text";

    private interface Fault {
        void put(Sample sample);
    }

    /** A FAT16 volume with 512-byte clusters: A.TXT, a long name, D with B.TXT. */
    private static final class Sample {
        final byte[] disk;
        final int fat = 512;
        final int fatSectors;
        final int root;

        Sample() throws IOException {
            var device = MemoryBlockDevice.of(BlankVolume.fat16(4200, 512));
            try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("oracle"))) {
                Files.write(fs.getPath("/A.TXT"), new byte[1300]);
                Files.write(fs.getPath(LONG), new byte[700]);
                Files.createDirectory(fs.getPath("/D"));
                Files.write(fs.getPath("/D/B.TXT"), new byte[10]);
            }
            disk = device.toByteArray();
            fatSectors = u16(22);
            root = 512 * (1 + 2 * fatSectors);
        }

        int u16(int at) {
            return disk[at] & 0xff | (disk[at + 1] & 0xff) << 8;
        }

        void put8(int at, int value) {
            disk[at] = (byte) value;
        }

        void put16(int at, int value) {
            put8(at, value);
            put8(at + 1, value >> 8);
        }

        /** Sets an entry of both FATs. */
        void entry(int cluster, int value) {
            put16(fat + 2 * cluster, value);
            put16(fat + 512 * fatSectors + 2 * cluster, value);
        }

        int slot(String shortName) {
            byte[] wanted = shortName.getBytes(StandardCharsets.US_ASCII);
            for (int at = root; ; at += 32) {
                boolean same = disk[at + 11] != 0x0f;
                for (int i = 0; i < 11; i++) {
                    same &= disk[at + i] == wanted[i];
                }
                if (same) {
                    return at;
                }
            }
        }

        int a() {
            return slot("A       TXT");
        }

        int longSlot() {
            return slot("LONGNA~1TEX");
        }

        int d() {
            return slot("D          ");
        }

        int first(int slot) {
            return u16(slot + 26);
        }

        int inD() {
            return root + 512 * 32 + (first(d()) - 2) * 512;
        }
    }

    private static Map<DiskRule, Fault> faults() {
        var faults = new EnumMap<DiskRule, Fault>(DiskRule.class);
        faults.put(DiskRule.B1, s -> s.put16(11, 513));
        faults.put(DiskRule.B2, s -> s.put8(13, 3));
        faults.put(DiskRule.B3, s -> s.put16(14, 0));
        faults.put(DiskRule.B4, s -> s.put8(16, 0));
        faults.put(DiskRule.B5, s -> s.put16(17, 0));
        faults.put(DiskRule.B6, s -> s.put16(19, 60000));
        faults.put(DiskRule.B7, s -> s.put16(22, 3));
        faults.put(
                DiskRule.B8,
                s -> { // a volume whose 9 sectors of data are less than a cluster
                    s.put8(13, 16);
                    s.put16(19, s.root / 512 + 32 + 9);
                });
        faults.put(DiskRule.B9, s -> s.put8(21, 0x12));
        faults.put(DiskRule.B10, s -> s.put8(510, 0));
        faults.put(DiskRule.F1, s -> s.entry(0, 0xfff0));
        faults.put(DiskRule.F2, s -> s.put16(s.fat + 512 * s.fatSectors + 2 * 3000, 1));
        faults.put(DiskRule.F3, s -> s.entry(s.first(s.a()), 0xfff1));
        faults.put(DiskRule.F4, s -> s.entry(s.first(s.a()), 4000));
        faults.put(DiskRule.F5, s -> s.entry(s.first(s.a()) + 1, 0xfff7));
        faults.put(DiskRule.F6, s -> s.entry(s.first(s.a()) + 1, s.first(s.a())));
        faults.put(DiskRule.F7, s -> s.put16(s.longSlot() + 26, s.first(s.a())));
        faults.put(DiskRule.F8, s -> s.entry(4000, 0xffff));
        faults.put(DiskRule.F9, s -> s.put16(s.a() + 28, 5000));
        faults.put(DiskRule.D1, s -> s.put16(s.a() + 26, 0));
        faults.put(DiskRule.D2, s -> s.put16(s.d() + 28, 1));
        faults.put(DiskRule.D3, s -> s.put16(s.inD() + 32 + 26, 7));
        faults.put(DiskRule.D4, s -> System.arraycopy(s.disk, s.inD(), s.disk, s.inD() + 64, 32));
        faults.put(DiskRule.D5, s -> System.arraycopy(s.disk, s.a(), s.disk, s.d(), 11));
        faults.put(
                DiskRule.D6,
                s -> { // two names that differ in the case flags only
                    int d = s.d();
                    System.arraycopy(s.disk, s.a(), s.disk, d, 11);
                    s.put8(d + 11, 0x20);
                    s.put8(d + 12, 0x18);
                });
        faults.put(DiskRule.D7, s -> s.put8(s.a() + 11, 0xa0));
        faults.put(DiskRule.D8, s -> s.put8(s.a() + 11, 0x08));
        faults.put(DiskRule.D9, s -> s.put16(s.a() + 20, 1));
        faults.put(DiskRule.D10, s -> s.put16(s.a() + 24, 0));
        faults.put(DiskRule.D11, s -> s.put8(s.root + 32 * 40, 'X'));
        faults.put(DiskRule.N1, s -> s.put8(s.a() + 1, '*'));
        faults.put(DiskRule.N2, s -> s.put8(s.a(), 'a'));
        faults.put(DiskRule.N3, s -> s.put8(s.a(), ' '));
        faults.put(DiskRule.L1, s -> s.put8(s.longSlot() - 32, 2));
        faults.put(DiskRule.L2, s -> s.put8(s.longSlot() - 32 + 13, s.disk[s.longSlot() - 32 + 13] + 1));
        faults.put(DiskRule.L3, s -> s.put16(s.longSlot() - 32 + 26, 9));
        faults.put(DiskRule.L4, s -> s.put16(s.longSlot() - 96 + 30, 0x41));
        faults.put(DiskRule.L5, s -> s.put16(s.longSlot() - 32 + 1, '?'));
        return faults;
    }

    @Test
    void everyRule_isNamedWhenItIsBroken() throws IOException {
        Map<DiskRule, Fault> faults = faults();
        assertThat(faults.keySet()).containsExactly(DiskRule.values());
        assertThat(DiskOracle.read(new Sample().disk).violations()).isEmpty();
        for (Map.Entry<DiskRule, Fault> fault : faults.entrySet()) {
            var sample = new Sample();
            fault.getValue().put(sample);
            assertThat(DiskOracle.read(sample.disk).violations())
                    .as(fault.getKey().toString())
                    .anyMatch(violation -> violation.rule() == fault.getKey());
        }
    }

    @Test
    void oracle_readsWhatWasWritten() throws IOException {
        Map<String, DiskOracle.Item> items = DiskOracle.read(new Sample().disk).items();
        assertThat(items.keySet()).containsExactly("/A.TXT", "/D", "/D/B.TXT", LONG);
        assertThat(items.get(LONG).content()).hasSize(700);
        assertThat(items.get(LONG).shortName()).isEqualTo("LONGNA~1.TEX");
        assertThat(items.get("/A.TXT").clusters()).hasSize(3);
    }

    @Test
    void blankVolumes_keepEveryRule() {
        assertThat(DiskOracle.read(BlankVolume.fat12(1, 16)).violations()).isEmpty();
        assertThat(DiskOracle.read(BlankVolume.fat12(4084, 512)).violations()).isEmpty();
        assertThat(DiskOracle.read(BlankVolume.fat16(4085, 512)).violations()).isEmpty();
        assertThat(DiskOracle.read(BlankVolume.fat16(65524, 16)).violations()).isEmpty();
    }
}
