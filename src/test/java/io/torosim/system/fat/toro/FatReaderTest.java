package io.torosim.system.fat.toro;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.core.time.Picos;
import io.torosim.fat.layout.LittleEndian;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.fs.FatReader.ReadStatus;
import io.torosim.guest.fs.FatReader.ToroInode;
import io.torosim.sched.GuestThread;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.Step;
import io.torosim.sched.ToroQuirks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The reader in steps against the {@link ToroFat model} on the same volumes, and what only a reader in steps can do. */
final class FatReaderTest {
    private static final Set<FatQuirk> NONE = EnumSet.noneOf(FatQuirk.class);
    private static final long[] POSITIONS = {0, 100, 511, 512, 1500, 8990, 20_000};

    /**
     * What the model says.
     *
     * @param sectors how many it has read
     */
    private record Expected(List<String> answers, long sectors) {}

    private static Expected expected(BlockDevice volume, Set<FatQuirk> quirks) throws IOException {
        List<String> answers = new ArrayList<>();
        ToroFat fat;
        try {
            fat = new ToroFat(volume, quirks);
        } catch (ToroFat.Stop e) {
            return new Expected(List.of("mount " + e.status), -1);
        }
        answers.add("mount OK");
        for (String path : Volumes.PATHS) {
            for (long position : POSITIONS) {
                ToroInode inode = null;
                ReadStatus status = ReadStatus.OK;
                try {
                    inode = fat.open(path);
                } catch (ToroFat.Stop e) {
                    status = e.status;
                }
                answers.add("open " + path + " " + status + " " + inode);
                if (inode != null) {
                    byte[] bytes = {};
                    try {
                        bytes = fat.read(inode, position, 3000);
                    } catch (ToroFat.Stop e) {
                        status = e.status;
                    }
                    answers.add(DiskRig.answer(path, position, bytes, status));
                }
            }
        }
        return new Expected(answers, fat.cache().sectorsRead());
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
    void everyQuirk_answersAsTheModel_withTheSameSectors() throws IOException {
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
                Expected expected = expected(volume, quirks);
                DiskRig rig = readAll(volume, quirks);
                assertThat(rig.answers).as(shape + " " + quirks).containsExactlyElementsOf(expected.answers());
                assertThat(rig.channel.sectorsRead()).isEqualTo(expected.sectors());
            }
        }
    }

    /** Each of the four that read the boot sector wrongly makes the unusual volume unreadable, and none of them a usual one. */
    @Test
    void whatIsTakenForGranted_isWrongWhereItIsNot() throws IOException {
        BlockDevice usual = Volumes.make(20_000, 4, 512);
        BlockDevice unusual = Volumes.unusual();
        List<String> right = expected(usual, NONE).answers();
        assertThat(expected(unusual, NONE).answers()).hasSameSizeAs(right);
        for (FatQuirk quirk : EnumSet.range(FatQuirk.ONE_RESERVED_SECTOR, FatQuirk.ROOT_ROUNDED_DOWN)) {
            assertThat(expected(usual, EnumSet.of(quirk)).answers())
                    .as(quirk.name())
                    .isEqualTo(right);
            assertThat(expected(unusual, EnumSet.of(quirk)).answers())
                    .as(quirk.name())
                    .isNotEqualTo(expected(unusual, NONE).answers());
        }
    }

    @Test
    void damagedVolumes_answerAsTheModel() throws IOException {
        byte[] good = Volumes.make(9000, 2, 64).toByteArray();
        Random random = new Random(8);
        for (int i = 0; i < 100; i++) {
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
            List<String> answers = readAll(volume, quirks).answers;
            if (answers.equals(List.of("mount NO_MEMORY"))) { // the model has memory for any table
                answers = List.of("mount TABLE_FILLS_CACHE");
            }
            assertThat(answers)
                    .as("damage " + i)
                    .containsExactlyElementsOf(expected(volume, quirks).answers());
        }
    }

    /** Sectors of 65,024 bytes and 65,535 of them: 4.3 GB. */
    @Test
    void aTableBeyondAllMemory_isRefused() throws IOException {
        byte[] bytes = Volumes.make(9000, 2, 64).toByteArray();
        LittleEndian.put16(bytes, 0x0b, 0xfe00);
        LittleEndian.put16(bytes, 0x16, 0xffff);
        MemoryBlockDevice volume = MemoryBlockDevice.of(bytes);
        assertThat(readAll(volume, NONE).answers).containsExactly("mount NO_MEMORY");
        assertThat(ToroReading.onTheMachine(volume, NONE, Set.of("/SHORT.TXT")))
                .isEqualTo(Map.of(ToroReading.REFUSED, "out of memory"));
    }

    @Test
    void oneSector_isElevenAccessesAndAnInterrupt() throws IOException {
        MemoryBlockDevice volume = Volumes.make(9000, 2, 64);
        DiskRig rig = mounted(new DiskRig(volume, NONE, ToroQuirks.repaired()));
        long sectors = rig.channel.sectorsRead();
        assertThat(sectors)
                .isEqualTo(new ToroFat(volume, NONE).cache().sectorsRead())
                .isGreaterThan(10);
        assertThat(rig.machine.vcpu(0).exits(ExitCause.PIO)
                        + rig.machine.vcpu(0).exits(ExitCause.PIC))
                .as("eight port accesses, two ends of interrupt, one string transfer")
                .isEqualTo(11 * sectors);
        assertThat(rig.machine.vcpu(0).count(Counter.INTERRUPTS)).isEqualTo(sectors);
    }

    private static DiskRig mounted(DiskRig rig) {
        DiskRig.Reader reader = rig.new Reader(0);
        reader.then(self -> {
            rig.overPs = self.nowPs();
            return DiskRig.Reader.GO_ON;
        });
        reader.mount();
        rig.kernel.spawn(0, "reader", reader);
        rig.run(Duration.ofSeconds(60));
        assertThat(rig.answers).containsExactly("mount OK");
        return rig;
    }

    /** At a millisecond for each, nothing else counts. */
    @Test
    void searchesAndCopies_takeTime_asOftenAsTheModelCounts() throws IOException {
        MemoryBlockDevice volume = Volumes.make(9000, 2, 64);
        ToroFat model = new ToroFat(volume, NONE);
        long freePs = mounted(new DiskRig(volume, NONE, ToroQuirks.repaired(), 0, 0)).overPs;
        long searchingPs = mounted(new DiskRig(volume, NONE, ToroQuirks.repaired(), Picos.PER_MILLI, 0)).overPs;
        long copyingPs = mounted(new DiskRig(volume, NONE, ToroQuirks.repaired(), 0, Picos.PER_MILLI)).overPs;
        assertThat(Math.round((double) (searchingPs - freePs) / Picos.PER_MILLI))
                .isEqualTo(model.cache().compared())
                .isGreaterThan(100);
        assertThat(Math.round((double) (copyingPs - freePs) / Picos.PER_MILLI))
                .isEqualTo(model.copies())
                .isGreaterThan(10);
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
        ToroFat alone = new ToroFat(volume, NONE);
        alone.read(alone.open("/index.html"), 0, 9000);
        assertThat(rig.channel.sectorsRead()).isGreaterThan(alone.cache().sectorsRead());
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
        assertThat(faithful.controller.busy()).isTrue();
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
        assertThat(repaired.controller.busy()).isFalse();
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
