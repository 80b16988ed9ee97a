package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.ArrayList;
import java.util.List;

/** A ring to be written by hand, right or wrong. Names follow the specification; nothing is checked. */
final class AttackRing {
    /** Bytes of memory: everything from here on is outside RAM. */
    public static final int RAM_BYTES = 0x10000;
    /** Start of 4 KiB in which the device may write. */
    public static final long WRITABLE = 0x8000;
    /** Start of 4 KiB in which it may only read. */
    public static final long READABLE = 0xa000;
    /** Where indirect tables go. */
    public static final long TABLE = 0xc000;

    private final GuestMemory memory;
    private final QueueLayout layout;

    private final List<long[]> treason = new ArrayList<>();

    AttackRing(GuestMemory memory, QueueLayout layout) {
        this.memory = memory;
        this.layout = layout;
    }

    /** When the device has read the four bytes at {@code address} once, they become {@code value}. */
    public AttackRing afterFirstRead(long address, long value) {
        treason.add(new long[] {address, value});
        return this;
    }

    /** Returns what the device sees: memory that another processor writes to. */
    GuestMemory treacherous(GuestMemory device) {
        if (treason.isEmpty()) {
            return device;
        }
        return new WatchedMemory(device, Side.DEVICE, new WatchedMemory.Watcher() {
            @Override
            public void loaded(Side side, long address, long length) {
                for (long[] change : treason) {
                    if (address <= change[0] && address + length > change[0]) {
                        memory.store32(change[0], (int) change[1]);
                    }
                }
            }

            @Override
            public void storing(Side side, long address, long length) {}

            @Override
            public void stored(Side side, long address, long length) {}
        });
    }

    /** Returns guest memory as the driver sees it. */
    public GuestMemory memory() {
        return memory;
    }

    /** Returns where the ring lies. */
    public QueueLayout layout() {
        return layout;
    }

    /** Returns the queue size. */
    public int size() {
        return layout.size();
    }

    /** Writes a split descriptor. */
    public AttackRing desc(int index, long address, long length, int flags, int next) {
        return splitAt(layout.descAddr() + 16L * index, address, length, flags, next);
    }

    /** Writes an entry of a split indirect table. */
    public AttackRing entry(long table, int index, long address, long length, int flags, int next) {
        return splitAt(table + 16L * index, address, length, flags, next);
    }

    private AttackRing splitAt(long at, long address, long length, int flags, int next) {
        memory.store64(at, address);
        memory.store32(at + 8, (int) length);
        memory.store16(at + 12, flags);
        memory.store16(at + 14, next);
        return this;
    }

    /** Puts heads into the available ring from slot 0 and sets {@code avail.idx} to their number. */
    public AttackRing avail(int... heads) {
        for (int i = 0; i < heads.length; i++) {
            memory.store16(SplitRing.availSlot(layout.driverAddr(), i), heads[i]);
        }
        return availIdx(heads.length);
    }

    /** Sets {@code avail.idx}. */
    public AttackRing availIdx(int idx) {
        memory.storeRelease16(SplitRing.availIdx(layout.driverAddr()), idx);
        return this;
    }

    /** Writes a packed descriptor; {@code flags} without AVAIL and USED, which are set as in the first lap. */
    public AttackRing packed(int slot, long address, long length, int flags, int id) {
        return packedRaw(slot, address, length, flags | PackedRing.DESC_F_AVAIL, id);
    }

    /** Writes a packed descriptor with exactly these flags. */
    public AttackRing packedRaw(int slot, long address, long length, int flags, int id) {
        return packedAt(layout.descAddr() + 16L * slot, address, length, flags, id);
    }

    /** Writes an entry of a packed indirect table. */
    public AttackRing packedEntry(long table, int index, long address, long length, int flags) {
        return packedAt(table + 16L * index, address, length, flags, 0);
    }

    private AttackRing packedAt(long at, long address, long length, int flags, int id) {
        memory.store64(at, address);
        memory.store32(at + 8, (int) length);
        memory.store16(at + 12, id);
        if ((at & 1) == 0) {
            memory.storeRelease16(at + 14, flags);
        } else {
            memory.store16(at + 14, flags); // a table at an odd address
        }
        return this;
    }
}
