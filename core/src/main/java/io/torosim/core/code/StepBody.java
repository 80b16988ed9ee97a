package io.torosim.core.code;

/** What one named step of a {@link Steps} list does. */
@FunctionalInterface
public interface StepBody {
    /**
     * Does it, now.
     *
     * @return how long it takes beyond its accesses, in picoseconds, or one of {@link StepResult}; {@link StepResult#NEXT} for nothing. The
     *     next step of the list follows unless {@code frame.entry} was set
     */
    long run(GuestCpu cpu, Frame frame);
}
