package io.torosim.core.machine;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds memory that a routine takes for its core's own ({@link io.torosim.core.code.GuestCpu#own}) while another vCPU or a device may be at it: of two accesses to a
 * byte, one of them such a one and one a store, neither is known to come before the other.
 *
 * <p><b>What orders accesses</b> (vector clocks, as in FastTrack, Flanagan and Freund 2009): the order of one vCPU's steps, and of the work of all devices; a declared
 * store, and the load that finds it, which is how buffers are handed over through rings; an access to a register, both ways; an interrupt, after the
 * work of devices and after what its sender did; whatever is announced to a vCPU's loop ({@link Vcpu#beforeChange}), which is how Java objects hand something over;
 * the start of a vCPU. Stores of devices and of programs that are no routines count as declared ones.
 *
 * <p>What is done between runs is not seen. Confined to the simulation thread.
 */
final class OwnedMemory {
    /** Where an access was made, known when the entry that makes it is over. */
    static final class Place {
        private String words = "";

        void is(String place) {
            words = place;
        }
    }

    /** What was done to a byte; times are of the actor's own clock, 0 for never. */
    private static final class Cell {
        int ownWriter;
        int ownWriteAt;

        @Nullable
        Place ownWritePlace;

        int otherWriter;
        int otherWriteAt;
        final int[] ownReadAt;
        final @Nullable Place[] ownReadPlace;
        final int[] otherReadAt;
        final int[] released;

        Cell(int actors) {
            ownReadAt = new int[actors];
            ownReadPlace = new Place[actors];
            otherReadAt = new int[actors];
            released = new int[actors];
        }
    }

    /** The vCPUs, then all devices. */
    private final int actors;

    /** Of each actor: up to which time of each it knows what was done. */
    private final int[][] clocks;

    private final int[][] sent;
    private final Long2ObjectOpenHashMap<Cell> cells = new Long2ObjectOpenHashMap<>();
    private @Nullable Place culprit;
    private long address;
    private int owner;
    private int other;

    OwnedMemory(int vcpus) {
        actors = vcpus + 1;
        clocks = new int[actors][actors];
        sent = new int[actors][actors];
        for (int i = 0; i < actors; i++) {
            clocks[i][i] = 1;
        }
    }

    /** Returns the number that stands for all devices. */
    int devices() {
        return actors - 1;
    }

    // ---- what orders

    /** What {@code from} has done so far is before what {@code to} does from now on. */
    void before(int from, int to) {
        if (from != to) {
            join(clocks[to], clocks[from]);
            clocks[from][from]++;
        }
    }

    /** An interrupt is on its way. */
    void sends(int from, int to) {
        join(sent[to], clocks[from]);
        clocks[from][from]++;
    }

    /** An interrupt is taken. */
    void interrupted(int vcpu) {
        join(clocks[vcpu], sent[vcpu]);
        before(devices(), vcpu);
    }

    /** A vCPU starts: after everything. */
    void starts(int vcpu) {
        for (int i = 0; i < actors; i++) {
            before(i, vcpu);
        }
    }

    private static void join(int[] into, int[] from) {
        for (int i = 0; i < into.length; i++) {
            into[i] = Math.max(into[i], from[i]);
        }
    }

    // ---- accesses

    /** A routine accesses what it takes for its core's own. */
    void own(int actor, long first, long bytes, boolean store, Place place) {
        for (long i = 0; i < bytes && culprit == null; i++) {
            Cell cell = cell(first + i);
            writtenBy(actor, cell.otherWriter, cell.otherWriteAt, first + i, place, actor);
            writtenBy(actor, cell.ownWriter, cell.ownWriteAt, first + i, place, actor);
            for (int r = 0; store && r < actors; r++) {
                writtenBy(actor, r, Math.max(cell.otherReadAt[r], cell.ownReadAt[r]), first + i, place, actor);
            }
            if (store) {
                cell.ownWriter = actor;
                cell.ownWriteAt = clocks[actor][actor];
                cell.ownWritePlace = place;
            } else {
                cell.ownReadAt[actor] = clocks[actor][actor];
                cell.ownReadPlace[actor] = place;
            }
        }
    }

    /** Anybody accesses what others share. */
    void shared(int actor, long first, long bytes, boolean store) {
        for (long i = 0; i < bytes && culprit == null; i++) {
            Cell cell = cell(first + i);
            if (!store) {
                join(clocks[actor], cell.released);
            }
            writtenBy(actor, cell.ownWriter, cell.ownWriteAt, first + i, cell.ownWritePlace, cell.ownWriter);
            for (int r = 0; store && r < actors; r++) {
                writtenBy(actor, r, cell.ownReadAt[r], first + i, cell.ownReadPlace[r], r);
            }
            if (store) {
                join(cell.released, clocks[actor]);
                cell.otherWriter = actor;
                cell.otherWriteAt = clocks[actor][actor];
            } else {
                cell.otherReadAt[actor] = clocks[actor][actor];
            }
        }
        if (store) {
            clocks[actor][actor]++;
        }
    }

    /** The present access of {@code actor} comes after one of {@code before} that it may not know of. */
    private void writtenBy(int actor, int before, int at, long where, @Nullable Place place, int whose) {
        if (before != actor && at > clocks[actor][before] && culprit == null) {
            culprit = place;
            address = where;
            owner = whose;
            other = whose == actor ? before : actor;
        }
    }

    private Cell cell(long at) {
        Cell cell = cells.get(at);
        if (cell == null) {
            cell = new Cell(actors);
            cells.put(at, cell);
        }
        return cell;
    }

    /** Returns the first access to memory that was not the core's own, in words; empty if there was none. */
    String found() {
        Place place = culprit;
        return place == null
                ? ""
                : place.words + ", on vCPU " + owner + ", takes 0x" + Long.toHexString(address)
                        + " for its own, while " + (other == devices() ? "a device" : "vCPU " + other)
                        + " may be at it";
    }
}
