package io.torosim.virtio.layout;

/**
 * Bytes of a packed virtqueue (virtio 1.2 section 2.8). All fields are little-endian.
 *
 * <pre>
 *   descriptor (16 bytes)             0 addr u64 | 8 len u32 | 12 id u16 | 14 flags u16
 *   driver and device event area      0 off u15, wrap u1 | 2 flags u16 (two bits used)
 * </pre>
 */
public final class PackedRing {
    /** Descriptor flag: the list goes on in the next slot. */
    public static final int DESC_F_NEXT = 1;
    /** Descriptor flag: the device writes here; in a used descriptor: something was written. */
    public static final int DESC_F_WRITE = 2;
    /** Descriptor flag: the descriptor points to a table. */
    public static final int DESC_F_INDIRECT = 4;
    /** Descriptor flag AVAIL. */
    public static final int DESC_F_AVAIL = 1 << 7;
    /** Descriptor flag USED. */
    public static final int DESC_F_USED = 1 << 15;
    /** Event flags: send events. */
    public static final int EVENT_ENABLE = 0;
    /** Event flags: send none. */
    public static final int EVENT_DISABLE = 1;
    /** Event flags: send one for a given descriptor. */
    public static final int EVENT_DESC = 2;
    /** Bytes in a descriptor. */
    public static final int DESC_BYTES = 16;
    /** Bytes in an event suppression area. */
    public static final int EVENT_BYTES = 4;

    /** Returns whether descriptor flags mean "available" to a side whose wrap counter is {@code wrap}. */
    public static boolean isAvailable(int flags, boolean wrap) {
        return ((flags & DESC_F_AVAIL) != 0) == wrap && ((flags & DESC_F_USED) != 0) != wrap;
    }

    /** Returns whether descriptor flags mean "used" to a side whose wrap counter is {@code wrap}. */
    public static boolean isUsed(int flags, boolean wrap) {
        return ((flags & DESC_F_AVAIL) != 0) == wrap && ((flags & DESC_F_USED) != 0) == wrap;
    }

    /** Returns the AVAIL and USED bits of a descriptor made available with this wrap counter. */
    public static int availableBits(boolean wrap) {
        return wrap ? DESC_F_AVAIL : DESC_F_USED;
    }

    /** Returns the AVAIL and USED bits of a descriptor used with this wrap counter. */
    public static int usedBits(boolean wrap) {
        return wrap ? DESC_F_AVAIL | DESC_F_USED : 0;
    }

    /**
     * Returns whether an event is due (section 2.8.10): whether the slot that the other side named was passed.
     *
     * @param eventArea the four bytes of the event area
     * @param eventIdx whether EVENT_IDX was negotiated; without it "descriptor event" counts as "enable"
     * @param queueSize the queue size
     * @param slot slot after the last one passed, in {@code [0, queueSize)}
     * @param wrap wrap counter that belongs to {@code slot}
     * @param passed how many slots were passed since the last event decision
     */
    public static boolean needEvent(
            int eventArea, boolean eventIdx, int queueSize, int slot, boolean wrap, long passed) {
        if (passed == 0) {
            return false;
        }
        int flags = (eventArea >>> 16) & 3;
        if (flags == EVENT_DISABLE) {
            return false;
        }
        if (flags != EVENT_DESC || !eventIdx) {
            return true;
        }
        // positions on the circle of two laps, on which a slot and its wrap counter are one number
        int circle = 2 * queueSize;
        int event = (eventArea & 0x7fff) + ((eventArea & 0x8000) != 0 ? 0 : queueSize);
        int end = slot + (wrap ? 0 : queueSize);
        long behindEnd = Math.floorMod(end - 1 - event, circle); // 0: the event slot is the last one passed
        return behindEnd < passed;
    }

    /** Both of AVAIL and USED. */
    public static final int BOTH = DESC_F_AVAIL | DESC_F_USED;

    /** Returns the second eight bytes of a descriptor, from a word with size, NEXT and WRITE as a chain of buffers keeps it. */
    public static long second(long word, int id, int bits) {
        return word & 0xffff_ffffL
                | (word >>> 32 & (DESC_F_NEXT | DESC_F_WRITE)) << 48
                | (long) id << 32
                | (long) bits << 48;
    }

    private PackedRing() {}
}
