package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;

/** Guest memory that is one thing during set-up and another afterwards. */
final class SwitchedMemory implements GuestMemory {
    GuestMemory target;

    SwitchedMemory(GuestMemory target) {
        this.target = target;
    }

    @Override
    public long sizeBytes() {
        return target.sizeBytes();
    }

    @Override
    public int load8(long address) {
        return target.load8(address);
    }

    @Override
    public int load16(long address) {
        return target.load16(address);
    }

    @Override
    public int load32(long address) {
        return target.load32(address);
    }

    @Override
    public long load64(long address) {
        return target.load64(address);
    }

    @Override
    public void store8(long address, int value) {
        target.store8(address, value);
    }

    @Override
    public void store16(long address, int value) {
        target.store16(address, value);
    }

    @Override
    public void store32(long address, int value) {
        target.store32(address, value);
    }

    @Override
    public void store64(long address, long value) {
        target.store64(address, value);
    }

    @Override
    public void copyOut(long address, byte[] bytes, int offset, int length) {
        target.copyOut(address, bytes, offset, length);
    }

    @Override
    public void copyIn(long address, byte[] bytes, int offset, int length) {
        target.copyIn(address, bytes, offset, length);
    }

    @Override
    public void fill(long address, long length, int value) {
        target.fill(address, length, value);
    }

    @Override
    public int loadAcquire16(long address) {
        return target.loadAcquire16(address);
    }

    @Override
    public void storeRelease16(long address, int value) {
        target.storeRelease16(address, value);
    }

    @Override
    public void fullFence() {
        target.fullFence();
    }
}
