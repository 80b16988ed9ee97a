package io.torosim.core.explore;

import io.torosim.core.memory.GuestMemory;

/** The shared words as memory that only one core sees: see {@link ModelCpu#own}. */
final class OwnWords implements GuestMemory {
    private final ModelCpu cpu;

    OwnWords(ModelCpu cpu) {
        this.cpu = cpu;
    }

    @Override
    public long sizeBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public int load8(long address) {
        return (int) cpu.loadOwn(address, 1);
    }

    @Override
    public int load16(long address) {
        return (int) cpu.loadOwn(address, 2);
    }

    @Override
    public int load32(long address) {
        return (int) cpu.loadOwn(address, 4);
    }

    @Override
    public long load64(long address) {
        return cpu.loadOwn(address, 8);
    }

    @Override
    public void store8(long address, int value) {
        cpu.storeOwn(address, 1, value);
    }

    @Override
    public void store16(long address, int value) {
        cpu.storeOwn(address, 2, value);
    }

    @Override
    public void store32(long address, int value) {
        cpu.storeOwn(address, 4, value);
    }

    @Override
    public void store64(long address, long value) {
        cpu.storeOwn(address, 8, value);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        for (int i = 0; i < length; i++) {
            target[offset + i] = (byte) load8(address + i);
        }
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        for (int i = 0; i < length; i++) {
            store8(address + i, source[offset + i]);
        }
    }

    @Override
    public void fill(long address, long length, int value) {
        for (long i = 0; i < length; i++) {
            store8(address + i, value);
        }
    }
}
