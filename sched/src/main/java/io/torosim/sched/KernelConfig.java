package io.torosim.sched;

/**
 * How a Toro kernel is built and started: a value.
 *
 * @param idlePolicy what a core does without work
 * @param startedCores cores that come up, from core 0 on, at least 1; the rest stay off, as when the start of an
 *     application processor fails
 */
public record KernelConfig(IdlePolicy idlePolicy, int startedCores) {
    /** Checks the ranges. */
    public KernelConfig {
        if (startedCores < 1) {
            throw new IllegalArgumentException("startedCores must be at least 1, startedCores=" + startedCores);
        }
    }

    /** Returns Toro as of 2018 with all cores. */
    public static KernelConfig defaults() {
        return new KernelConfig(IdlePolicy.pollThenHalt(), Integer.MAX_VALUE);
    }

    /** Returns this with another idle policy. */
    public KernelConfig withIdlePolicy(IdlePolicy policy) {
        return new KernelConfig(policy, startedCores);
    }

    /** Returns this with only the first {@code count} cores coming up. */
    public KernelConfig withStartedCores(int count) {
        return new KernelConfig(idlePolicy, count);
    }
}
