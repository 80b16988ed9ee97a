package io.torosim.core.memory;

import io.torosim.core.memory.GuestMemory.PlainBytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Guest-physical memory as one observer (a vCPU or a device) sees it: little-endian, byte addressed.
 *
 * <p>Every access outside what the memory offers throws {@link GuestFault} and changes nothing. Loads return zero-extended
 * values. The acquire and release forms name the points at which another observer's stores must be visible; on plain
 * simulated RAM, where every store is visible at once, they are ordinary accesses, on a memory with store buffers they
 * are what keeps a driver right.
 *
 * <p>Confined to the simulation thread.
 *
 * <p>{@link GuestAddressSpace} is that of a machine, {@link SparseRam} bare RAM, {@link MemoryWindow} a part of another;
 * {@link io.torosim.core.code.GuestCpu GuestCpu} gives it to guest code.
 */
public interface GuestMemory {
    /** Returns the number of bytes of address space, counted from guest-physical 0. */
    long sizeBytes();

    /** Loads one byte, in {@code [0, 255]}. */
    int load8(long address);

    /** Loads two bytes, in {@code [0, 65535]}; may be unaligned. */
    int load16(long address);

    /** Loads four bytes; may be unaligned. */
    int load32(long address);

    /** Loads eight bytes; may be unaligned. */
    long load64(long address);

    /** Stores the low byte of {@code value}. */
    void store8(long address, int value);

    /** Stores the low two bytes of {@code value}; may be unaligned. */
    void store16(long address, int value);

    /** Stores four bytes; may be unaligned. */
    void store32(long address, int value);

    /** Stores eight bytes; may be unaligned. */
    void store64(long address, long value);

    /** Copies {@code length} bytes at {@code address} into {@code target} from {@code offset}. */
    void copyOut(long address, byte[] target, int offset, int length);

    /** Copies {@code length} bytes of {@code source} from {@code offset} to {@code address}. */
    void copyIn(long address, byte[] source, int offset, int length);

    /** Stores the low byte of {@code value} into each of {@code length} bytes from {@code address}. */
    void fill(long address, long length, int value);

    /**
     * Loads two bytes; no later access of this observer is done before it.
     *
     * @throws GuestFault also if {@code address} is odd: order is only promised for aligned accesses
     */
    default int loadAcquire16(long address) {
        if ((address & 1) != 0) {
            throw new GuestFault("unaligned ordered access", address, 2, GuestFault.Direction.LOAD);
        }
        return load16(address);
    }

    /**
     * Stores two bytes; every earlier access of this observer is done before it.
     *
     * @throws GuestFault also if {@code address} is odd: order is only promised for aligned accesses
     */
    default void storeRelease16(long address, int value) {
        if ((address & 1) != 0) {
            throw new GuestFault("unaligned ordered access", address, 2, GuestFault.Direction.STORE);
        }
        store16(address, value);
    }

    /**
     * Returns where a range lies in the host if it is plain RAM: one array, every store visible at once, nobody who must
     * see the accesses. Null is always a right answer and means: through the methods above. See {@link MemoryWindow}.
     *
     * @param address guest-physical address
     * @param lengthBytes at least 1
     */
    default @Nullable PlainBytes plain(long address, int lengthBytes) {
        return null;
    }

    /** Orders every earlier store of this observer before its later loads and stores (x86 {@code mfence}). */
    default void fullFence() {}

    /**
     * Where a range of plain RAM lies in the host.
     *
     * @param bytes an array that stays the RAM's own as long as the RAM lives
     * @param offset index of the range's first byte
     */
    record PlainBytes(byte[] bytes, int offset) {}

    /** A guest-physical access that the machine cannot carry out. It names the address, the size and the direction. */
    public static final class GuestFault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Which way the data was to go. */
        public enum Direction {
            /** From memory. */
            LOAD,
            /** To memory. */
            STORE
        }

        private final long address;
        private final long sizeBytes;
        private final Direction direction;

        /**
         * Creates a fault.
         *
         * @param rule what was broken, a short phrase such as {@code "outside RAM"}
         * @param address guest-physical address of the access, unsigned
         * @param sizeBytes size of the access in bytes
         * @param direction load or store
         */
        public GuestFault(String rule, long address, long sizeBytes, Direction direction) {
            super(String.format(
                    Locale.ROOT,
                    "%s: %s of %d bytes at guest-physical 0x%x",
                    rule,
                    direction == Direction.LOAD ? "load" : "store",
                    sizeBytes,
                    address));
            this.address = address;
            this.sizeBytes = sizeBytes;
            this.direction = direction;
        }

        /** Returns the guest-physical address of the access. */
        public long address() {
            return address;
        }

        /** Returns the size of the access in bytes. */
        public long sizeBytes() {
            return sizeBytes;
        }

        /** Returns whether the access was a load or a store. */
        public Direction direction() {
            return direction;
        }
    }

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
    final class MemoryWindow {
        private static final VarHandle SHORT =
                MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
        private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
        private static final VarHandle LONG =
                MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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
            Objects.requireNonNull(memory, "memory");
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
}
