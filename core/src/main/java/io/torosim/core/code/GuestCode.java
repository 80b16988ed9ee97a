package io.torosim.core.code;

/**
 * A routine of guest code: named entries, each of which does what one atomic piece of the real routine does, at one instant. It keeps
 * nothing between calls: where it stands and what it knows is in its {@link Frame}, so that a machine can be hashed, saved and branched, and
 * one object serves every core and thread.
 *
 * <p><b>What is an entry of its own:</b> every access to a word that a device, an interrupt handler or another core may touch (ring words,
 * mailboxes, registers). <b>What is one entry:</b> a stretch of work on what only this core sees; it is one step a run, and an interrupt
 * comes before it or after it, unless it is {@linkplain io.torosim.core.machine.Vcpu#interruptible interruptible}.
 *
 * <p>Two notations stand behind this: a {@code switch} over {@link Frame#entry} for hot kernel paths, and a list of {@link Steps} for
 * everything else. See {@code docs/decisions}.
 */
public abstract class GuestCode {
    /** For subclasses. */
    protected GuestCode() {}

    /** Returns the name of the routine, as Toro's source or the user has it. */
    public abstract String name();

    /** Returns how many words of locals a frame of it needs, at least 0. */
    public abstract int words();

    /**
     * Executes the entry at {@code frame.entry} and sets the one that follows.
     *
     * @param cpu the vCPU that executes; accesses through it add their own time
     * @return how long it takes beyond its accesses, in picoseconds, or one of {@link StepResult}
     */
    public abstract long run(GuestCpu cpu, Frame frame);

    /** Returns the name of an entry, a few words that say what it does; for schedules and traces. */
    public abstract String entryName(int entry);

    /**
     * Returns where the source of the real program does what an entry does, such as {@code "Process.pas:Scheduling"}; empty if nobody says. For
     * schedules, see {@link Steps#source}.
     */
    public String source(int entry) {
        return "";
    }

    /** Returns what the last step at {@code entry} called that is not guest code itself, as {@link #name} has it, for profiles; empty if nothing. */
    public String within(int entry) {
        return "";
    }

    /** Returns whether a word of its frames holds an instant in picoseconds since power-on, or 0 for none; see {@link Steps#instants}. */
    public boolean isInstant(int word) {
        return false;
    }

    /** Returns how many entries it has, for a list of those never executed; 0 if it does not say. */
    public int entries() {
        return 0;
    }

    /** Returns whether an entry does something itself; a test or a jump of a list does not. */
    public boolean isStep(int entry) {
        return true;
    }
}
