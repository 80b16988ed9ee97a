package io.torosim.core.machine;

import java.util.Objects;

/**
 * A word that guest programs on several vCPUs share, or a flag: 0 and 1. Setting it tells their polling loops by itself, so that one that is passed over in closed form
 * is brought up to the very instant before. Programs that look at such cells only, and at the kernel, may be passed over; see {@code
 * io.torosim.sched.GuestProgram#readsDeclared}. It tells the machine that it was made for alone.
 *
 * <p>What an access costs is the program's to spend. Confined to the simulation thread; O(vCPUs) to set.
 */
public final class SharedWord {
    private final Machine machine;
    private long value;

    /** Creates one. */
    public SharedWord(Machine machine, long initial) {
        this.machine = machine;
        this.value = initial;
    }

    /** Returns whether it tells the polling loops of {@code other} when it is set: those of the machine that it was made for alone. */
    public boolean announcesTo(Machine other) {
        Objects.requireNonNull(other, "other");
        return machine == other;
    }

    /** Returns its value at this instant. */
    public long get() {
        return value;
    }

    /** Sets it at this instant, from an event or a step of any vCPU. */
    public void set(long newValue) {
        machine.beforeChange();
        value = newValue;
    }

    /** Adds to it; returns what was there. */
    public long getAndAdd(long more) {
        long before = value;
        set(before + more);
        return before;
    }
}
