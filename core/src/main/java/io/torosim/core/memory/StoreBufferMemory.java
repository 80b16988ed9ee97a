package io.torosim.core.memory;

import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.core.memory.StoreBuffers.StoreOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Guest memory as one observer of {@link StoreBuffers} sees it; what its loads and stores do is said there. */
final class StoreBufferMemory implements GuestMemory {
    private static final int PIECE_BYTES = 64;

    private final StoreBuffers shared;
    private final List<Entry> held = new ArrayList<>(); // own stores that nobody else sees yet, oldest first
    private final List<Entry> old = new ArrayList<>(); // values overwritten by others but still seen here, oldest first

    private record Entry(long address, byte[] bytes, boolean release) {
        boolean overlaps(long from, long length) {
            return address < from + length && from < address + bytes.length;
        }

        void overlay(long from, byte[] target) {
            long first = Math.max(from, address);
            long end = Math.min(from + target.length, address + bytes.length);
            if (first < end) {
                System.arraycopy(bytes, (int) (first - address), target, (int) (first - from), (int) (end - first));
            }
        }
    }

    StoreBufferMemory(StoreBuffers shared) {
        this.shared = shared;
    }

    /** Returns how many of this observer's stores are not yet visible to the others. */
    public int heldStores() {
        return held.size();
    }

    @Override
    public long sizeBytes() {
        return shared.memory().sizeBytes();
    }

    @Override
    public void fullFence() {
        publishAll();
        old.clear();
    }

    @Override
    public int loadAcquire16(long address) {
        int value = GuestMemory.super.loadAcquire16(address);
        old.clear();
        return value;
    }

    @Override
    public void storeRelease16(long address, int value) {
        if ((address & 1) != 0) {
            throw new GuestFault("unaligned ordered access", address, 2, GuestFault.Direction.STORE);
        }
        store(address, bytes(value, 2), true);
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
        store(address, bytes(value, 1), false);
    }

    @Override
    public void store16(long address, int value) {
        store(address, bytes(value, 2), false);
    }

    @Override
    public void store32(long address, int value) {
        store(address, bytes(value, 4), false);
    }

    @Override
    public void store64(long address, long value) {
        store(address, bytes(value, 8), false);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        checkBounds(address, length, GuestFault.Direction.LOAD);
        for (int done = 0; done < length; ) {
            int part = pieceLength(address + done, length - done);
            System.arraycopy(read(address + done, part), 0, target, offset + done, part);
            done += part;
        }
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        checkBounds(address, length, GuestFault.Direction.STORE);
        for (int done = 0; done < length; ) {
            int part = pieceLength(address + done, length - done);
            byte[] piece = new byte[part];
            System.arraycopy(source, offset + done, piece, 0, part);
            store(address + done, piece, false);
            done += part;
        }
    }

    @Override
    public void fill(long address, long length, int value) {
        checkBounds(address, length, GuestFault.Direction.STORE);
        for (long done = 0; done < length; ) {
            int part = pieceLength(address + done, length - done);
            byte[] piece = new byte[part];
            Arrays.fill(piece, (byte) value);
            store(address + done, piece, false);
            done += part;
        }
    }

    private static int pieceLength(long address, long rest) {
        return (int) Math.min(rest, PIECE_BYTES - (address & PIECE_BYTES - 1));
    }

    private static byte[] bytes(long value, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value >>> 8 * i);
        }
        return bytes;
    }

    private void checkBounds(long address, long size, GuestFault.Direction direction) {
        if (size < 0) {
            throw new IllegalArgumentException("length must not be negative, length=" + size);
        }
        if (address < 0 || address > sizeBytes() - size) {
            throw new GuestFault("outside RAM of " + sizeBytes() + " bytes", address, size, direction);
        }
    }

    private long load(long address, int size) {
        checkBounds(address, size, GuestFault.Direction.LOAD);
        byte[] bytes = read(address, size);
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    private byte[] read(long address, int size) {
        shared.letDrain();
        byte[] bytes = new byte[size];
        shared.memory().copyOut(address, bytes, 0, size);
        for (int i = old.size() - 1; i >= 0; i--) { // the oldest value of a byte wins: it was not forgotten yet
            old.get(i).overlay(address, bytes);
        }
        for (Entry own : held) { // the newest own store wins
            own.overlay(address, bytes);
        }
        return bytes;
    }

    private void store(long address, byte[] bytes, boolean release) {
        checkBounds(address, bytes.length, GuestFault.Direction.STORE);
        shared.letDrain();
        old.removeIf(e -> e.overlaps(address, bytes.length)); // who writes a place owns its newest value
        held.add(new Entry(address, bytes, release));
        if (!shared.holdsBack()) {
            publishAll();
        } else if (held.size() > shared.capacity()) {
            publish(0);
        }
    }

    private void publishAll() {
        while (!held.isEmpty()) {
            publish(0);
        }
    }

    private void publish(int index) {
        Entry entry = held.remove(index);
        shared.publish(this, entry.address, entry.bytes);
    }

    /** Lets some held stores become visible. Alternatives: 0 all, 1 no more, 2... the first, second... that may go. */
    void drainSome() {
        while (!held.isEmpty()) {
            List<Integer> able = shared.order() == StoreOrder.WEAK ? firstOfTheirPlace(held) : List.of(0);
            int choice = shared.choose("memory.drain", able.size() + 2);
            if (choice == 0) {
                publishAll();
            } else if (choice == 1) {
                return;
            } else {
                publish(able.get(choice - 2));
            }
        }
    }

    /** Forgets some old values. Alternatives: 0 all, 1 no more, 2... the first, second... that may be forgotten. */
    void refreshSome() {
        while (!old.isEmpty()) {
            List<Integer> able = firstOfTheirPlace(old);
            int choice = shared.choose("memory.refresh", able.size() + 2);
            if (choice == 0) {
                old.clear();
            } else if (choice == 1) {
                return;
            } else {
                old.remove(able.get(choice - 2).intValue());
            }
        }
    }

    /** Returns the indices of the entries that no earlier one overlaps; a release also waits for everything before it. */
    private static List<Integer> firstOfTheirPlace(List<Entry> entries) {
        List<Integer> able = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            boolean first = i == 0 || !entry.release;
            for (int j = 0; first && j < i; j++) {
                first = !entries.get(j).overlaps(entry.address, entry.bytes.length);
            }
            if (first) {
                able.add(i);
            }
        }
        return able;
    }

    void keepOld(long address, byte[] value) {
        // a place that this observer has a store of its own on the way to keeps no old value: its next read is its own
        for (Entry own : held) {
            if (own.overlaps(address, value.length)) {
                old.removeIf(e -> e.overlaps(address, value.length));
                return;
            }
        }
        old.add(new Entry(address, value, false));
    }
}
