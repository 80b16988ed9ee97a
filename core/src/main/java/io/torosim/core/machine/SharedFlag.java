package io.torosim.core.machine;

/**
 * A flag that guest programs on several vCPUs share. Setting it tells their polling loops by itself, so that one that is passed over in closed form
 * is brought up to the very instant before. Programs that look at such cells only, and at the kernel, may be passed over; see {@code
 * io.torosim.sched.GuestProgram#readsDeclared}.
 *
 * <p>What an access costs is the program's to spend. Confined to the simulation thread; O(vCPUs) to set.
 */
public final class SharedFlag {
    private final Machine machine;
    private boolean value;

    /** Creates one. */
    public SharedFlag(Machine machine, boolean initial) {
        this.machine = machine;
        this.value = initial;
    }

    /** Returns its value at this instant. */
    public boolean get() {
        return value;
    }

    /** Sets it at this instant, from an event or a step of any vCPU. */
    public void set(boolean newValue) {
        machine.beforeChange();
        value = newValue;
    }
}
