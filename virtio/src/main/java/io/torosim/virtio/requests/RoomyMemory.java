package io.torosim.virtio.requests;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.virtio.testkit.FlatMemory;
import java.util.Arrays;

/** RAM of 16 GiB of which only the lowest bytes are there: behind them all reads as 0 and stores are lost. */
final class RoomyMemory implements GuestMemory {
    private static final long BYTES = 1L << 34;

    private final FlatMemory low;

    RoomyMemory(FlatMemory low) {
        this.low = low;
    }

    private boolean there(long address, long length) {
        if (address < 0 || length < 0 || address > BYTES - length) {
            throw new GuestFault("outside RAM", address, length, GuestFault.Direction.LOAD);
        }
        return address + length <= low.sizeBytes();
    }

    @Override
    public long sizeBytes() {
        return BYTES;
    }

    @Override
    public int load8(long address) {
        return there(address, 1) ? low.load8(address) : 0;
    }

    @Override
    public int load16(long address) {
        return there(address, 2) ? low.load16(address) : 0;
    }

    @Override
    public int load32(long address) {
        return there(address, 4) ? low.load32(address) : 0;
    }

    @Override
    public long load64(long address) {
        return there(address, 8) ? low.load64(address) : 0;
    }

    @Override
    public void store8(long address, int value) {
        if (there(address, 1)) {
            low.store8(address, value);
        }
    }

    @Override
    public void store16(long address, int value) {
        if (there(address, 2)) {
            low.store16(address, value);
        }
    }

    @Override
    public void store32(long address, int value) {
        if (there(address, 4)) {
            low.store32(address, value);
        }
    }

    @Override
    public void store64(long address, long value) {
        if (there(address, 8)) {
            low.store64(address, value);
        }
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        if (there(address, length)) {
            low.copyOut(address, target, offset, length);
        } else {
            Arrays.fill(target, offset, offset + length, (byte) 0);
        }
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        if (there(address, length)) {
            low.copyIn(address, source, offset, length);
        }
    }

    @Override
    public void fill(long address, long length, int value) {
        if (there(address, length)) {
            low.fill(address, length, value);
        }
    }
}
