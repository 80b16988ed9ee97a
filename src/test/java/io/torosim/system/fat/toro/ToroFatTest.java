package io.torosim.system.fat.toro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.host.HostDirectoryDisk;
import io.torosim.fat.host.HostDirectoryDisk.HostDirectoryOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.fs.FatReader.ReadStatus;
import io.torosim.guest.fs.FatReader.ToroInode;
import io.torosim.sched.ToroQuirks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of Toro's driver, of the model; and the model's count of sectors, of the reader in steps. */
final class ToroFatTest {
    private static final EnumSet<FatQuirk> FAITHFUL = EnumSet.allOf(FatQuirk.class);
    private static final EnumSet<FatQuirk> REPAIRED = EnumSet.noneOf(FatQuirk.class);
    private static final int PIECE = 4096;

    @TempDir
    Path host;

    private final byte[] index = new byte[20_000];
    private BlockDevice partition;

    @BeforeEach
    void makeDisk() throws IOException {
        new Random(3).nextBytes(index);
        Files.write(host.resolve("index.html"), index);
        Files.writeString(host.resolve("a name longer than thirteen.txt"), "long");
        Files.writeString(Files.createDirectory(host.resolve("sub")).resolve("deep.txt"), "deep");
        BlockDevice disk = HostDirectoryDisk.open(host, HostDirectoryOptions.defaults());
        partition = disk.window(63, disk.sectorCount() - 63);
    }

    /** A machine whose one thread mounts the disk and then does what {@code more} gives it, from the last to the first. */
    private DiskRig onTheMachine(Consumer<DiskRig.Reader> more) {
        DiskRig rig = new DiskRig(partition, REPAIRED, ToroQuirks.repaired());
        DiskRig.Reader reader = rig.new Reader(0);
        more.accept(reader);
        reader.mount();
        rig.kernel.spawn(0, "reader", reader);
        rig.run(Duration.ofSeconds(60));
        assertThat(rig.answers).startsWith("mount OK");
        assertThat(reader.over()).isTrue();
        return rig;
    }

    @Test
    void mount_ofAVvfatDisk_reads253Sectors_atElevenAccessesEach() throws IOException {
        ToroFat fat = new ToroFat(partition, FAITHFUL);
        assertThat(fat.cache().sectorsRead()).isEqualTo(253);
        assertThat(fat.cache().inUseCount()).isEqualTo(252);
        assertThat(fat.copies()).isEqualTo(252);
        DiskRig rig = onTheMachine(reader -> {});
        assertThat(rig.channel.sectorsRead()).isEqualTo(253);
        assertThat(rig.fat.blocksInUse()).isEqualTo(252);
        Vcpu vcpu = rig.machine.vcpu(0);
        assertThat(vcpu.exits(ExitCause.PIO) + vcpu.exits(ExitCause.PIC)).isEqualTo(253 * 11);
        assertThat(vcpu.count(Counter.INTERRUPTS)).isEqualTo(253);
    }

    @Test
    void faithfulDriver_isRightForTheFirst512BytesOnly_thenServesTheRootDirectory() throws IOException {
        ToroFat fat = new ToroFat(partition, FAITHFUL);
        ToroInode file = fat.open("/index.html");
        byte[] read = fat.read(file, 0, 2048);
        assertThat(Arrays.copyOf(read, 512)).isEqualTo(Arrays.copyOf(index, 512));
        byte[] root = new byte[512];
        partition.read(505, ByteBuffer.wrap(root));
        for (int block = 1; block < 4; block++) {
            assertThat(Arrays.copyOfRange(read, block * 512, block * 512 + 512)).isEqualTo(root);
        }
        assertThat(fat.read(file, 1000, 24)).isEqualTo(Arrays.copyOfRange(root, 488, 512));
    }

    @Test
    void repairedDriver_readsEverything() throws IOException {
        ToroFat fat = new ToroFat(partition, REPAIRED);
        ToroInode file = fat.open("/index.html");
        assertThat(fat.read(file, 0, 30_000)).isEqualTo(index);
        var random = new Random(4);
        for (int i = 0; i < 50; i++) {
            int from = random.nextInt(index.length);
            int count = random.nextInt(9000);
            assertThat(fat.read(file, from, count))
                    .isEqualTo(Arrays.copyOfRange(index, from, Math.min(index.length, from + count)));
        }
        assertThat(fat.read(fat.open("/sub/deep.txt"), 0, 10)).isEqualTo("deep".getBytes());
        assertThat(fat.read(fat.open("/a name longer than thirteen.txt"), 0, 10))
                .isEqualTo("long".getBytes());
    }

