package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.GuestFault;

/** RAM in two pieces, one from 0 and one from 4 GiB: so that addresses need more than 32 bits without the bytes. */
final class FoldedMemory implements GuestMemory {
    /** Where the upper piece begins. */
    static final long HIGH = 1L << 32;

    private final FlatMemory low;
    private final FlatMemory high;

    FoldedMemory(int lowBytes, int highBytes) {
        low = new FlatMemory(lowBytes);
        high = new FlatMemory(highBytes);
    }

    @Override
    public long sizeBytes() {
        return HIGH + high.sizeBytes();
    }

    private FlatMemory piece(long address, long length) {
        if (address >= 0 && address < HIGH && address + length > low.sizeBytes()) {
            throw new GuestFault("in the hole below 4 GiB", address, length, GuestFault.Direction.LOAD);
        }
        return address < HIGH ? low : high;
    }

    private static long fold(long address) {
        return address < HIGH ? address : address - HIGH;
    }

    @Override
    public int load8(long address) {
        return piece(address, 1).load8(fold(address));
    }

    @Override
    public int load16(long address) {
        return piece(address, 2).load16(fold(address));
    }

    @Override
    public int load32(long address) {
        return piece(address, 4).load32(fold(address));
    }

    @Override
    public long load64(long address) {
        return piece(address, 8).load64(fold(address));
    }

    @Override
    public void store8(long address, int value) {
        piece(address, 1).store8(fold(address), value);
    }

    @Override
    public void store16(long address, int value) {
        piece(address, 2).store16(fold(address), value);
    }

    @Override
    public void store32(long address, int value) {
        piece(address, 4).store32(fold(address), value);
    }

    @Override
    public void store64(long address, long value) {
        piece(address, 8).store64(fold(address), value);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        piece(address, length).copyOut(fold(address), target, offset, length);
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        piece(address, length).copyIn(fold(address), source, offset, length);
    }

    @Override
    public void fill(long address, long length, int value) {
        piece(address, length).fill(fold(address), length, value);
    }
}
