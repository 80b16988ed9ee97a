package io.torosim.virtio.testkit;

import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A moment in both sides' lives, with memory and what is under way: stores of a side that the other does not see yet, and old
 * values that a side may still read. What can happen to them is what a view of {@link io.torosim.core.memory.StoreBuffers} does.
 */
final class SearchState {
    private static final int CAPACITY = 16;

    /** A store that is not visible, or an old value. */
    private record Entry(int address, byte[] bytes, boolean release) {
        boolean overlaps(int from, int length) {
            return address < from + length && from < address + bytes.length;
        }

        long hash(long seed) {
            long hash = mix(seed ^ address ^ (release ? 1L << 40 : 0) ^ (long) bytes.length << 44);
            for (byte b : bytes) {
                hash = mix(hash + b);
            }
            return hash;
        }
    }

    /** What can happen next. */
    record Move(What what, int side, int entry) {
        enum What {
            STEP,
            APPEARS,
            FORGOTTEN
        }
    }

    private final SideHistory[] histories;
    private final byte[] image;
    private final @Nullable StoreOrder order;
    private final SideHistory.Moment[] at = new SideHistory.Moment[2];
    private final boolean[] woken = new boolean[2];
    private final List<List<Entry>> held = List.of(new ArrayList<>(), new ArrayList<>());
    private final List<List<Entry>> old = List.of(new ArrayList<>(), new ArrayList<>());
    private byte[] changed; // pairs of what differs from the image: see changes
    private int[] changes;
    private int changeCount;

    SearchState(SideHistory[] histories, byte[] image, @Nullable StoreOrder order) {
        this.histories = histories;
        this.image = image;
        this.order = order;
        at[0] = histories[0].first();
        at[1] = histories[1].first();
        changes = new int[64];
        changed = new byte[64];
    }

    private SearchState(SearchState other) {
        histories = other.histories;
        image = other.image;
        order = other.order;
        for (int side = 0; side < 2; side++) {
            at[side] = other.at[side];
            woken[side] = other.woken[side];
            held.get(side).addAll(other.held.get(side));
            old.get(side).addAll(other.old.get(side));
        }
        changes = other.changes.clone();
        changed = other.changed.clone();
        changeCount = other.changeCount;
    }

    SideStep next(int side) {
        return at[side].next;
    }

    boolean woken(int side) {
        return woken[side];
    }

    boolean nothingOld(int side) {
        return old.get(side).isEmpty();
    }

    boolean nothingUnderWay(int side) {
        return held.get(side).isEmpty() && old.get(side).isEmpty();
    }

    /** Whether a store of this side goes into its store buffer without anything else. */
    boolean buffers(int side) {
        return order != null && held.get(side).size() < CAPACITY;
    }

    /** Returns what is wrong here, where these are all the moves, or null. */
    @Nullable
    String failure(List<Move> moves) {
        for (SideHistory.Moment moment : at) {
            if (moment.next.kind() == SideStep.Kind.FAIL) {
                return moment.next.failure();
            }
        }
        boolean over = at[Side.DRIVER.ordinal()].next.kind() == SideStep.Kind.END;
        return moves.isEmpty() && !over ? "N15: both sides sleep, and not all buffers came back" : null;
    }

    List<Move> moves() {
        List<Move> moves = new ArrayList<>();
        if (at[Side.DRIVER.ordinal()].next.kind() == SideStep.Kind.END) {
            return moves;
        }
        for (int side = 0; side < 2; side++) {
            SideStep.Kind kind = at[side].next.kind();
            boolean goesOn = kind != SideStep.Kind.END
                    && kind != SideStep.Kind.FAIL
                    && (kind != SideStep.Kind.SLEEP || woken[side]);
            if (goesOn) {
                moves.add(new Move(Move.What.STEP, side, 0));
            }
            for (int i = 0; i < held.get(side).size(); i++) {
                boolean able = order == StoreOrder.TSO ? i == 0 : firstOfItsPlace(held.get(side), i);
                if (able && matters(side, i)) {
                    moves.add(new Move(Move.What.APPEARS, side, i));
                }
            }
            for (int i = 0; i < old.get(side).size(); i++) {
                if (firstOfItsPlace(old.get(side), i)
                        && isRead(side, old.get(side).get(i))) {
                    moves.add(new Move(Move.What.FORGOTTEN, side, i));
                }
            }
        }
        return moves;
    }

