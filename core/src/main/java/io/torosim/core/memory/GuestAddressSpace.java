package io.torosim.core.memory;

import com.google.common.collect.Range;
import com.google.common.collect.RangeMap;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeMap;
import com.google.common.collect.TreeRangeSet;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.core.memory.GuestMemory.PlainBytes;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The guest-physical address space: RAM from 0, with ranges of memory-mapped I/O laid over it or beside it (the LAPIC at
 * 0xFEE00000, a PCI BAR, the VGA window).
 *
 * <p>An access goes to the device whose range holds it wholly, else to RAM. Faults: a scalar MMIO access that is not
 * aligned to its size or not wholly inside one range; a bulk access ({@code copyOut}, {@code copyIn}, {@code fill}) that
 * touches MMIO, since devices see accesses of 1 to 8 bytes; any access that is neither MMIO nor RAM.
 *
 * <p>Cost: an access below the lowest or above the highest MMIO range costs two compares more than RAM; others O(log
 * ranges). Confined to the simulation thread.
 */
public final class GuestAddressSpace implements GuestMemory {
    private final SparseRam ram;
    private final RangeMap<Long, MmioDevice> devices = TreeRangeMap.create();
    private long lowest = Long.MAX_VALUE; // first byte of the lowest MMIO range
    private long highestEnd; // first byte behind the highest one
    // the range of the last access: a driver kicks the same register again and again
    private long lastStart;
    private long lastEnd;
    private @Nullable MmioDevice lastDevice;
    private @Nullable Watch watch; // then nothing is plain
    private final RangeSet<Long> windows = TreeRangeSet.create(); // RAM that was given away as plain

    /** Creates the address space of {@code ram} without devices. */
    public GuestAddressSpace(SparseRam ram) {
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
        Range<Long> range = Range.closedOpen(address, address + lengthBytes);
        RangeMap<Long, MmioDevice> there = devices.subRangeMap(range);
        if (!there.asMapOfRanges().isEmpty()) {
            Range<Long> common = there.asMapOfRanges().keySet().iterator().next();
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "MMIO ranges must not overlap: [0x%x, 0x%x) and, of another device, [0x%x, 0x%x)",
                    address,
                    address + lengthBytes,
                    common.lowerEndpoint(),
                    common.upperEndpoint()));
        }
        if (windows.intersects(range)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "MMIO must not cover RAM in direct use (a virtqueue's ring): [0x%x, 0x%x)",
                    address,
                    address + lengthBytes));
        }
        devices.put(range, device);
        lowest = Math.min(lowest, address);
        highestEnd = Math.max(highestEnd, address + lengthBytes);
    }

    /** Takes back what {@link #map} did with that range, as if it had never been mapped. */
    public void unmap(long address, long lengthBytes) {
        devices.remove(Range.closedOpen(address, address + lengthBytes));
        lastDevice = null;
        lastStart = 0;
        lastEnd = 0;
        boolean none = devices.asMapOfRanges().isEmpty();
        lowest = none ? Long.MAX_VALUE : devices.span().lowerEndpoint();
        highestEnd = none ? 0 : devices.span().upperEndpoint();
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

    /** Returns the first byte behind RAM and behind the highest MMIO range. */
    @Override
    public long sizeBytes() {
        return Math.max(ram.sizeBytes(), highestEnd);
    }

    private boolean isPlain(long address, long size) {
        return (address + size <= lowest || address >= highestEnd) && watch == null;
    }

    /** Returns the range that holds the access, or null where it touches none. */
    private Map.@Nullable Entry<Range<Long>, MmioDevice> find(long address, long size, GuestFault.Direction direction) {
        if (size <= 0 || address < 0 || address + size < 0) {
            return null; // RAM's own check tells
        }
        Map.Entry<Range<Long>, MmioDevice> entry = devices.getEntry(address);
        if (entry == null || address + size > entry.getKey().upperEndpoint()) {
            if (!devices.subRangeMap(Range.closedOpen(address, address + size))
                    .asMapOfRanges()
                    .isEmpty()) {
                throw new GuestFault("not wholly inside one MMIO range", address, size, direction);
            }
            return null;
        }
        return entry;
    }

    /** Returns the device whose range holds the access, its first byte then in {@link #lastStart}, or null where it touches none. */
    private @Nullable MmioDevice findScalar(long address, int size, GuestFault.Direction direction) {
        if (address < lastStart || address > lastEnd - size) {
            Map.Entry<Range<Long>, MmioDevice> entry = find(address, size, direction);
            if (entry == null) {
                return null;
            }
            lastStart = entry.getKey().lowerEndpoint(); // ranges never change and never go
            lastEnd = entry.getKey().upperEndpoint();
            lastDevice = entry.getValue();
        }
        if ((address & size - 1) != 0) {
            throw new GuestFault("unaligned MMIO access", address, size, direction);
        }
        return lastDevice;
    }

    private void checkBulk(long address, long size, GuestFault.Direction direction) {
        if (!isPlain(address, size) && find(address, size, direction) != null) {
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
                || watch == null
                        && devices.subRangeMap(Range.closedOpen(address, address + Math.max(lengthBytes, 1)))
                                .asMapOfRanges()
                                .isEmpty();
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
    }
}
