package io.torosim.virtio.driver;

/** Hands out guest memory for rings and buffers, from a fixed area upwards; nothing is given back. */
public final class DmaAllocator {
    private final long end;
    private long next;

    /** Creates an allocator over {@code [base, base + lengthBytes)}. */
    public DmaAllocator(long base, long lengthBytes) {
        this.next = base;
        this.end = base + lengthBytes;
    }

    /**
     * Returns the address of fresh bytes.
     *
     * @param bytes how many
     * @param alignment a power of two
     * @throws IllegalStateException if the area is full
     */
    public long allocate(long bytes, int alignment) {
        if (!fits(bytes, alignment)) {
            throw new IllegalStateException("no room for " + bytes + " bytes of DMA memory");
        }
        long at = aligned(alignment);
        next = at + bytes;
        return at;
    }

    /** Returns whether {@link #allocate} would find room. */
    boolean fits(long bytes, int alignment) {
        return aligned(alignment) + bytes <= end;
    }

    private long aligned(int alignment) {
        return (next + alignment - 1) & -(long) alignment;
    }
}
