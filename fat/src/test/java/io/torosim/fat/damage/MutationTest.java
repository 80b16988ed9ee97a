package io.torosim.fat.damage;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.support.SampleVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Byte-level mutations of a valid volume, 20,000 of them (property {@code torosim.fat.mutations} for more; 100,000 pass):
 * whatever the bytes, every call ends after reading no more sectors than the device has, and fails, if it fails, with a
 * {@link FileSystemException}. One mutation in five is written to as well.
 */
class MutationTest {
    private static final int MUTATIONS = Integer.getInteger("torosim.fat.mutations", 20_000);
    private static final int MAX_ENTRIES = 200_000;

    private final Work work = new Work();
    private int mounted;
    private int refused;
    private int failedCalls;

    @Test
    void mutatedVolumes_endEveryCall_withADocumentedError() throws IOException {
        SampleVolume sample = SampleVolume.make();
        List<int[]> places = places(sample);
        var device = new Device(sample.bytes);
        var random = new Random(20180830);
        for (int i = 0; i < MUTATIONS; i++) {
            int count = 1 + random.nextInt(4);
            for (int m = 0; m < count; m++) {
                int[] place = places.get(random.nextInt(places.size()));
                int at = place[0] + random.nextInt(place[1]);
                device.poke(at, random.nextInt(3) == 0 ? random.nextInt(4) * 0x55 : random.nextInt(256));
            }
            String what = "mutation " + i + " of seed 20180830";
            try {
                exercise(device, i % 5 == 0);
            } catch (RuntimeException | IOException | Error e) {
                throw new AssertionError(what + ": " + e, e);
            }
            device.restore();
        }
        System.out.println(MUTATIONS + " mutations: " + mounted + " mounts, " + refused + " refused, " + failedCalls
                + " calls failed, at most " + work.most + " sectors in a call");
        assertThat(mounted).isGreaterThan(MUTATIONS / 2);
        assertThat(refused).isGreaterThan(MUTATIONS / 100);
        assertThat(failedCalls).isGreaterThan(MUTATIONS / 20);
        assertThat(work.most).as("sectors in one call").isLessThanOrEqualTo(device.sectorCount());
    }

    /** Returns offset and length of the boot sector's fields, the used FATs, the root and the directories. */
    private static List<int[]> places(SampleVolume sample) {
        var places = new ArrayList<int[]>();
        places.add(new int[] {0, 62});
        places.add(new int[] {0x0b, 26});
        places.add(new int[] {sample.fatOffset(0), 100});
        places.add(new int[] {sample.fatOffset(0), 100});
        places.add(new int[] {sample.fatOffset(1), 100});
        int root = (int) sample.boot.rootStartSector() * 512;
        for (int i = 0; i < 4; i++) {
            places.add(new int[] {root, 24 * 32});
        }
        places.add(new int[] {(int) sample.boot.clusterOffset(sample.first("DIR        ")), 192});
        places.add(new int[] {(int) sample.boot.clusterOffset(sample.first("SUB        ")), 128});
        return places;
    }

    private void exercise(Device device, boolean write) throws IOException {
        try {
            work.begin();
            VolumeCheck.check(device, MountOptions.of("mutant"));
        } catch (FatException e) {
            assertThat(e.getMessage()).contains("mutant");
        }
        work.begin();
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("mutant"))) {
            mounted++;
            walk(fs.getPath("/"), new int[1]);
            if (write) {
                change(fs);
            }
        } catch (FatException e) {
            refused++;
        }
    }

    private void walk(Path directory, int[] entries) throws IOException {
        work.begin();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path path : stream) {
                assertThat(entries[0]++).isLessThan(MAX_ENTRIES);
                visit(path, entries);
            }
        } catch (FileSystemException e) {
            failedCalls++;
        }
    }

    private void visit(Path path, int[] entries) throws IOException {
        try {
            work.begin();
            if (Files.readAttributes(path, "isDirectory").get("isDirectory") == Boolean.TRUE) {
                walk(path, entries);
                return;
            }
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            try (SeekableByteChannel channel = Files.newByteChannel(path)) {
                do {
                    work.begin();
                } while (channel.read(buffer.clear()) >= 0);
            }
        } catch (FileSystemException e) {
            failedCalls++;
        }
    }

    private void change(FileSystem fs) throws IOException {
        attempt(() -> Files.write(fs.getPath("/new long name.text"), new byte[2000]));
        attempt(() -> Files.write(fs.getPath("/A.BIN"), new byte[3000], StandardOpenOption.APPEND));
        attempt(() -> Files.delete(fs.getPath("/B.BIN")));
        attempt(() -> Files.createDirectory(fs.getPath("/DIR/made")));
        attempt(() -> Files.move(fs.getPath("/DIR/SUB"), fs.getPath("/moved")));
        attempt(() -> Files.write(fs.getPath("/LAST.BIN"), new byte[1]));
    }

    private interface VoidCall {
        void run() throws IOException;
    }

    private void attempt(VoidCall call) throws IOException {
        work.begin();
        try {
            call.run();
        } catch (FileSystemException | ReadOnlyFileSystemException e) {
            failedCalls++;
        }
    }

    /** Sectors read in one call, and the most of any. */
    private static final class Work {
        private long now;
        private long most;

        void begin() {
            now = 0;
        }

        void read(int sectors) {
            now += sectors;
            most = Math.max(most, now);
        }
    }

    /** Bytes that can be put back to what they were. */
    private final class Device implements BlockDevice {
        private final byte[] original;
        private final byte[] bytes;
        private final java.util.BitSet touched = new java.util.BitSet();

        Device(byte[] original) {
            this.original = original;
            this.bytes = original.clone();
        }

        void poke(int at, int value) {
            bytes[at] = (byte) value;
            touched.set(at / 512);
        }

        void restore() {
            touched.stream().forEach(s -> System.arraycopy(original, s * 512, bytes, s * 512, 512));
            touched.clear();
        }

        @Override
        public long sectorCount() {
            return bytes.length / 512;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public void read(long sector, ByteBuffer target) {
            int sectors = checkedSectors(sector, target);
            work.read(sectors);
            target.put(bytes, (int) sector * 512, sectors * 512);
        }

        @Override
        public void write(long sector, ByteBuffer source) {
            int sectors = checkedSectors(sector, source);
            touched.set((int) sector, (int) sector + sectors);
            source.get(bytes, (int) sector * 512, sectors * 512);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
