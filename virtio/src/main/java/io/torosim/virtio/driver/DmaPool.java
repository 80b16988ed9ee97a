package io.torosim.virtio.driver;

import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import java.util.Arrays;

/**
 * Areas of guest memory of one size, for buffers that a device may keep longer than the driver likes. An area is free, taken
 * by the driver, or lent to the device under the id of its buffer; what is lent is not used for anything else before that
 * very buffer comes back. Areas are allocated when they are first needed, and never given back.
 */
final class DmaPool {
    /** No area. */
    static final long NONE = -1;

    private final DmaAllocator dma;
    private final int bytes;
    private final int alignment;
    private final long[] free;
    private final long[] lent; // by id
    private int freeCount;
    private int allocated;

    /**
     * Creates a pool.
     *
     * @param dma where the areas come from
     * @param bytes size of each
     * @param alignment of each, a power of two
     * @param most how many at most
     * @param ids ids of buffers are in {@code [0, ids)}: the queue size
     */
    DmaPool(DmaAllocator dma, int bytes, int alignment, int most, int ids) {
        this.dma = dma;
        this.bytes = bytes;
        this.alignment = alignment;
        this.free = new long[most];
        this.lent = new long[ids];
        Arrays.fill(lent, NONE);
    }

    /** Returns a free area, or {@link #NONE} if all are with the device or memory has run out. */
    long take() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        if (allocated == free.length || !dma.fits(bytes, alignment)) {
            return NONE;
        }
        allocated++;
        return dma.allocate(bytes, alignment);
    }

    /** A taken area is free again. */
    void give(long area) {
        free[freeCount++] = area;
    }

    /** A taken area is the device's until the buffer {@code id} comes back. */
    void lend(int id, long area) {
        lent[id] = area;
    }

    /** The buffer {@code id} has come back: returns its area, which is the driver's now. */
    long back(int id) {
        long area = lent[id];
        lent[id] = NONE;
        return area;
    }

    /** Returns how many areas there are. */
    int allocated() {
        return allocated;
    }
}
