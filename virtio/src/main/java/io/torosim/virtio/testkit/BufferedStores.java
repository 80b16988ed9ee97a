package io.torosim.virtio.testkit;

import io.torosim.core.choice.Choices;
import io.torosim.core.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory as one processor with a store buffer sees it, and shows it (total store order, as on x86): a store may stay
 * unseen by the other side until the next full fence or until the buffer is drained; stores leave in order; the processor
 * sees its own at once. {@link Choices} decides which stores linger.
 *
 * <p>Every outcome is one that x86 allows; not every outcome that x86 allows can be had (a buffer drains as a whole).
 */
final class BufferedStores implements GuestMemory {
    private final GuestMemory memory;
    private final Side side;
    private final Choices choices;
    private final TwoSides sides;
    private final boolean lingering;
    private final List<long[]> pending = new ArrayList<>(); // address, size, value

    BufferedStores(GuestMemory memory, Side side, Choices choices, TwoSides sides, boolean lingering) {
        this.memory = memory;
        this.side = side;
        this.choices = choices;
        this.sides = sides;
        this.lingering = lingering;
    }

    void drain() {
        for (long[] store : pending) {
            write(store[0], (int) store[1], store[2]);
        }
        pending.clear();
    }

    private void write(long address, int size, long value) {
        switch (size) {
            case 1 -> memory.store8(address, (int) value);
            case 2 -> memory.store16(address, (int) value);
            case 4 -> memory.store32(address, (int) value);
            default -> memory.store64(address, value);
        }
    }

    private void store(long address, int size, long value) {
        sides.point(side);
        if (lingering && (!pending.isEmpty() || choices.choose("virtio.store", 2) == 1)) {
            pending.add(new long[] {address, size, value});
        } else {
            write(address, size, value);
        }
    }

    private long load(long address, int size) {
        sides.point(side);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (long) byteAt(address + i) << 8 * i;
        }
        return value;
    }

    private int byteAt(long address) {
        for (int i = pending.size() - 1; i >= 0; i--) {
            long[] store = pending.get(i);
            if (address >= store[0] && address < store[0] + store[1]) {
                return (int) (store[2] >>> 8 * (address - store[0])) & 0xff;
            }
        }
        return memory.load8(address);
    }

    @Override
    public long sizeBytes() {
        return memory.sizeBytes();
    }

    @Override
    public int load8(long address) {
        return (int) load(address, 1);
    }

    @Override
    public int load16(long address) {
        return (int) load(address, 2);
    }

    @Override
    public int load32(long address) {
        return (int) load(address, 4);
    }

    @Override
    public long load64(long address) {
        return load(address, 8);
    }

    @Override
    public void store8(long address, int value) {
        store(address, 1, value);
    }

    @Override
    public void store16(long address, int value) {
        store(address, 2, value);
    }

    @Override
    public void store32(long address, int value) {
        store(address, 4, value);
    }

    @Override
    public void store64(long address, long value) {
        store(address, 8, value);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        sides.point(side);
        for (int i = 0; i < length; i++) {
            target[offset + i] = (byte) byteAt(address + i);
        }
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        for (int i = 0; i < length; i++) {
            store(address + i, 1, source[offset + i]);
        }
    }

    @Override
    public void fill(long address, long length, int value) {
        for (long i = 0; i < length; i++) {
            store(address + i, 1, value);
        }
    }

    @Override
    public void fullFence() {
        sides.point(side);
        drain();
    }
}
