package io.torosim.fat.toro;

import io.torosim.fat.toro.DiskWork.DiskCosts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Toro's buffer cache of one block file ({@code Filesystem.pas}, {@code GetBlock} and {@code PutBlock}): a ring of
 * blocks in use and a ring of free ones, least recently freed at its end, both searched element by element. A full cache
 * gives up the oldest free block; with none free, {@code GetBlock} fails.
 */
final class BufferCache {
    /** Blocks in a cache of Toro ({@code MAX_BUFFERS_IN_CACHE}). */
    static final int MAX_BUFFERS = 5000;

    private static final int BLOCK_BYTES = 512;

    private final DiskDriver driver;
    private final DiskRunner runner;
    private final DiskCosts costs;
    private final DiskWork work;
    private final List<Buffer> inUse = new ArrayList<>();
    private final List<Buffer> free = new ArrayList<>();
    private int unused = MAX_BUFFERS;

    /** A cached block. */
    static final class Buffer {
        private long block;
        private int count;
        final byte[] data = new byte[BLOCK_BYTES];
    }

    BufferCache(DiskDriver driver, DiskRunner runner, DiskCosts costs, DiskWork work) {
        this.driver = driver;
        this.runner = runner;
        this.costs = costs;
        this.work = work;
    }

    /** Returns a block, reading it if it is in neither ring. Null if the cache is full of blocks in use. */
    @Nullable
    Buffer get(long block) throws IOException {
        Buffer buffer = find(inUse, block);
        if (buffer == null) {
            buffer = find(free, block);
            if (buffer != null) {
                free.remove(buffer);
                inUse.add(buffer);
            } else {
                buffer = read(block);
            }
        }
        if (buffer != null) {
            buffer.count++;
        }
        return buffer;
    }

    private @Nullable Buffer find(List<Buffer> ring, long block) {
        for (int i = 0; i < ring.size(); i++) {
            if (ring.get(i).block == block) {
                work.compare(i + 1L, costs);
                return ring.get(i);
            }
        }
        work.compare(ring.size(), costs);
        return null;
    }

    private @Nullable Buffer read(long block) throws IOException {
        Buffer buffer;
        if (unused > 0) {
            unused--;
            buffer = new Buffer();
        } else if (free.isEmpty()) {
            return null;
        } else {
            buffer = free.remove(free.size() - 1);
        }
        runner.run(driver.read(block, buffer.data, work), buffer.data.length, work);
        buffer.block = block;
        inUse.add(buffer);
        return buffer;
    }

    /** Gives a block back. */
    void put(Buffer buffer) {
        if (--buffer.count == 0) {
            inUse.remove(buffer);
            free.add(0, buffer);
        }
    }

    int inUseCount() {
        return inUse.size();
    }
}
