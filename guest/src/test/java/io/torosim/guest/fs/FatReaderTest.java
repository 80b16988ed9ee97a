package io.torosim.guest.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.core.time.Picos;
import io.torosim.fat.toro.DirectorySearch.ToroInode;
import io.torosim.fat.toro.DiskWork;
import io.torosim.fat.toro.DiskWork.DiskCosts;
import io.torosim.fat.toro.FatQuirk;
import io.torosim.fat.toro.IdePioDisk;
import io.torosim.fat.toro.ToroFat;
import io.torosim.guest.fs.FatReader.ReadStatus;
import io.torosim.sched.GuestThread;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.Step;
import io.torosim.sched.ToroQuirks;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The routines against the plain-Java driver on the same volumes, and what only the routines can do. */
final class FatReaderTest {
    private static final DiskCosts COSTS = new DiskCosts(0, 0, 0, 0, 0, 0, 0, 0, DiskRig.COMPARE_PS, DiskRig.COPY_PS);
    private static final Set<FatQuirk> NONE = EnumSet.noneOf(FatQuirk.class);
    private static final long[] POSITIONS = {0, 100, 511, 512, 1500, 8990, 20_000};

    private static ReadStatus statusOf(IOException e) {
        if (e instanceof NoSuchFileException) {
            return ReadStatus.NOT_FOUND;
        }
        for (ReadStatus status : ReadStatus.values()) {
            if (e.getMessage().contains(status.text().replaceFirst(": .*", ""))) {
                return status;
            }
        }
        throw new AssertionError(e);
    }

    /** What the plain-Java driver answers. */
    private static List<String> expected(BlockDevice volume, Set<FatQuirk> quirks, DiskWork work) {
        List<String> answers = new ArrayList<>();
        ToroFat fat;
        try {
            fat = new ToroFat(new IdePioDisk(volume, COSTS, false), COSTS, quirks, work);
        } catch (IOException e) {
            answers.add("mount " + statusOf(e));
            return answers;
        }
        answers.add("mount OK");
        for (String path : Volumes.PATHS) {
            for (long position : POSITIONS) {
                ToroInode inode = null;
                ReadStatus status = ReadStatus.OK;
                try {
                    inode = fat.open(path);
                } catch (IOException e) {
                    status = statusOf(e);
                }
                answers.add("open " + path + " " + status + " " + inode);
                if (inode != null) {
                    byte[] bytes = {};
                    try {
                        bytes = fat.read(inode, position, 3000);
                    } catch (IOException e) {
                        status = statusOf(e);
                    }
                    answers.add(DiskRig.answer(path, position, bytes, status));
                }
            }
        }
        return answers;
    }

    private static DiskRig readAll(BlockDevice volume, Set<FatQuirk> quirks) {
        DiskRig rig = new DiskRig(volume, quirks, ToroQuirks.repaired());
        DiskRig.Reader reader = rig.new Reader(0);
        for (int i = Volumes.PATHS.size() - 1; i >= 0; i--) {
            for (int j = POSITIONS.length - 1; j >= 0; j--) {
                String path = Volumes.PATHS.get(i);
                long position = POSITIONS[j];
                reader.then(self -> {
                    if (rig.answers.get(0).equals("mount OK")) {
                        reader.open(path, position, 3000);
                    }
                    return DiskRig.Reader.GO_ON;
                });
            }
        }
        reader.mount();
        rig.kernel.spawn(0, "reader", reader);
        rig.run(Duration.ofSeconds(60));
        assertThat(reader.over()).isTrue();
        return rig;
    }

    @Test
    void everyQuirk_answersAsThePlainDriver_withTheSameSectors() throws IOException {
        List<Set<FatQuirk>> sets = new ArrayList<>(List.of(NONE, EnumSet.allOf(FatQuirk.class)));
        for (FatQuirk quirk : FatQuirk.values()) {
            sets.add(EnumSet.of(quirk));
        }
        List<MemoryBlockDevice> volumes = List.of(
                Volumes.make(9000, 1, 64),
                Volumes.make(20_000, 4, 512),
                Volumes.make(70_000, 16, 512),
                Volumes.unusual());
        for (MemoryBlockDevice volume : volumes) {
            String shape = volume.sectorCount() + " sectors";
            for (Set<FatQuirk> quirks : sets) {
                DiskWork work = new DiskWork();
                List<String> expected = expected(volume, quirks, work);
                DiskRig rig = readAll(volume, quirks);
                for (int i = 0; i < Math.min(expected.size(), rig.answers.size()); i++) {
                    assertThat(rig.answers.get(i)).as(shape + " " + quirks).isEqualTo(expected.get(i));
                }
                assertThat(rig.answers).as(shape + " " + quirks).hasSameSizeAs(expected);
                assertThat(rig.channel.sectorsRead()).isEqualTo(work.interruptCount());
            }
        }
    }