    /**
     * Whether it can matter now that a store appears: the other side is about to load it, or has stored to the same place, or
     * either is true of a store that has to wait for this one. Until then it may as well appear later, and so may be left out.
     */
    private boolean matters(int side, int index) {
        List<Entry> mine = held.get(side);
        if (mine.size() >= CAPACITY) {
            return true;
        }
        for (int i = mine.size() - 1; i >= index; i--) {
            Entry later = mine.get(i);
            boolean waits = i == index || order == StoreOrder.TSO || waitsFor(mine, i, index);
            if (waits && (isRead(1 - side, later) || isStored(1 - side, later))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a held store may only appear after an earlier one has, directly or by way of others. */
    private static boolean waitsFor(List<Entry> entries, int late, int early) {
        for (int i = early; i < late; i++) {
            boolean direct = entries.get(late).release
                    || entries.get(i).overlaps(entries.get(late).address, entries.get(late).bytes.length);
            if (direct && (i == early || waitsFor(entries, i, early))) {
                return true;
            }
        }
        return false;
    }

    private boolean isRead(int side, Entry entry) {
        SideStep next = at[side].next;
        return next.load() && entry.overlaps((int) next.address(), next.bytes());
    }

    private boolean isStored(int side, Entry entry) {
        SideStep next = at[side].next;
        return next.store() && entry.overlaps((int) next.address(), next.bytes())
                || held.get(side).stream().anyMatch(e -> e.overlaps(entry.address, entry.bytes.length));
    }

    private static boolean firstOfItsPlace(List<Entry> entries, int index) {
        Entry entry = entries.get(index);
        boolean first = index == 0 || !entry.release;
        for (int j = 0; first && j < index; j++) {
            first = !entries.get(j).overlaps(entry.address, entry.bytes.length);
        }
        return first;
    }

    /** Returns the state after a move. */
    SearchState after(Move move) {
        SearchState after = new SearchState(this);
        switch (move.what) {
            case STEP -> after.step(move.side);
            case APPEARS -> after.publish(move.side, move.entry);
            default -> after.old.get(move.side).remove(move.entry);
        }
        return after;
    }

    /** Takes the next step of a side. */
    void step(int side) {
        SideStep step = at[side].next;
        long read = 0;
        switch (step.kind()) {
            case LOAD -> read = load(side, step);
            case LOAD_ACQUIRE -> {
                read = load(side, step);
                old.get(side).clear();
            }
            case STORE, STORE_RELEASE -> store(side, step);
            case FENCE -> {
                publishAll(side);
                old.get(side).clear();
            }
            case WAKE -> {
                publishAll(side); // a register write comes behind the stores before it
                woken[1 - side] = true;
            }
            case SLEEP -> woken[side] = false;
            default -> throw new IllegalStateException(step.toString());
        }
        at[side] = histories[side].after(at[side], read);
    }

    private long load(int side, SideStep step) {
        byte[] bytes = new byte[step.bytes()];
        int from = (int) step.address();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = memory(from + i);
        }
        for (int i = old.get(side).size() - 1; i >= 0; i--) { // the oldest value of a byte wins
            overlay(old.get(side).get(i), from, bytes);
        }
        for (Entry own : held.get(side)) { // the newest own store wins
            overlay(own, from, bytes);
        }
        long value = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    private static void overlay(Entry entry, int from, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            int index = from + i - entry.address;
            if (index >= 0 && index < entry.bytes.length) {
                bytes[i] = entry.bytes[index];
            }
        }
    }

    private void store(int side, SideStep step) {
        byte[] bytes = new byte[step.bytes()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (step.value() >>> 8 * i);
        }
        int from = (int) step.address();
        old.get(side).removeIf(e -> e.overlaps(from, bytes.length)); // who writes a place owns its newest value
        held.get(side).add(new Entry(from, bytes, step.kind() == SideStep.Kind.STORE_RELEASE));
        if (order == null) {
            publishAll(side);
        } else if (held.get(side).size() > CAPACITY) {
            publish(side, 0);
        }
    }

    private void publishAll(int side) {
        while (!held.get(side).isEmpty()) {
            publish(side, 0);
        }
    }

    private void publish(int side, int index) {
        Entry entry = held.get(side).remove(index);
        if (order == StoreOrder.WEAK) {
            keepOld(1 - side, entry);
        }
        for (int i = 0; i < entry.bytes.length; i++) {
            memory(entry.address + i, entry.bytes[i]);
        }
    }

    private void keepOld(int side, Entry entry) {
        byte[] before = new byte[entry.bytes.length];
        boolean different = false;
        for (int i = 0; i < before.length; i++) {
            before[i] = memory(entry.address + i);
            different |= before[i] != entry.bytes[i];
        }
        for (Entry own : held.get(side)) {
            if (own.overlaps(entry.address, before.length)) {
                old.get(side).removeIf(e -> e.overlaps(entry.address, before.length));
                return;
            }
        }
        if (different) {
            old.get(side).add(new Entry(entry.address, before, false));
        }
    }

    /** Lets stores appear that the other side neither loads nor stores; returns whether there were any. */
    boolean publishPrivate(int side, BitSet loadedByOther, BitSet storedByOther) {
        boolean some = false;
        List<Entry> entries = held.get(side);
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            boolean first = order == StoreOrder.TSO ? i == 0 : firstOfItsPlace(entries, i);
            if (first && untouched(entry, loadedByOther) && untouched(entry, storedByOther)) {
                entries.remove(i--);
                for (int b = 0; b < entry.bytes.length; b++) {
                    memory(entry.address + b, entry.bytes[b]);
                }
                some = true;
            }
        }
        return some;
    }

    private static boolean untouched(Entry entry, BitSet set) {
        int next = set.nextSetBit(entry.address);
        return next < 0 || next >= entry.address + entry.bytes.length;
    }

    private byte memory(int address) {
        for (int i = 0; i < changeCount; i++) {
            if (changes[i] == address) {
                return changed[i];
            }
        }
        return image[address];
    }

    private void memory(int address, byte value) {
        for (int i = 0; i < changeCount; i++) {
            if (changes[i] == address) {
                changed[i] = value;
                return;
            }
        }
        if (changeCount == changes.length) {
            changes = java.util.Arrays.copyOf(changes, 2 * changeCount);
            changed = java.util.Arrays.copyOf(changed, 2 * changeCount);
        }
        changes[changeCount] = address;
        changed[changeCount++] = value;
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    /** The same for equal states, whatever way led there. */
    long hash(long seed) {
        long hash = mix(seed + at[0].number) + mix(seed * 3 + at[1].number + (1L << 40));
        hash += woken[0] ? mix(seed + 1) : 0;
        hash += woken[1] ? mix(seed + 2) : 0;
        for (int i = 0; i < changeCount; i++) {
            if (changed[i] != image[changes[i]]) {
                hash += mix(seed ^ (long) changes[i] << 8 ^ changed[i] & 0xff);
            }
        }
        for (int side = 0; side < 2; side++) {
            hash = mix(hash + list(held.get(side), seed + side + 10));
            hash = mix(hash + list(old.get(side), seed + side + 20));
        }
        return hash;
    }

    private static long list(List<Entry> entries, long seed) {
        long hash = seed;
        for (Entry entry : entries) {
            hash = mix(hash) + entry.hash(seed);
        }
        return hash;
    }

    String describe(Move move) {
        Side side = Side.values()[move.side];
        return switch (move.what) {
            case STEP -> {
                SideStep step = at[move.side].next;
                yield side + ": " + step + (step.load() ? " reads 0x" + Long.toHexString(load(move.side, step)) : "");
            }
            case APPEARS -> side + "'s store appears: "
                    + text(held.get(move.side).get(move.entry));
            default -> side + " forgets the old " + text(old.get(move.side).get(move.entry));
        };
    }

    private static String text(Entry entry) {
        long value = 0;
        for (int i = entry.bytes.length - 1; i >= 0; i--) {
            value = value << 8 | entry.bytes[i] & 0xff;
        }
        return 8 * entry.bytes.length + " bits at 0x" + Integer.toHexString(entry.address) + " = 0x"
                + Long.toHexString(value);
    }
}
