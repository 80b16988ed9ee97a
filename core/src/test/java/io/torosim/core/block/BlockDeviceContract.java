package io.torosim.core.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every writable {@link BlockDevice} does, run once per implementation. */
abstract class BlockDeviceContract {
    static final int SECTORS = 300;

    /** Returns a writable device of {@link #SECTORS} zero sectors. */
    abstract BlockDevice device() throws IOException;

    @Test
    void random_accesses_agreeWithAByteArray() throws IOException {
        var random = new Random(7);
        byte[] model = new byte[SECTORS * 512];
        try (BlockDevice device = device()) {
            assertThat(device.sectorCount()).isEqualTo(SECTORS);
            for (int i = 0; i < 400; i++) {
                int first = random.nextInt(SECTORS);
                int count = random.nextInt(Math.min(40, SECTORS - first) + 1);
                if (random.nextBoolean()) {
                    byte[] bytes = new byte[count * 512];
                    random.nextBytes(bytes);
                    System.arraycopy(bytes, 0, model, first * 512, bytes.length);
                    device.write(first, random.nextBoolean() ? ByteBuffer.wrap(bytes) : direct(bytes));
                } else {
                    ByteBuffer target = ByteBuffer.allocate(count * 512);
                    device.read(first, target);
                    assertThat(target.hasRemaining()).isFalse();
                    assertThat(target.array())
                            .isEqualTo(java.util.Arrays.copyOfRange(model, first * 512, (first + count) * 512));
                }
                int offset = random.nextInt(512);
                ByteBuffer part = ByteBuffer.allocate(random.nextInt(512 - offset + 1));
                device.readPart(first, offset, part);
                assertThat(part.hasRemaining()).isFalse();
                assertThat(part.array())
                        .isEqualTo(java.util.Arrays.copyOfRange(
                                model, first * 512 + offset, first * 512 + offset + part.capacity()));
            }
        }
    }

    @Test
    void access_outsideTheDevice_isRefused() throws IOException {
        try (BlockDevice device = device()) {
            assertThatThrownBy(() -> device.read(SECTORS, ByteBuffer.allocate(512)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sector=300");
            assertThatThrownBy(() -> device.write(-1, ByteBuffer.allocate(512)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> device.read(0, ByteBuffer.allocate(511)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bytes=511");
            assertThatThrownBy(() -> device.readPart(SECTORS, 0, ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sector=300");
            assertThatThrownBy(() -> device.readPart(0, 500, ByteBuffer.allocate(13)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("offset=500, bytes=13");
            assertThatThrownBy(() -> device.readPart(0, -1, ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
