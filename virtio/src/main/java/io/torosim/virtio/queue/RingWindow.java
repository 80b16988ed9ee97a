package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.MemoryWindow;
import io.torosim.core.memory.GuestMemory.PlainBytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The three areas of a virtqueue, resolved once.
 *
 * <p>The idea: where all three lie in one array ({@link GuestMemory#plain}), a position is an index into that array, so a
 * half that looks at two areas finds array and bound once. Elsewhere a position names an area in its upper bits, and the
 * access goes through a {@link MemoryWindow} of that area: nobody who watches the memory misses it.
 *
 * <p>A position is {@link #desc}, {@link #driver} or {@link #device} plus an offset inside that area; one outside is the
 * caller's mistake.
 */
final class RingWindow {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int AREA_SHIFT = 20; // 2^19 bytes is the largest area
    private static final int OFFSET_MASK = (1 << AREA_SHIFT) - 1;

    private final byte @Nullable [] bytes; // null: through the areas
    private final MemoryWindow @Nullable [] areas;

    /** Position of the Descriptor Area. */
    final int desc;
    /** Position of the Driver Area. */
    final int driver;
    /** Position of the Device Area. */
    final int device;

    RingWindow(GuestMemory memory, QueueLayout layout) {
        long low = Math.min(layout.descAddr(), Math.min(layout.driverAddr(), layout.deviceAddr()));
        long high = Math.max(
                layout.descAddr() + layout.descBytes(),
                Math.max(layout.driverAddr() + layout.driverBytes(), layout.deviceAddr() + layout.deviceBytes()));
        PlainBytes plain = high - low > Integer.MAX_VALUE ? null : memory.plain(low, (int) (high - low));
        if (plain != null) {
            bytes = plain.bytes();
            areas = null;
            desc = plain.offset() + (int) (layout.descAddr() - low);
            driver = plain.offset() + (int) (layout.driverAddr() - low);
            device = plain.offset() + (int) (layout.deviceAddr() - low);
        } else {
            bytes = null;
            areas = new MemoryWindow[] {
                MemoryWindow.of(memory, layout.descAddr(), (int) layout.descBytes()),
                MemoryWindow.of(memory, layout.driverAddr(), (int) layout.driverBytes()),
                MemoryWindow.of(memory, layout.deviceAddr(), (int) layout.deviceBytes())
            };
            desc = 0;
            driver = 1 << AREA_SHIFT;
            device = 2 << AREA_SHIFT;
        }
    }

    private MemoryWindow area(int position) {
        return Objects.requireNonNull(areas)[position >>> AREA_SHIFT];
    }

    /** As {@link GuestMemory#load16}. */
    int load16(int position) {
        return bytes != null
                ? (short) SHORT.get(bytes, position) & 0xffff
                : area(position).load16(position & OFFSET_MASK);
    }

    /** As {@link GuestMemory#load32}. */
    int load32(int position) {
        return bytes != null ? (int) INT.get(bytes, position) : area(position).load32(position & OFFSET_MASK);
    }

    /** As {@link GuestMemory#load64}. */
    long load64(int position) {
        return bytes != null ? (long) LONG.get(bytes, position) : area(position).load64(position & OFFSET_MASK);
    }

    /** As {@link GuestMemory#store16}. */
    void store16(int position, int value) {
        if (bytes != null) {
            SHORT.set(bytes, position, (short) value);
        } else {
            area(position).store16(position & OFFSET_MASK, value);
        }
    }

    /** As {@link GuestMemory#store32}. */
    void store32(int position, int value) {
        if (bytes != null) {
            INT.set(bytes, position, value);
        } else {
            area(position).store32(position & OFFSET_MASK, value);
        }
    }

    /** As {@link GuestMemory#store64}. */
    void store64(int position, long value) {
        if (bytes != null) {
            LONG.set(bytes, position, value);
        } else {
            area(position).store64(position & OFFSET_MASK, value);
        }
    }

    /** As {@link GuestMemory#loadAcquire16}. In plain RAM every store is visible at once, so there nothing more is needed. */
    int loadAcquire16(int position) {
        return bytes != null
                ? (short) SHORT.get(bytes, position) & 0xffff
                : area(position).loadAcquire16(position & OFFSET_MASK);
    }

    /** As {@link GuestMemory#storeRelease16}. */
    void storeRelease16(int position, int value) {
        if (bytes != null) {
            SHORT.set(bytes, position, (short) value);
        } else {
            area(position).storeRelease16(position & OFFSET_MASK, value);
        }
    }
}
