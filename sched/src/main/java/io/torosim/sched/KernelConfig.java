package io.torosim.sched;

/**
 * How a Toro kernel is built and started: a value.
 *
 * @param idlePolicy what a core does without work
 * @param startedCores cores that come up, from core 0 on, at least 1; the rest stay off, as when the start of an
 *     application processor fails
 * @param quirks which defects of 2018 it has
 * @param threadVarWords size of a thread-local block in 64-bit words, at least 0 (none)
 */
public record KernelConfig(IdlePolicy idlePolicy, int startedCores, ToroQuirks quirks, int threadVarWords) {
    /** Checks the ranges. */
    public KernelConfig {
        if (startedCores < 1) {
            throw new IllegalArgumentException("startedCores must be at least 1, startedCores=" + startedCores);
        }
        if (threadVarWords < 0) {
            throw new IllegalArgumentException("threadVarWords must be at least 0, threadVarWords=" + threadVarWords);
        }
    }

    /** Returns Toro as of 2018 with all cores, every defect on, no thread variables. */
    public static KernelConfig defaults() {
        return new KernelConfig(IdlePolicy.pollThenHalt(), Integer.MAX_VALUE, ToroQuirks.faithful(), 0);
    }

    /** Returns this with another idle policy. */
    public KernelConfig withIdlePolicy(IdlePolicy policy) {
        return new KernelConfig(policy, startedCores, quirks, threadVarWords);
    }

    /** Returns this with only the first {@code count} cores coming up. */
    public KernelConfig withStartedCores(int count) {
        return new KernelConfig(idlePolicy, count, quirks, threadVarWords);
    }

    /** Returns this with other defects. */
    public KernelConfig withQuirks(ToroQuirks other) {
        return new KernelConfig(idlePolicy, startedCores, other, threadVarWords);
    }

    /** Returns this with thread-local blocks of {@code words} 64-bit words. */
    public KernelConfig withThreadVarWords(int words) {
        return new KernelConfig(idlePolicy, startedCores, quirks, words);
    }
}
