package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;

/** Guest memory that hands every access on, ordered ones as ordered ones. */
abstract class ForwardingMemory implements GuestMemory {
    /** Where accesses go. */
    abstract GuestMemory target();

    /** Called before every access; returns where it goes. */
    GuestMemory next() {
        return target();
    }

    @Override
    public long sizeBytes() {
        return target().sizeBytes();
    }

    @Override
    public int load8(long address) {
        return next().load8(address);
    }

    @Override
    public int load16(long address) {
        return next().load16(address);
    }

    @Override
    public int load32(long address) {
        return next().load32(address);
    }

    @Override
    public long load64(long address) {
        return next().load64(address);
    }

    @Override
    public int loadAcquire16(long address) {
        return next().loadAcquire16(address);
    }

    @Override
    public void store8(long address, int value) {
        next().store8(address, value);
    }

    @Override
    public void store16(long address, int value) {
        next().store16(address, value);
    }

    @Override
    public void store32(long address, int value) {
        next().store32(address, value);
    }

    @Override
    public void store64(long address, long value) {
        next().store64(address, value);
    }

    @Override
    public void storeRelease16(long address, int value) {
        next().storeRelease16(address, value);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        next().copyOut(address, target, offset, length);
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        next().copyIn(address, source, offset, length);
    }

    @Override
    public void fill(long address, long length, int value) {
        next().fill(address, length, value);
    }

    @Override
    public void fullFence() {
        next().fullFence();
    }
}
