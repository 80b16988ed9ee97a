package io.torosim.core.memory;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.core.memory.GuestMemory.PlainBytes;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The guest-physical address space: RAM from 0, with ranges of memory-mapped I/O laid over it or beside it (the LAPIC at
 * 0xFEE00000, a PCI BAR, the VGA window).
 *
 * <p>An access goes to the device whose range holds it wholly, else to RAM. Faults: a scalar MMIO access that is not
 * aligned to its size or not wholly inside one range; a bulk access ({@code copyOut}, {@code copyIn}, {@code fill}) that
 * touches MMIO, since devices see accesses of 1 to 8 bytes; any access that is neither MMIO nor RAM.
 *
 * <p>Cost: an access below the lowest or above the highest MMIO range, or in the widest gap between two, costs two to four compares more than RAM; others O(log
 * ranges). Confined to the simulation thread.
 *
 * <p>RAM is {@link SparseRam}; a device beside it is an {@link MmioDevice}, which the {@link io.torosim.core.bus.Bus Bus} of a machine puts there, and
 * whoever waits for a store is a {@link Watch}. Drivers and devices see it as {@link GuestMemory}.
 */
public final class GuestAddressSpace implements GuestMemory {
    private final SparseRam ram;
    // the ranges, by address
    private long[] starts = {};
    private long[] ends = {};
    private MmioDevice[] devices = {};
    private long lowest = Long.MAX_VALUE; // first byte of the lowest MMIO range
    private long highestEnd; // first byte behind the highest one
    // the widest gap between ranges: most RAM of a PC lies between the VGA window and the PCI BARs
    private long gapStart;
    private long gapEnd;
    // the range of the last access: a driver kicks the same register again and again
    private long lastStart;
    private long lastEnd;
    private @Nullable MmioDevice lastDevice;
    private @Nullable Watch watch; // then nothing is plain
    private final RangeSet<Long> windows = TreeRangeSet.create(); // RAM that was given away as plain

    /** Creates the address space of {@code ram} without devices. */
    public GuestAddressSpace(SparseRam ram) {
        Objects.requireNonNull(ram, "ram");
        this.ram = ram;
    }

