package io.torosim.core.machine;

import io.torosim.core.fields.DeclaredFields;
import io.torosim.core.machine.MachineSpec.MwaitMode;

/**
 * What a vCPU executes: a small state machine. Each step does one atomic thing at the vCPU's present instant, and says
 * how long it takes; whatever can come between two instructions on the real machine can come between two steps here.
 */
@FunctionalInterface
public interface Activity {
    /** Result of a step that executed {@code hlt}: the vCPU waits for an interrupt. */
    long HALT = -1;
    /** Result of a step that ended the activity: an interrupt handler's {@code iret}. Not for the vCPU's own program. */
    long DONE = -2;
    /**
     * Result of a step at the head of a loop of which {@link Vcpu#roundRepeats} has just said that it repeats. The step
     * must have done nothing; it is asked again when the loop may have something new to see.
     */
    long SPIN = -3;
    /** Result of a step after which the vCPU does nothing any more and burns no time, as if switched off. */
    long OFF = -4;
    /** Result of a step that entered an endless loop with interrupts disabled, as a kernel panic does. */
    long HANG = -5;
    /** Result of a step that executed {@code mwait}: see {@link MwaitMode}. */
    long MWAIT = -6;
    /** Result of a step after which a stretch of quiet steps follows, of which {@link Vcpu#quiet} has just been told. */
    long QUIET = -7;

    /** What a step may return, in words, for whoever has returned something else. */
    String LEGAL_RESULTS =
            "a step returns a time in picoseconds, at least 0, or one of HALT, DONE, SPIN, OFF, HANG, MWAIT and"
                    + " QUIET (-1 to -7)";

    /**
     * Does the next step at {@link Vcpu#nowPs()}.
     *
     * @param vcpu the vCPU that executes
     * @return the time until the next step in picoseconds, at least 0, or one of the constants of this interface
     */
    long step(Vcpu vcpu);

    /**
     * A vCPU takes it up, as its program ({@link Vcpu#start}) or for one interrupt; said once, before the first step. One that is not made for that vCPU, or
     * that is executed already, refuses with an exception that says so.
     */
    default void begins(Vcpu vcpu) {}

    /**
     * Nothing came between the steps of the stretch that was announced with {@link Vcpu#quiet}: does at once what they would have done.
     * Not called if something did come; then the steps are taken one by one.
     */
    default void quietOver(Vcpu vcpu) {
        throw new IllegalStateException("no stretch of quiet steps was announced");
    }

    /**
     * Returns a number made of what it keeps itself between steps, for {@link MachineSpec#checkPolling}: at each visit of the head of a loop that repeats
     * it is the same. By default it is made of the fields of primitive types, numbers and arrays of primitives, and of what lambdas have captured of these.
     */
    default long fingerprint() {
        return DeclaredFields.fingerprint(this, held -> false);
    }

    /**
     * Returns what the last step executed, for profiles: the calls it was in, outermost first, with {@code ;} between them. Asked after the step,
     * never on a path that has to be quick.
     */
    default String place() {
        String name = getClass().getSimpleName();
        return name.isEmpty() || getClass().isHidden() ? "guest code" : name;
    }
}
