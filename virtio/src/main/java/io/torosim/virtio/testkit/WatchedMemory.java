package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.testkit.Violation.Side;

/** Guest memory as one side sees it, with every access shown to a watcher. */
final class WatchedMemory implements GuestMemory {
    /** Sees accesses; stores after they were done. */
    interface Watcher {
        void loaded(Side side, long address, long length);

        void storing(Side side, long address, long length);

        void stored(Side side, long address, long length);

        /** A load that no later access overtakes. */
        default void acquired(Side side, long address, long length) {
            loaded(side, address, length);
        }

        /** A store that overtakes no earlier access. */
        default void released(Side side, long address, long length) {
            stored(side, address, length);
        }

        default void fenced(Side side) {}
    }

    private final GuestMemory memory;
    private final Side side;
    private final Watcher watcher;

    WatchedMemory(GuestMemory memory, Side side, Watcher watcher) {
        this.memory = memory;
        this.side = side;
        this.watcher = watcher;
    }

    @Override
    public long sizeBytes() {
        return memory.sizeBytes();
    }

    @Override
    public int load8(long address) {
        int value = memory.load8(address);
        watcher.loaded(side, address, 1);
        return value;
    }

    @Override
    public int load16(long address) {
        int value = memory.load16(address);
        watcher.loaded(side, address, 2);
        return value;
    }

    @Override
    public int load32(long address) {
        int value = memory.load32(address);
        watcher.loaded(side, address, 4);
        return value;
    }

    @Override
    public long load64(long address) {
        long value = memory.load64(address);
        watcher.loaded(side, address, 8);
        return value;
    }

    @Override
    public void store8(long address, int value) {
        watcher.storing(side, address, 1);
        memory.store8(address, value);
        watcher.stored(side, address, 1);
    }

    @Override
    public void store16(long address, int value) {
        watcher.storing(side, address, 2);
        memory.store16(address, value);
        watcher.stored(side, address, 2);
    }

    @Override
    public void store32(long address, int value) {
        watcher.storing(side, address, 4);
        memory.store32(address, value);
        watcher.stored(side, address, 4);
    }

    @Override
    public void store64(long address, long value) {
        watcher.storing(side, address, 8);
        memory.store64(address, value);
        watcher.stored(side, address, 8);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        memory.copyOut(address, target, offset, length);
        watcher.loaded(side, address, length);
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        watcher.storing(side, address, length);
        memory.copyIn(address, source, offset, length);
        watcher.stored(side, address, length);
    }

    @Override
    public void fill(long address, long length, int value) {
        watcher.storing(side, address, length);
        memory.fill(address, length, value);
        watcher.stored(side, address, length);
    }

    @Override
    public int loadAcquire16(long address) {
        int value = memory.loadAcquire16(address);
        watcher.acquired(side, address, 2);
        return value;
    }

    @Override
    public void storeRelease16(long address, int value) {
        watcher.storing(side, address, 2);
        memory.storeRelease16(address, value);
        watcher.released(side, address, 2);
    }

    @Override
    public void fullFence() {
        memory.fullFence();
        watcher.fenced(side);
    }
}