    /** Each of the four that read the boot sector wrongly makes the unusual volume unreadable, and none of them a usual one. */
    @Test
    void whatIsTakenForGranted_isWrongWhereItIsNot() throws IOException {
        BlockDevice usual = Volumes.make(20_000, 4, 512);
        BlockDevice unusual = Volumes.unusual();
        List<String> right = expected(usual, NONE, new DiskWork());
        assertThat(expected(unusual, NONE, new DiskWork())).hasSameSizeAs(right);
        for (FatQuirk quirk : EnumSet.range(FatQuirk.ONE_RESERVED_SECTOR, FatQuirk.ROOT_ROUNDED_DOWN)) {
            assertThat(expected(usual, EnumSet.of(quirk), new DiskWork()))
                    .as(quirk.name())
                    .isEqualTo(right);
            assertThat(expected(unusual, EnumSet.of(quirk), new DiskWork()))
                    .as(quirk.name())
                    .isNotEqualTo(expected(unusual, NONE, new DiskWork()));
        }
    }

    @Test
    void damagedVolumes_answerAsThePlainDriver() throws IOException {
        byte[] good = Volumes.make(9000, 2, 64).toByteArray();
        Random random = new Random(8);
        for (int i = 0; i < 40; i++) {
            byte[] bad = good.clone();
            int flips = 1 + random.nextInt(300);
            int reach = random.nextBoolean() ? 0x40 : 80 * 512;
            for (int j = 0; j < flips; j++) {
                int at = random.nextInt(reach);
                if (at < 3 || at > 0x40 || random.nextInt(20) == 0) {
                    bad[at] = (byte) random.nextInt();
                }
            }
            Set<FatQuirk> quirks = random.nextBoolean() ? NONE : EnumSet.allOf(FatQuirk.class);
            MemoryBlockDevice volume = MemoryBlockDevice.of(bad);
            assertThat(readAll(volume, quirks).answers)
                    .as("damage " + i)
                    .containsExactlyElementsOf(expected(volume, quirks, new DiskWork()));
        }
    }

    @Test
    void oneSector_costsWhatThePlainDriverCounts() throws IOException {
        MemoryBlockDevice volume = Volumes.make(9000, 2, 64);
        DiskWork work = new DiskWork();
        new ToroFat(new IdePioDisk(volume, COSTS, false), COSTS, NONE, work);
        DiskRig rig = new DiskRig(volume, NONE, ToroQuirks.repaired());
        DiskRig.Reader reader = rig.new Reader(0);
        reader.mount();
        rig.kernel.spawn(0, "reader", reader);
        rig.run(Duration.ofSeconds(5));
        assertThat(rig.answers).containsExactly("mount OK");
        long sectors = rig.channel.sectorsRead();
        assertThat(sectors).isEqualTo(work.interruptCount()).isGreaterThan(10);
        assertThat(rig.machine.vcpu(0).exits(ExitCause.PIO)
                        + rig.machine.vcpu(0).exits(ExitCause.PIC))
                .as("eight port accesses, two ends of interrupt, one string transfer")
                .isEqualTo(work.pioCount() + work.stringTransferCount())
                .isEqualTo(11 * sectors);
        assertThat(rig.machine.vcpu(0).count(Counter.INTERRUPTS)).isEqualTo(sectors);
    }

