package io.torosim.system.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.check.VolumeCheck.CheckReport.Finding;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.rule.FatType;
import io.torosim.sweep.CellExecutor.LowestFinding;
import io.torosim.virtio.RingError;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.ScriptRunner;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The kits' scripts and crash states, numbered and searched by several workers: the finding of the lowest number, whatever their number. */
final class WorkersTest {
    private static final int[] WORKERS = {1, 2, 5};

    private static <T> LowestFinding<T> sameForAll(long most, LowestFinding.Attempt<T> attempt)
            throws InterruptedException {
        long number = 0;
        Optional<T> plain = attempt.run(0);
        while (plain.isEmpty() && number + 1 < most) {
            plain = attempt.run(++number);
        }
        assertThat(plain).as("there is something to find").isPresent();
        assertThat(number).as("it is not the first").isPositive();
        LowestFinding<T> found = new LowestFinding<>(number, plain);
        for (int workers : WORKERS) {
            assertThat(LowestFinding.search(workers, most, () -> true, attempt))
                    .as("with " + workers + " workers")
                    .isEqualTo(found);
        }
        return found;
    }

    @Test
    void virtqueueScripts_ofADeviceThatWritesAByteLess() throws Exception {
        List<QueueMode> modes = QueueMode.all(8);
        LowestFinding<String> found = sameForAll(2000, number -> {
            DriverScript script = DriverScript.random(modes.get((int) (number % modes.size())), number, 40);
            RunResult result = ScriptRunner.run(script, DriverQueue::create, ByteLess::new);
            return result.ok() ? Optional.empty() : Optional.of(script.toText() + result.violations());
        });
        assertThat(found.finding().orElseThrow()).contains("DEVICE");
    }

    /** Our device half, but of every so many buffers it says a byte less than was written. */
    private static final class ByteLess implements DeviceQueue {
        private static final int EVERY = 17;

        private final DeviceQueue ours;
        private int written;

        ByteLess(GuestMemory memory, QueueLayout layout, long features) {
            ours = DeviceQueue.create(memory, layout, features);
        }

        @Override
        public boolean interruptNeeded() {
            return ours.interruptNeeded();
        }

        @Override
        public boolean pop(BufferChain chain) {
            return ours.pop(chain);
        }

        @Override
        public void complete(int token, long writtenBytes) {
            boolean wrong = writtenBytes > 0 && ++written % EVERY == 0;
            ours.complete(token, wrong ? writtenBytes - 1 : writtenBytes);
        }

        @Override
        public void publish() {
            ours.publish();
        }

        @Override
        public boolean enableNotifications() {
            return ours.enableNotifications();
        }

        @Override
        public void disableNotifications() {
            ours.disableNotifications();
        }

        @Override
        public RingError error() {
            return ours.error();
        }
    }

    /** What a cut may leave behind; all else is damage. */
    private static final Set<FatRule> LEFTOVERS = EnumSet.of(
            FatRule.LOST_CLUSTERS, FatRule.FATS_DIFFER, FatRule.CHAIN_TOO_LONG, FatRule.DIRTY, FatRule.LONG_NAME);

    @Test
    void crashStates_ofAVolumeWrittenWithoutBarriers() throws Exception {
        byte[] base = formatted();
        Log log = written(base);
        int writes = log.sectors.size();
        LowestFinding<String> found = sameForAll((long) writes * writes, number -> {
            int cut = (int) (number / writes); // writes carried out, but one
            int lost = (int) (number % writes);
            byte[] image = base.clone();
            for (int i = 0; i <= cut; i++) {
                if (i != lost) {
                    byte[] bytes = log.bytes.get(i);
                    System.arraycopy(bytes, 0, image, log.sectors.get(i) * BlockDevice.SECTOR_BYTES, bytes.length);
                }
            }
            try {
                return VolumeCheck.check(MemoryBlockDevice.of(image), MountOptions.of("crash")).findings().stream()
                        .filter(f -> f.isDamage() && !LEFTOVERS.contains(f.rule()))
                        .findFirst()
                        .map(Finding::toString);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(found.finding().orElseThrow()).contains("/");
    }

    private static byte[] formatted() throws IOException {
        var device = new MemoryBlockDevice(120);
        FatFormatter.format(
                device,
                FormatOptions.defaults()
                        .withType(FatType.FAT12)
                        .withSectors(512, 1)
                        .withTables(1, 2, 48));
        return device.toByteArray();
    }

    private static Log written(byte[] base) throws IOException {
        Log log = new Log(MemoryBlockDevice.of(base.clone()));
        try (FileSystem fs =
                FatFileSystemProvider.open(log, MountOptions.of("crash").withBarriers(false))) {
            Files.write(fs.getPath("/A.TXT"), new byte[1500]);
            Files.createDirectory(fs.getPath("/D"));
            Files.write(fs.getPath("/D/B.TXT"), new byte[700]);
            Files.delete(fs.getPath("/A.TXT"));
            Files.move(fs.getPath("/D/B.TXT"), fs.getPath("/C.TXT"));
        }
        return log;
    }

    /** A disk that notes every sector written. */
    private static final class Log implements BlockDevice {
        private final BlockDevice disk;
        private final List<Integer> sectors = new ArrayList<>();
        private final List<byte[]> bytes = new ArrayList<>();

        Log(BlockDevice disk) {
            this.disk = disk;
        }

        @Override
        public long sectorCount() {
            return disk.sectorCount();
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public void read(long sector, ByteBuffer target) throws IOException {
            disk.read(sector, target);
        }

        @Override
        public void write(long sector, ByteBuffer source) throws IOException {
            ByteBuffer copy = source.duplicate();
            for (int s = (int) sector; copy.hasRemaining(); s++) {
                byte[] one = new byte[SECTOR_BYTES];
                copy.get(one);
                sectors.add(s);
                bytes.add(one);
            }
            disk.write(sector, source);
        }

        @Override
        public void flush() throws IOException {
            disk.flush();
        }

        @Override
        public void close() throws IOException {
            disk.close();
        }
    }
}
