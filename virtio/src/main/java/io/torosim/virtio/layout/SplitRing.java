package io.torosim.virtio.layout;

/**
 * Bytes of a split virtqueue (virtio 1.2 section 2.7). All fields are little-endian.
 *
 * <pre>
 *   descriptor (16 bytes)   0 addr u64 | 8 len u32 | 12 flags u16 | 14 next u16
 *   available ring          0 flags u16 | 2 idx u16 | 4 ring[q] u16 | 4+2q used_event u16
 *   used ring               0 flags u16 | 2 idx u16 | 4 ring[q] {id u32, len u32} | 4+8q avail_event u16
 * </pre>
 */
public final class SplitRing {
    /** Descriptor flag: the buffer goes on in {@code next}. */
    public static final int DESC_F_NEXT = 1;
    /** Descriptor flag: the device writes here (else it reads). */
    public static final int DESC_F_WRITE = 2;
    /** Descriptor flag: the descriptor points to a table of descriptors. */
    public static final int DESC_F_INDIRECT = 4;
    /** {@code avail.flags}: the driver wants no interrupts. */
    public static final int AVAIL_F_NO_INTERRUPT = 1;
    /** {@code used.flags}: the device wants no notifications. */
    public static final int USED_F_NO_NOTIFY = 1;
    /** Bytes in a descriptor. */
    public static final int DESC_BYTES = 16;
    /** Largest queue size. */
    public static final int MAX_SIZE = 32768;

    /** Returns the bytes of the descriptor table. */
    public static long descBytes(int queueSize) {
        return 16L * queueSize;
    }

    /** Returns the bytes of the available ring, with the two of {@code used_event} that always exist. */
    public static long availBytes(int queueSize) {
        return 6 + 2L * queueSize;
    }

    /** Returns the bytes of the used ring, with the two of {@code avail_event} that always exist. */
    public static long usedBytes(int queueSize) {
        return 6 + 8L * queueSize;
    }

    /** Offset of {@code idx} in the available and in the used ring. */
    public static final int IDX = 2;

    /** Returns the offset of a slot in the available ring. */
    public static int availSlotOffset(int slotIndex) {
        return 4 + 2 * slotIndex;
    }

    /** Returns the offset of a slot in the used ring. */
    public static int usedSlotOffset(int slotIndex) {
        return 4 + 8 * slotIndex;
    }

    /** Returns the address of {@code avail.idx}. */
    public static long availIdx(long availAddr) {
        return availAddr + 2;
    }

    /** Returns the address of an available ring slot. */
    public static long availSlot(long availAddr, int slotIndex) {
        return availAddr + 4 + 2L * slotIndex;
    }

    /** Returns the address of {@code used_event}. */
    public static long usedEvent(long availAddr, int queueSize) {
        return availAddr + 4 + 2L * queueSize;
    }

    /** Returns the address of {@code used.idx}. */
    public static long usedIdx(long usedAddr) {
        return usedAddr + 2;
    }

    /** Returns the address of a used ring slot. */
    public static long usedSlot(long usedAddr, int slotIndex) {
        return usedAddr + 4 + 8L * slotIndex;
    }

    /** Returns the address of {@code avail_event}. */
    public static long availEvent(long usedAddr, int queueSize) {
        return usedAddr + 4 + 8L * queueSize;
    }

    /**
     * Returns whether an event is due after an index moved: whether {@code oldIdx <= event < newIdx} on the circle of
     * 2^16 (section 2.7.10.1). False if the index did not move.
     */
    public static boolean needEvent(int event, int newIdx, int oldIdx) {
        return ((newIdx - event - 1) & 0xffff) < ((newIdx - oldIdx) & 0xffff);
    }

    private SplitRing() {}
}
