package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;

/** The memory of a driver that stores without release; its fences are kept. */
final class PlainStores implements GuestMemory {
    private final GuestMemory memory;

    PlainStores(GuestMemory memory) {
        this.memory = memory;
    }

    @Override
    public long sizeBytes() {
        return memory.sizeBytes();
    }

    @Override
    public int load8(long address) {
        return memory.load8(address);
    }

    @Override
    public int load16(long address) {
        return memory.load16(address);
    }

    @Override
    public int load32(long address) {
        return memory.load32(address);
    }

    @Override
    public long load64(long address) {
        return memory.load64(address);
    }

    @Override
    public void store8(long address, int value) {
        memory.store8(address, value);
    }

    @Override
    public void store16(long address, int value) {
        memory.store16(address, value);
    }

    @Override
    public void store32(long address, int value) {
        memory.store32(address, value);
    }

    @Override
    public void store64(long address, long value) {
        memory.store64(address, value);
    }

    @Override
    public void storeRelease16(long address, int value) {
        memory.store16(address, value);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        memory.copyOut(address, target, offset, length);
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        memory.copyIn(address, source, offset, length);
    }

    @Override
    public void fill(long address, long length, int value) {
        memory.fill(address, length, value);
    }

    @Override
    public void fullFence() {
        memory.fullFence();
    }
}