    /**
     * Maps a device's registers.
     *
     * @param address first byte, at least 0; may lie outside RAM
     * @param lengthBytes at least 1
     * @throws IllegalArgumentException if the range overlaps one that is mapped, or RAM that {@link #plain} gave away
     */
    public void map(long address, long lengthBytes, MmioDevice device) {
        if (address < 0 || lengthBytes < 1 || address + lengthBytes < 0) {
            throw new IllegalArgumentException("MMIO range must lie in [0, 2^63) and not be empty, address=0x"
                    + Long.toHexString(address) + ", lengthBytes=" + lengthBytes);
        }
        long end = address + lengthBytes;
        int common = firstIn(address, end);
        if (common >= 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "MMIO ranges must not overlap: [0x%x, 0x%x) and, of another device, [0x%x, 0x%x)",
                    address,
                    end,
                    Math.max(address, starts[common]),
                    Math.min(end, ends[common])));
        }
        if (!windows.isEmpty() && windows.intersects(Range.closedOpen(address, end))) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "MMIO must not cover RAM in direct use (a virtqueue's ring): [0x%x, 0x%x)",
                    address,
                    end));
        }
        int at = lastFrom(address) + 1;
        starts = inserted(starts, at, address);
        ends = inserted(ends, at, end);
        MmioDevice[] more = Arrays.copyOf(devices, devices.length + 1);
        System.arraycopy(devices, at, more, at + 1, devices.length - at);
        more[at] = device;
        devices = more;
        lowest = starts[0];
        highestEnd = ends[ends.length - 1];
        lastStart = address; // as if it had been accessed
        lastEnd = end;
        lastDevice = device;
        findWidestGap();
    }

    private static long[] inserted(long[] array, int at, long value) {
        long[] more = Arrays.copyOf(array, array.length + 1);
        System.arraycopy(array, at, more, at + 1, array.length - at);
        more[at] = value;
        return more;
    }

    /** The last range that begins at {@code address} or before; -1 for none. */
    private int lastFrom(long address) {
        int found = Arrays.binarySearch(starts, address);
        return found >= 0 ? found : -found - 2;
    }

    /** The first range that has a byte in {@code [start, end)}; -1 for none. */
    private int firstIn(long start, long end) {
        int at = lastFrom(start);
        if (at < 0 || ends[at] <= start) {
            at++;
        }
        return at < starts.length && starts[at] < end ? at : -1;
    }

    private void findWidestGap() {
        gapStart = 0;
        gapEnd = 0;
        for (int i = 1; i < starts.length; i++) {
            if (starts[i] - ends[i - 1] > gapEnd - gapStart) {
                gapStart = ends[i - 1];
                gapEnd = starts[i];
            }
        }
    }

    /** Takes back what {@link #map} did with that range, as if it had never been mapped. */
    public void unmap(long address, long lengthBytes) {
        int at = Arrays.binarySearch(starts, address);
        if (at >= 0 && ends[at] == address + lengthBytes) {
            starts = without(starts, at);
            ends = without(ends, at);
            MmioDevice[] fewer = Arrays.copyOf(devices, devices.length - 1);
            System.arraycopy(devices, at + 1, fewer, at, fewer.length - at);
            devices = fewer;
        }
        lastDevice = null;
        lastStart = 0;
        lastEnd = 0;
        boolean none = starts.length == 0;
        lowest = none ? Long.MAX_VALUE : starts[0];
        highestEnd = none ? 0 : ends[ends.length - 1];
        findWidestGap();
    }

    private static long[] without(long[] array, int at) {
        long[] fewer = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, at + 1, fewer, at, fewer.length - at);
        return fewer;
    }

    /** Sees what is done to an address space, by whomever. */
    public interface Watch {
        /** A load or store of 1 to 8 bytes of RAM follows. */
        void scalar(long address, int sizeBytes, boolean store);

        /** Bytes of RAM are copied out, or copied in or filled; at least one. */
        void range(long address, long bytes, boolean store);

        /** A device's register is accessed from now on, or no longer: what comes in between is the device's. */
        void register(boolean begins);
    }

    /** Tells {@code who} of every access from now on; nothing is given away as plain any more. To be called before there is any device. */
    public void watch(Watch who) {
        watch = who;
    }

    /** Returns the RAM below the devices. */
    public SparseRam ram() {
        return ram;
    }

    /** Returns the size of RAM: where rings and buffers can lie. Registers may lie beyond it. */
    @Override
    public long sizeBytes() {
        return ram.sizeBytes();
    }

    private boolean isPlain(long address, long size) {
        return (address + size <= lowest || address >= highestEnd || address >= gapStart && address + size <= gapEnd)
                && watch == null;
    }

    /** Returns the range that holds the access, or -1 where it touches none. */
    private int find(long address, long size, GuestFault.Direction direction) {
        if (size <= 0 || address < 0 || address + size < 0) {
            return -1; // RAM's own check tells
        }
        int at = firstIn(address, address + size);
        if (at >= 0 && (address < starts[at] || address + size > ends[at])) {
            throw new GuestFault("not wholly inside one MMIO range", address, size, direction);
        }
        return at;
    }

    /** Returns the device whose range holds the access, its first byte then in {@link #lastStart}, or null where it touches none. */
    private @Nullable MmioDevice findScalar(long address, int size, GuestFault.Direction direction) {
        if (address < lastStart || address > lastEnd - size) {
            int at = find(address, size, direction);
            if (at < 0) {
                return null;
            }
            lastStart = starts[at]; // while they are accessed, ranges neither change nor go
            lastEnd = ends[at];
            lastDevice = devices[at];
        }
        if ((address & size - 1) != 0) {
            throw new GuestFault("unaligned MMIO access", address, size, direction);
        }
        return lastDevice;
    }

    private void checkBulk(long address, long size, GuestFault.Direction direction) {
        if (!isPlain(address, size) && find(address, size, direction) >= 0) {
            throw new GuestFault("bulk access to MMIO", address, size, direction);
        }
    }

    private long register(MmioDevice device, long offset, int size) {
        if (watch == null) {
            return device.read(offset, size);
        }
        watch.register(true);
        try {
            return device.read(offset, size);
        } finally {
            watch.register(false);
        }
    }

    private void register(MmioDevice device, long offset, int size, long value) {
        if (watch == null) {
            device.write(offset, size, value);
            return;
        }
        watch.register(true);
        try {
            device.write(offset, size, value);
        } finally {
            watch.register(false);
        }
    }

    private long load(long address, int size) {
        MmioDevice device = findScalar(address, size, GuestFault.Direction.LOAD);
        if (device != null) {
            return register(device, address - lastStart, size);
        }
        if (watch != null) {
            watch.scalar(address, size, false);
        }
        switch (size) {
            case 1:
                return ram.load8(address);
            case 2:
                return ram.load16(address);
            case 4:
                return ram.load32(address);
            default:
                return ram.load64(address);
        }
    }

    private void store(long address, int size, long value) {
        MmioDevice device = findScalar(address, size, GuestFault.Direction.STORE);
        if (device != null) {
            long mask = size == 8 ? -1 : (1L << 8 * size) - 1;
            register(device, address - lastStart, size, value & mask);
            return;
        }
        if (watch != null) {
            watch.scalar(address, size, true);
        }
        switch (size) {
            case 1:
                ram.store8(address, (int) value);
                break;
            case 2:
                ram.store16(address, (int) value);
                break;
            case 4:
                ram.store32(address, (int) value);
                break;
            default:
                ram.store64(address, value);
        }
    }

    /** {@inheritDoc} Here: RAM that no MMIO range touches; none can be mapped over it later. */
    @Override
    public @Nullable PlainBytes plain(long address, int lengthBytes) {
        boolean free = isPlain(address, lengthBytes)
                || watch == null && firstIn(address, address + Math.max(lengthBytes, 1)) < 0;
        PlainBytes plain = free ? ram.plain(address, lengthBytes) : null;
        if (plain != null) {
            windows.add(Range.closedOpen(address, address + lengthBytes));
        }
        return plain;
    }

    @Override
    public int load8(long address) {
        return isPlain(address, 1) ? ram.load8(address) : (int) load(address, 1) & 0xff;
    }

    @Override
    public int load16(long address) {
        return isPlain(address, 2) ? ram.load16(address) : (int) load(address, 2) & 0xffff;
    }

    @Override
    public int load32(long address) {
        return isPlain(address, 4) ? ram.load32(address) : (int) load(address, 4);
    }

    @Override
    public long load64(long address) {
        return isPlain(address, 8) ? ram.load64(address) : load(address, 8);
    }

    @Override
    public void store8(long address, int value) {
        if (isPlain(address, 1)) {
            ram.store8(address, value);
        } else {
            store(address, 1, value);
        }
    }

    @Override
    public void store16(long address, int value) {
        if (isPlain(address, 2)) {
            ram.store16(address, value);
        } else {
            store(address, 2, value);
        }
    }

    @Override
    public void store32(long address, int value) {
        if (isPlain(address, 4)) {
            ram.store32(address, value);
        } else {
            store(address, 4, value);
        }
    }

    @Override
    public void store64(long address, long value) {
        if (isPlain(address, 8)) {
            ram.store64(address, value);
        } else {
            store(address, 8, value);
        }
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        checkBulk(address, length, GuestFault.Direction.LOAD);
        range(address, length, false);
        ram.copyOut(address, target, offset, length);
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        checkBulk(address, length, GuestFault.Direction.STORE);
        range(address, length, true);
        ram.copyIn(address, source, offset, length);
    }

    /**
     * Moves bytes to lower addresses, as so many loads and stores of one byte in ascending order would.
     *
     * @param from address of the first byte
     * @param to where it goes, below {@code from}; both ranges in RAM, or in one device
     * @param bytes at least 0
     */
    public void moveDown(long from, long to, int bytes) {
        byte[] kept = kept(to, from - to + bytes);
        if (kept != null) {
            System.arraycopy(kept, (int) (from - lastStart), kept, (int) (to - lastStart), bytes);
            return;
        }
        if (isPlain(to, from - to + bytes)) {
            byte[] moved = new byte[bytes]; // none of them is overwritten before it is loaded
            copyOut(from, moved, 0, bytes);
            copyIn(to, moved, 0, bytes);
            return;
        }
        for (int i = 0; i < bytes; i++) {
            store8(to + i, load8(from + i));
        }
    }

    /**
     * Stores the same four bytes so many times, as so many stores would.
     *
     * @param address a multiple of 4; all in RAM, or in one device
     * @param stores at least 0
     */
    public void fill32(long address, int value, int stores) {
        int bytes = 4 * stores;
        byte[] kept = kept(address, bytes);
        if (kept == null) {
            for (int i = 0; i < stores; i++) {
                store32(address + 4L * i, value);
            }
            return;
        }
        store32(address, value);
        int at = (int) (address - lastStart);
        for (int there = 4; there < bytes; there *= 2) {
            System.arraycopy(kept, at, kept, at + there, Math.min(there, bytes - there));
        }
    }

    /**
     * Stores bytes two by two, as so many stores would.
     *
     * @param address a multiple of 2; all in RAM, or in one device
     * @param from the bytes, from its first one
     * @param stores at least 0
     */
    public void store16s(long address, byte[] from, int stores) {
        byte[] kept = kept(address, 2L * stores);
        if (kept != null) {
            System.arraycopy(from, 0, kept, (int) (address - lastStart), 2 * stores);
            return;
        }
        for (int i = 0; i < stores; i++) {
            store16(address + 2L * i, from[2 * i] & 0xff | (from[2 * i + 1] & 0xff) << 8);
        }
    }

    /** Returns the bytes of the device that has that range, if it does nothing but keep them. */
    private byte @Nullable [] kept(long address, long bytes) {
        MmioDevice device =
                bytes < 1 || isPlain(address, bytes) ? null : findScalar(address, 1, GuestFault.Direction.STORE);
        return device != null && address + bytes <= lastEnd ? device.keptBytes() : null;
    }

    @Override
    public void fill(long address, long length, int value) {
        checkBulk(address, length, GuestFault.Direction.STORE);
        range(address, length, true);
        ram.fill(address, length, value);
    }

    private void range(long address, long length, boolean store) {
        if (watch != null && length > 0) {
            watch.range(address, length, store);
        }
    }

    /**
     * The registers behind a range of memory-mapped I/O. Offsets count from the start of the range; accesses are aligned to
     * their size and lie wholly inside. Both methods may have side effects; neither may keep the caller waiting.
     */
    public interface MmioDevice {
        /**
         * Reads a register.
         *
         * @param offset byte offset into the range
         * @param sizeBytes 1, 2, 4 or 8
         * @return the value; bits beyond {@code sizeBytes} are ignored
         */
        long read(long offset, int sizeBytes);

        /**
         * Writes a register.
         *
         * @param offset byte offset into the range
         * @param sizeBytes 1, 2, 4 or 8
         * @param value zero-extended
         */
        void write(long offset, int sizeBytes, long value);

        /** Returns the bytes of the range, if reads and writes do nothing but read and write them; null if they do anything else. */
        default byte @Nullable [] keptBytes() {
            return null;
        }
    }
}
