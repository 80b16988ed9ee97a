package io.torosim.fat.toro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.host.HostDirectoryDisk;
import io.torosim.fat.host.HostDirectoryDisk.HostDirectoryOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.toro.DirectorySearch.ToroInode;
import io.torosim.fat.toro.DiskWork.DiskCosts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToroFatTest {
    private static final DiskCosts COSTS = new DiskCosts(1000, 20_000, 500, 300, 7_000_000, 10, 2000, 50_000, 3, 40);
    private static final EnumSet<FatQuirk> FAITHFUL = EnumSet.allOf(FatQuirk.class);
    private static final EnumSet<FatQuirk> REPAIRED = EnumSet.noneOf(FatQuirk.class);

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

    private ToroFat mount(EnumSet<FatQuirk> quirks, DiskWork work) throws IOException {
        return new ToroFat(new IdePioDisk(partition, COSTS, false), COSTS, quirks, work);
    }

    @Test
    void mount_ofAVvfatDisk_reads253SectorsAtTenPortAccessesEach() throws IOException {
        var work = new DiskWork();
        ToroFat fat = mount(FAITHFUL, work);
        assertThat(work.interruptCount()).isEqualTo(253);
        assertThat(work.pioCount()).isEqualTo(2530);
        assertThat(work.stringTransferCount()).isEqualTo(253);
        assertThat(work.threadSwitchCount()).isEqualTo(506);
        assertThat(fat.blocksInUse()).isEqualTo(252);
        long disk = 253L * (10 * 1000 + 20_000 + 500 + 2 * 300 + 50_000);
        assertThat(work.totalPs()).isEqualTo(disk + work.compareStepCount() * 3 + 252 * 40);
    }

    @Test
    void faithfulDriver_isRightForTheFirst512BytesOnly_thenServesTheRootDirectory() throws IOException {
        ToroFat fat = mount(FAITHFUL, new DiskWork());
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
        ToroFat fat = mount(REPAIRED, new DiskWork());
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
            ToroFat fat = mount(EnumSet.of(quirk), new DiskWork());
            ToroInode file = fat.open("/index.html");
            byte[] read = fat.read(file, 0, index.length);
            assertThat(Arrays.copyOf(read, 512)).isEqualTo(Arrays.copyOf(index, 512));
            assertThat(read).as(quirk.name()).isNotEqualTo(index);
        }
    }

    @Test
    void names_prefixMatchesAndLongNamesFail_unlessRepaired() throws IOException {
        ToroFat faithful = mount(FAITHFUL, new DiskWork());
        assertThat(faithful.open("/index")).isEqualTo(faithful.open("/index.html"));
        assertThatThrownBy(() -> faithful.open("/a name longer than thirteen.txt"))
                .isInstanceOf(NoSuchFileException.class);
        ToroFat repaired = mount(REPAIRED, new DiskWork());
        assertThatThrownBy(() -> repaired.open("/index")).isInstanceOf(NoSuchFileException.class);
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
        var work = new DiskWork();
        var fat = new ToroFat(new IdePioDisk(device, COSTS, false), COSTS, quirks, work);
        long before = work.interruptCount();
        assertThatThrownBy(() -> fat.open("/NOTHERE")).isInstanceOf(NoSuchFileException.class);
        return work.interruptCount() - before;
    }

    @Test
    void serving_later_isServedFromTheCache_andVirtioMountsCheaper() throws IOException {
        FileServing ide = FileServing.run(
                new IdePioDisk(partition, COSTS, false), COSTS, REPAIRED, "/index.html", index, 10, 4096);
        FileServing virtio =
                FileServing.run(new VirtioBlkDisk(partition, COSTS), COSTS, REPAIRED, "/index.html", index, 10, 4096);
        assertThat(ide.right()).isTrue();
        assertThat(virtio.right()).isTrue();
        assertThat(ide.work().interruptCount()).isEqualTo(253 + 1 + 40); // mount, a root sector, the file's sectors
        assertThat(virtio.work().interruptCount()).isEqualTo(ide.work().interruptCount());
        assertThat(virtio.work().pioCount()).isEqualTo(virtio.work().interruptCount());
        assertThat(virtio.mountPs()).isLessThan(ide.mountPs());
        assertThat(ide.laterPs()).isLessThan(ide.firstPs()).isEqualTo(virtio.laterPs());
        FileServing faithful = FileServing.run(
                new IdePioDisk(partition, COSTS, false), COSTS, FAITHFUL, "/index.html", index, 2, 4096);
        assertThat(faithful.right()).isFalse();
    }

    @Test
    void forwardedInterrupt_passesTheDelayTwice() throws IOException {
        var near = new DiskWork();
        var far = new DiskWork();
        new ToroFat(new IdePioDisk(partition, COSTS, false), COSTS, REPAIRED, near);
        new ToroFat(new IdePioDisk(partition, COSTS, true), COSTS, REPAIRED, far);
        assertThat(far.totalPs() - near.totalPs()).isEqualTo(253L * (2 * 7_000_000 + 500 + 10 - 2 * 1000));
    }

    @Test
    void bufferCache_full_evictsTheOldestFreeBlock() throws IOException {
        var work = new DiskWork();
        var cache = new BufferCache(
                new IdePioDisk(new MemoryBlockDevice(6000), COSTS, false), new AccountingRunner(COSTS), COSTS, work);
        for (int block = 0; block < BufferCache.MAX_BUFFERS; block++) {
            cache.put(cache.get(block));
        }
        cache.put(cache.get(5500));
        long reads = work.interruptCount();
        cache.put(cache.get(1));
        assertThat(work.interruptCount()).isEqualTo(reads);
        cache.put(cache.get(0));
        assertThat(work.interruptCount()).isEqualTo(reads + 1); // block 0 was given up
    }
}