    @Test
    void everyReadQuirkAlone_spoilsTheSecondSector() throws IOException {
        for (FatQuirk quirk : new FatQuirk[] {FatQuirk.TABLE_POINTER, FatQuirk.FIRST_SECTOR_OF_CLUSTER}) {
            ToroFat fat = new ToroFat(partition, EnumSet.of(quirk));
            ToroInode file = fat.open("/index.html");
            byte[] read = fat.read(file, 0, index.length);
            assertThat(Arrays.copyOf(read, 512)).isEqualTo(Arrays.copyOf(index, 512));
            assertThat(read).as(quirk.name()).isNotEqualTo(index);
        }
    }

    @Test
    void names_prefixMatchesAndLongNamesFail_unlessRepaired() throws IOException {
        ToroFat faithful = new ToroFat(partition, FAITHFUL);
        assertThat(faithful.open("/index")).isEqualTo(faithful.open("/index.html"));
        assertNotFound(faithful, "/a name longer than thirteen.txt");
        ToroFat repaired = new ToroFat(partition, REPAIRED);
        assertNotFound(repaired, "/index");
    }

    private static void assertNotFound(ToroFat fat, String path) {
        assertThatThrownBy(() -> fat.open(path))
                .isInstanceOfSatisfying(
                        ToroFat.Stop.class, stop -> assertThat(stop.status).isEqualTo(ReadStatus.NOT_FOUND));
    }

    @Test
    void rootSearch_withTheQuirk_readsOneSectorTooMany() throws IOException {
        var device = new MemoryBlockDevice(4300);
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1).withTables(1, 2, 16));
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("full"))) {
            for (int i = 0; i < 16; i++) {
                Files.createFile(fs.getPath("/F" + i));
            }
        }
        assertThat(sectorsOfASearch(device, EnumSet.of(FatQuirk.ROOT_BOUNDS))).isEqualTo(2);
        assertThat(sectorsOfASearch(device, REPAIRED)).isEqualTo(1);
    }

    private static long sectorsOfASearch(BlockDevice device, EnumSet<FatQuirk> quirks) throws IOException {
        var fat = new ToroFat(device, quirks);
        long before = fat.cache().sectorsRead();
        assertNotFound(fat, "/NOTHERE");
        return fat.cache().sectorsRead() - before;
    }

    /** As Toro's static web server does: the file is opened for every request and read in pieces. */
    @Test
    void servingLater_isFromTheCache_asOnTheMachine() throws IOException {
        int all = 253 + 1 + 40; // mount, a root sector, the file's sectors
        ToroFat fat = new ToroFat(partition, REPAIRED);
        for (int request = 0; request < 10; request++) {
            assertThat(serve(fat)).isTrue();
            assertThat(fat.cache().sectorsRead()).isEqualTo(all);
        }
        assertThat(serve(new ToroFat(partition, FAITHFUL))).isFalse();
        DiskRig rig = onTheMachine(reader -> {
            for (int request = 0; request < 10; request++) {
                for (int at = 0; at < index.length; at += PIECE) {
                    reader.open("/index.html", at, PIECE);
                }
            }
        });
        assertThat(rig.answers).hasSize(1 + 10 * 5 * 2);
        assertThat(rig.channel.sectorsRead()).isEqualTo(all);
    }

    private boolean serve(ToroFat fat) throws IOException {
        ToroInode file = fat.open("/index.html");
        boolean right = file.size() == index.length;
        for (int at = 0; at < file.size(); at += PIECE) {
            byte[] piece = Arrays.copyOfRange(index, at, Math.min(index.length, at + PIECE));
            right &= Arrays.equals(fat.read(file, at, PIECE), piece);
        }
        return right;
    }

    @Test
    void bufferCache_full_evictsTheOldestFreeBlock() throws IOException {
        var cache = new BufferCache(new MemoryBlockDevice(6000));
        for (int block = 0; block < BufferCache.MAX_BUFFERS; block++) {
            cache.put(cache.get(block));
        }
        cache.put(cache.get(5500));
        long reads = cache.sectorsRead();
        cache.put(cache.get(1));
        assertThat(cache.sectorsRead()).isEqualTo(reads);
        cache.put(cache.get(0));
        assertThat(cache.sectorsRead()).isEqualTo(reads + 1); // block 0 was given up
    }
}
