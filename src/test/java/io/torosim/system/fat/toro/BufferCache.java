package io.torosim.system.fat.toro;

import io.torosim.core.block.BlockDevice;
import io.torosim.guest.fs.FatReader.ReadStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model of Toro's buffer cache ({@code Filesystem.pas}): blocks in use, and free ones with the least recently freed at the end. Counts the
 * sectors that it reads and the elements that its searches look at.
 */
final class BufferCache {
    /** {@code MAX_BUFFERS_IN_CACHE}. */
    static final int MAX_BUFFERS = 5000;

    static final int BLOCK_BYTES = 512;

    private final BlockDevice device;
    private final List<Buffer> inUse = new ArrayList<>();
    private final List<Buffer> free = new ArrayList<>();
    private int made;
    private long sectorsRead;
    private long compared;

    /** A cached block. */
    static final class Buffer {
        final byte[] data = new byte[BLOCK_BYTES];
        private long block;
        private int count;
    }

    BufferCache(BlockDevice device) {
        this.device = device;
    }

    /** {@code GetBlock}: null if the cache is full of blocks in use. */
    @Nullable
    Buffer get(long block) throws IOException {
        Buffer buffer = find(inUse, block);
        if (buffer == null) {
            buffer = find(free, block);
            if (buffer != null) {
                free.remove(buffer);
            } else {
                buffer = read(block);
            }
            if (buffer == null) {
                return null;
            }
            inUse.add(buffer);
        }
        buffer.count++;
        return buffer;
    }

    private @Nullable Buffer find(List<Buffer> ring, long block) {
        for (Buffer buffer : ring) {
            compared++;
            if (buffer.block == block) {
                return buffer;
            }
        }
        return null;
    }

    /** A buffer whose read fails is lost. */
    private @Nullable Buffer read(long block) throws IOException {
        if (made == MAX_BUFFERS && free.isEmpty()) {
            return null;
        }
        Buffer buffer = made < MAX_BUFFERS ? new Buffer() : free.remove(free.size() - 1);
        made = Math.min(made + 1, MAX_BUFFERS);
        sectorsRead++;
        if (block < 0 || block >= device.sectorCount()) {
            throw new ToroFat.Stop(ReadStatus.DISK_ERROR);
        }
        device.read(block, ByteBuffer.wrap(buffer.data));
        buffer.block = block;
        return buffer;
    }

    /** {@code PutBlock}. */
    void put(Buffer buffer) {
        if (--buffer.count == 0) {
            inUse.remove(buffer);
            free.add(0, buffer);
        }
    }

    int inUseCount() {
        return inUse.size();
    }

    long sectorsRead() {
        return sectorsRead;
    }

    long compared() {
        return compared;
    }
}