    @Test
    void twoReaders_takeTurns_andAreRight() throws IOException {
        MemoryBlockDevice volume = Volumes.make(20_000, 4, 512);
        DiskRig rig = new DiskRig(volume, NONE, ToroQuirks.repaired());
        DiskRig.Reader mounter = rig.new Reader(0);
        DiskRig.Reader second = rig.new Reader(1);
        mounter.open("/index.html", 0, 9000);
        mounter.mount();
        second.open("/index.html", 0, 9000);
        second.then(self -> rig.answers.isEmpty() ? waitFor(second, rig) : DiskRig.Reader.GO_ON);
        rig.kernel.spawn(0, "first", mounter);
        rig.kernel.spawn(0, "second", second);
        rig.run(Duration.ofSeconds(5));
        assertThat(mounter.over()).isTrue();
        assertThat(second.over()).isTrue();
        List<String> reads =
                rig.answers.stream().filter(a -> a.startsWith("read")).toList();
        assertThat(reads).hasSize(2);
        assertThat(reads.get(0)).isEqualTo(reads.get(1)).contains(" OK 9000 ");
        // FS-4: both miss the same blocks, so there are two buffers of some
        DiskWork alone = new DiskWork();
        ToroFat plain = new ToroFat(new IdePioDisk(volume, COSTS, false), COSTS, NONE, alone);
        plain.read(plain.open("/index.html"), 0, 9000);
        assertThat(rig.channel.sectorsRead()).isGreaterThan(alone.interruptCount());
    }

    private static long waitFor(DiskRig.Reader reader, DiskRig rig) {
        Step[] again = new Step[1];
        again[0] = self -> {
            if (rig.answers.isEmpty()) {
                reader.then(again[0]);
                return self.switchThread();
            }
            return DiskRig.Reader.GO_ON;
        };
        reader.then(again[0]);
        return DiskRig.Reader.GO_ON;
    }

    /** The first reader is killed while a sector is on its way. */
    private static DiskRig killed(ToroQuirks quirks) throws IOException {
        DiskRig rig = new DiskRig(Volumes.make(20_000, 4, 512), NONE, quirks);
        DiskRig.Reader first = rig.new Reader(0);
        first.mount();
        DiskRig.Reader second = rig.new Reader(1);
        second.mount();
        GuestThread victim = rig.kernel.spawn(0, "victim", first);
        second.then(self -> {
            self.kill(victim);
            return self.switchThread();
        });
        for (int i = 0; i < 3; i++) {
            second.then(Step.compute(Duration.ofNanos(30_000)), Step.yieldCpu());
        }
        rig.kernel.spawn(0, "second", second);
        rig.run(Duration.ofSeconds(2));
        assertThat(victim.exited()).isTrue();
        return rig;
    }

    @Test
    void killedReader_keepsTheDisk_unlessRepaired() throws IOException {
        DiskRig faithful = killed(ToroQuirks.faithful());
        assertThat(faithful.answers).as("nobody ever gets the device").isEmpty();
        assertThat(faithful.ata.device().busy()).isTrue();
        assertThat(faithful.machine.bus().in(0x1f7, 1) & 8)
                .as("the drive still offers the sector")
                .isEqualTo(8);
        GuestThread second = faithful.kernel.threads().stream()
                .filter(t -> t.name().equals("second"))
                .findFirst()
                .orElseThrow();
        assertThat(second.state()).isEqualTo(ThreadState.IO_PENDING);
        DiskRig repaired = killed(ToroQuirks.repaired());
        assertThat(repaired.answers).containsExactly("mount OK");
        assertThat(repaired.ata.device().busy()).isFalse();
    }

    @Test
    void interruptBetweenAnyTwoAccesses_changesNothing() throws IOException {
        MemoryBlockDevice volume = Volumes.make(9000, 2, 64);
        long[] overs = new long[30];
        for (int i = 0; i < overs.length; i++) {
            DiskRig rig = new DiskRig(volume, NONE, ToroQuirks.repaired());
            long[] taken = {-1};
            rig.kernel.onInterrupt(33, () -> {
                taken[0] = rig.machine.simulation().nowPs();
                boolean[] ended = {false};
                return vcpu -> {
                    if (ended[0]) {
                        return io.torosim.core.machine.Activity.DONE;
                    }
                    ended[0] = true;
                    rig.machine.bus().out(0x20, 1, 0x20);
                    return 5 * Picos.PER_MICRO;
                };
            });
            DiskRig.Reader reader = rig.new Reader(0);
            reader.open("/index.html", 0, 2000);
            reader.mount();
            rig.kernel.spawn(0, "reader", reader);
            long at = (1 + 7L * i) * Picos.PER_MICRO;
            rig.machine.simulation().at(at, (op, arg) -> rig.machine.bus().setLine(1, true), 0, 0);
            rig.run(Duration.ofSeconds(5));
            assertThat(taken[0]).isBetween(at, at + 10 * Picos.PER_MICRO);
            assertThat(rig.answers).hasSize(3).last().asString().contains(" OK 2000 ");
            overs[i] = rig.channel.sectorsRead();
        }
        assertThat(overs).containsOnly(overs[0]);
    }
}
