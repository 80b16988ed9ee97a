package io.torosim.core.memory;

import io.torosim.core.memory.GuestMemory.PlainBytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A range of guest memory that is resolved once and then accessed often: a ring, a table. Addresses are offsets from its
 * start, in {@code [0, lengthBytes)}.
 *
 * <p>The idea: where the range is plain RAM ({@link GuestMemory#plain}) an access is one {@link VarHandle} access to the
 * array behind it, whatever the class of the memory; elsewhere (memory-mapped I/O, a traced or a checked memory, store
 * buffers, a range across pages) it goes through the memory as if there were no window, so nobody who watches misses it.
 * An offset outside the window is the caller's mistake: in plain RAM it is refused only at the end of the array.
 *
 * <p>Confined to the simulation thread. Scalar accesses allocate nothing.
 */
public final class MemoryWindow {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final GuestMemory memory;
    private final long address;
    private final byte @Nullable [] bytes; // null: through the memory
    private final int first;

    private MemoryWindow(GuestMemory memory, long address, @Nullable PlainBytes plain) {
        this.memory = memory;
        this.address = address;
        this.bytes = plain == null ? null : plain.bytes();
        this.first = plain == null ? 0 : plain.offset();
    }

    /**
     * Resolves a range.
     *
     * @param memory as the observer sees it
     * @param address guest-physical address of the first byte
     * @param lengthBytes at least 1
     */
    public static MemoryWindow of(GuestMemory memory, long address, int lengthBytes) {
        return new MemoryWindow(memory, address, memory.plain(address, lengthBytes));
    }

    /** Returns the guest-physical address of its first byte. */
    public long address() {
        return address;
    }

    /** Returns whether accesses go straight to an array. */
    public boolean direct() {
        return bytes != null;
    }

    /** As {@link GuestMemory#load16}. */
    public int load16(int offset) {
        return bytes != null ? (short) SHORT.get(bytes, first + offset) & 0xffff : memory.load16(address + offset);
    }

    /** As {@link GuestMemory#load32}. */
    public int load32(int offset) {
        return bytes != null ? (int) INT.get(bytes, first + offset) : memory.load32(address + offset);
    }

    /** As {@link GuestMemory#load64}. */
    public long load64(int offset) {
        return bytes != null ? (long) LONG.get(bytes, first + offset) : memory.load64(address + offset);
    }

    /** As {@link GuestMemory#store16}. */
    public void store16(int offset, int value) {
        if (bytes != null) {
            SHORT.set(bytes, first + offset, (short) value);
        } else {
            memory.store16(address + offset, value);
        }
    }

    /** As {@link GuestMemory#store32}. */
    public void store32(int offset, int value) {
        if (bytes != null) {
            INT.set(bytes, first + offset, value);
        } else {
            memory.store32(address + offset, value);
        }
    }

    /** As {@link GuestMemory#store64}. */
    public void store64(int offset, long value) {
        if (bytes != null) {
            LONG.set(bytes, first + offset, value);
        } else {
            memory.store64(address + offset, value);
        }
    }

    /** As {@link GuestMemory#loadAcquire16}; the offset must be even in memory. */
    public int loadAcquire16(int offset) {
        return bytes != null
                ? (short) SHORT.get(bytes, first + offset) & 0xffff
                : memory.loadAcquire16(address + offset);
    }

    /** As {@link GuestMemory#storeRelease16}; the offset must be even in memory. */
    public void storeRelease16(int offset, int value) {
        if (bytes != null) {
            SHORT.set(bytes, first + offset, (short) value);
        } else {
            memory.storeRelease16(address + offset, value);
        }
    }
}
