package io.torosim.fat.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Files past 2 GiB, and the memory that reading them takes. */
class LargeFileTest {
    private static final long GIB = 1L << 30;

    @Test
    void fileOf3Gib_isReadBehindIntegerMax_withConstantMemory() throws IOException {
        BlockDevice device = new WithoutZeros(new MemoryBlockDevice(4 * GIB / 512 - 10_000));
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 128));
        try (FatVolume volume = FatVolume.mount(device, MountOptions.of("large"))) {
            FatNode file = volume.createFile(volume.root(), "LARGE.BIN", 0);
            byte[] end = "the end".getBytes();
            volume.write(file, 3 * GIB, ByteBuffer.wrap(end));
            assertThat(volume.size(file)).isEqualTo(3 * GIB + end.length);
            volume.write(file, 2 * GIB + 5, ByteBuffer.wrap(new byte[] {7}));
        }
        try (FatVolume volume = FatVolume.mount(device, MountOptions.of("large"))) {
            FatNode file = volume.lookup(volume.root(), "large.bin");
            ByteBuffer buffer = ByteBuffer.allocate(65536);
            assertThat(volume.read(file, 3 * GIB, buffer)).isEqualTo(7);
            assertThat(new String(buffer.array(), 0, 7)).isEqualTo("the end");
            volume.read(file, 2 * GIB, buffer.clear());
            assertThat(buffer.get(5)).isEqualTo((byte) 7);
            assertThat(file.runs.runCount()).isEqualTo(1); // 49,153 clusters are one run of two numbers
        }
    }

    @Test
    void fileOf4Gib_isRefused() throws IOException {
        var device = new MemoryBlockDevice(20_000);
        FatFormatter.format(device, FormatOptions.defaults());
        try (FatVolume volume = FatVolume.mount(device, MountOptions.of("large"))) {
            FatNode file = volume.createFile(volume.root(), "F", 0);
            assertThatThrownBy(() -> volume.write(file, 4 * GIB - 1, ByteBuffer.wrap(new byte[1])))
                    .isInstanceOfSatisfying(
                            FatException.class, e -> assertThat(e.rule()).isEqualTo(FatRule.FILE_SIZE));
        }
    }

    /** Forgets sectors of zeros, which the memory disk reads anyway where nothing was written. */
    private record WithoutZeros(BlockDevice below) implements BlockDevice {
        @Override
        public long sectorCount() {
            return below.sectorCount();
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public void read(long sector, ByteBuffer target) throws IOException {
            below.read(sector, target);
        }

        @Override
        public void write(long sector, ByteBuffer source) throws IOException {
            if (source.mismatch(ByteBuffer.allocate(source.remaining())) >= 0) {
                below.write(sector, source);
            } else {
                source.position(source.limit());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
