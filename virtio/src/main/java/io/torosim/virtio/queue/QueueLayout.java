package io.torosim.virtio.queue;

import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import org.jspecify.annotations.Nullable;

/**
 * Where a virtqueue lies in guest memory: its size and the addresses of its three areas.
 *
 * @param packed packed (section 2.8) or split (section 2.7)
 * @param size number of descriptors, the queue size
 * @param descAddr Descriptor Area: descriptor table, or descriptor ring
 * @param driverAddr Driver Area: available ring, or driver event suppression
 * @param deviceAddr Device Area: used ring, or device event suppression
 */
public record QueueLayout(boolean packed, int size, long descAddr, long driverAddr, long deviceAddr) {
    /** Alignment of the used ring in the legacy layout over PCI. */
    public static final int LEGACY_ALIGN = 4096;

    /** Returns a split layout with the areas one behind the other from {@code base}, each at its alignment. */
    public static QueueLayout split(long base, int size) {
        long desc = align(base, 16);
        long avail = desc + SplitRing.descBytes(size); // a multiple of 16, so of 2
        long used = align(avail + SplitRing.availBytes(size), 4);
        return new QueueLayout(false, size, desc, avail, used);
    }

    /** Returns the legacy layout (section 2.7.2): one block, the used ring at the next 4096-byte boundary. */
    public static QueueLayout legacy(long base, int size) {
        long avail = base + SplitRing.descBytes(size);
        return new QueueLayout(false, size, base, avail, align(avail + SplitRing.availBytes(size), LEGACY_ALIGN));
    }

    /** Returns a packed layout with the areas one behind the other from {@code base}. */
    public static QueueLayout packed(long base, int size) {
        long desc = align(base, 16);
        long driver = desc + 16L * size;
        return new QueueLayout(true, size, desc, driver, driver + PackedRing.EVENT_BYTES);
    }

    /** Returns the bytes to allocate for a legacy queue (section 2.7.2), a multiple of 4096. */
    public static long legacyBytes(int size) {
        return align(SplitRing.descBytes(size) + SplitRing.availBytes(size), LEGACY_ALIGN)
                + align(SplitRing.usedBytes(size), LEGACY_ALIGN);
    }

    /** Returns the bytes of the Descriptor Area. */
    public long descBytes() {
        return 16L * size;
    }

    /** Returns the bytes of the Driver Area. */
    public long driverBytes() {
        return packed ? PackedRing.EVENT_BYTES : SplitRing.availBytes(size);
    }

    /** Returns the bytes of the Device Area. */
    public long deviceBytes() {
        return packed ? PackedRing.EVENT_BYTES : SplitRing.usedBytes(size);
    }

    /** Returns the first address behind all three areas. */
    public long endAddr() {
        return Math.max(descAddr + descBytes(), Math.max(driverAddr + driverBytes(), deviceAddr + deviceBytes()));
    }

    /**
     * Checks size, alignment, room in memory and that the areas are disjoint.
     *
     * @param memoryBytes size of guest memory
     * @return the first rule broken, or null
     */
    public @Nullable RingError check(long memoryBytes) {
        if (size < 1 || size > SplitRing.MAX_SIZE || (!packed && Integer.bitCount(size) != 1)) {
            return new RingError(
                    packed ? Rule.P2 : Rule.S3,
                    "queue_size",
                    size,
                    packed ? "must be in [1, 32768]" : "must be a power of two in [1, 32768]");
        }
        Rule alignRule = packed ? Rule.P1 : Rule.S1;
        RingError error = checkArea(alignRule, "queue_desc", descAddr, descBytes(), 16, memoryBytes);
        if (error == null) {
            error = checkArea(alignRule, "queue_driver", driverAddr, driverBytes(), packed ? 4 : 2, memoryBytes);
        }
        if (error == null) {
            error = checkArea(alignRule, "queue_device", deviceAddr, deviceBytes(), 4, memoryBytes);
        }
        if (error == null
                && (overlap(descAddr, descBytes(), driverAddr, driverBytes())
                        || overlap(descAddr, descBytes(), deviceAddr, deviceBytes())
                        || overlap(driverAddr, driverBytes(), deviceAddr, deviceBytes()))) {
            error = new RingError(areaRule(), "queue_desc", descAddr, "the three areas must be disjoint");
        }
        return error;
    }

    private @Nullable RingError checkArea(
            Rule alignRule, String place, long addr, long bytes, int align, long memoryBytes) {
        if ((addr & (align - 1)) != 0) {
            return new RingError(alignRule, place, addr, "must be a multiple of " + align);
        }
        if (addr < 0 || addr > memoryBytes - bytes) {
            return new RingError(areaRule(), place, addr, bytes + " bytes must lie in guest memory");
        }
        return null;
    }

    private Rule areaRule() {
        return packed ? Rule.P1 : Rule.S2;
    }

    private static boolean overlap(long a, long aBytes, long b, long bBytes) {
        return a < b + bBytes && b < a + aBytes;
    }

    private static long align(long value, int alignment) {
        return (value + alignment - 1) & -alignment;
    }
}
