package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Counts what one side does and notes every store outside the ranges that were allowed to it. */
final class ConfinedMemory implements WatchedMemory.Watcher {
    private final List<long[]> allowed = new ArrayList<>();
    private final List<String> escapes = new ArrayList<>();
    private final GuestMemory view;
    private final long limit;
    private long loads;
    private long stores;

    ConfinedMemory(GuestMemory memory, Side side, long limit) {
        this.view = new WatchedMemory(memory, side, this);
        this.limit = limit;
    }

    GuestMemory view() {
        return view;
    }

    void allow(long address, long length) {
        allowed.add(new long[] {address, length});
    }

    List<String> escapes() {
        return escapes;
    }

    long accesses() {
        return loads + stores;
    }

    long loads() {
        return loads;
    }

    long stores() {
        return stores;
    }

    private void count(Side side) {
        if (loads + stores > limit) {
            throw new RunawayException(side, limit);
        }
    }

    @Override
    public void loaded(Side side, long address, long length) {
        loads++;
        count(side);
    }

    @Override
    public void storing(Side side, long address, long length) {
        stores++;
        count(side);
    }

    @Override
    public void stored(Side side, long address, long length) {
        for (long[] range : allowed) {
            if (address >= range[0] && address + length <= range[0] + range[1]) {
                return;
            }
        }
        escapes.add(String.format(Locale.ROOT, "%d bytes at 0x%x", length, address));
    }
}
