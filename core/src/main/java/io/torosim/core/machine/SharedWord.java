package io.torosim.core.machine;

import io.torosim.core.machine.Machine.StepCheck;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A word that guest programs on several vCPUs share, or a flag: 0 and 1. Setting it tells their polling loops by itself, so that one that is passed over in closed form
 * is brought up to the very instant before. Programs that look at such cells only, and at the kernel, may be passed over; see {@code
 * io.torosim.sched.GuestProgram#readsDeclared}. It tells the machine that it was made for alone.
 *
 * <p>What an access costs is the program's to spend. Confined to the simulation thread; O(vCPUs) to set.
 */
public final class SharedWord implements Machine.Announcing {
    private final Machine machine;
    private final @Nullable StepCheck check;
    private long value;

    /** Creates one. */
    public SharedWord(Machine machine, long initial) {
        this.machine = Objects.requireNonNull(machine, "machine");
        this.check = machine.stepCheck();
        this.value = initial;
    }

    @Override
    public boolean announcesTo(Machine other) {
        Objects.requireNonNull(other, "other");
        return machine == other;
    }

    /** Returns its value at this instant. */
    public long get() {
        accessed();
        return value;
    }

    /** Sets it at this instant, from an event or a step of any vCPU. */
    public void set(long newValue) {
        accessed();
        store(newValue);
    }

    /** Adds to it; returns what was there. */
    public long getAndAdd(long more) {
        accessed();
        long before = value;
        store(before + more);
        return before;
    }

    private void store(long newValue) {
        machine.beforeChange();
        value = newValue;
    }

    /** In the checking mode it is one of the accesses of a step that others can see. */
    private void accessed() {
        if (check != null) {
            check.cell();
        }
    }
}
