package io.torosim.sched;

import io.torosim.core.machine.MachineSpec;
import java.util.Objects;

/**
 * How a Toro kernel is built and started: a value.
 *
 * @param idlePolicy what a core does without work
 * @param startedCores cores that come up, from core 0 on, at least 1; the rest stay off, as when the start of an
 *     application processor fails
 * @param quirks which defects of 2018 it has
 * @param threadVarWords size of a thread-local block in 64-bit words, at least 0 (none)
 * @param believedMhz what the kernel takes the rate of the time-stamp counter for ({@code LocalCpuSpeed}), in [0, 65535]; 0:
 *     calibrated right, the counter's whole MHz. Every wait follows from it, the counter itself does not
 */
public record KernelConfig(
        IdlePolicy idlePolicy, int startedCores, ToroQuirks quirks, int threadVarWords, int believedMhz) {
    /** What Toro believes when it cannot measure: MAX_CPU_SPEED_MHZ (Arch.pas). */
    public static final int FALLBACK_MHZ = 2393;

    private static final int MAX_MHZ = 65_535; // CalculateCpuSpeed divides to 16 bits

    /** Checks the ranges. */
    public KernelConfig {
        Objects.requireNonNull(idlePolicy, "idlePolicy");
        Objects.requireNonNull(quirks, "quirks");
        if (startedCores < 1) {
            throw new IllegalArgumentException("startedCores must be at least 1, startedCores=" + startedCores);
        }
        if (threadVarWords < 0) {
            throw new IllegalArgumentException("threadVarWords must be at least 0, threadVarWords=" + threadVarWords);
        }
        if (believedMhz < 0 || believedMhz > MAX_MHZ) {
            throw new IllegalArgumentException(
                    "believedMhz must be in [0, " + MAX_MHZ + "], believedMhz=" + believedMhz);
        }
    }

    /** Returns Toro as of 2018 with all cores, every defect on, no thread variables, its clock calibrated right. */
    public static KernelConfig defaults() {
        return new KernelConfig(IdlePolicy.pollThenHalt(), Integer.MAX_VALUE, ToroQuirks.faithful(), 0, 0);
    }

    /** Returns this with another idle policy. */
    public KernelConfig withIdlePolicy(IdlePolicy policy) {
        return new KernelConfig(
                Objects.requireNonNull(policy, "policy"), startedCores, quirks, threadVarWords, believedMhz);
    }

    /** Returns this with only the first {@code count} cores coming up. */
    public KernelConfig withStartedCores(int count) {
        return new KernelConfig(idlePolicy, count, quirks, threadVarWords, believedMhz);
    }

    /** Returns this with other defects. */
    public KernelConfig withQuirks(ToroQuirks other) {
        Objects.requireNonNull(other, "other");
        return new KernelConfig(idlePolicy, startedCores, other, threadVarWords, believedMhz);
    }

    /** Returns this with thread-local blocks of {@code words} 64-bit words. */
    public KernelConfig withThreadVarWords(int words) {
        return new KernelConfig(idlePolicy, startedCores, quirks, words, believedMhz);
    }

    /** Returns this with a kernel that takes the time-stamp counter's rate for {@code mhz}; 0: for what it is. */
    public KernelConfig withBelievedMhz(int mhz) {
        return new KernelConfig(idlePolicy, startedCores, quirks, threadVarWords, mhz);
    }

    /**
     * Returns how long Toro's {@code Delay} really takes of a kernel that has calibrated its clock right.
     *
     * @param nominalPs what the caller asked for, at least 0
     */
    public static long delayPs(long nominalPs, MachineSpec machine) {
        Objects.requireNonNull(machine, "machine");
        return ToroDelay.realPs(nominalPs, machine);
    }

    /**
     * Returns how long Toro's {@code Delay} really takes.
     *
     * @param nominalPs what the caller asked for, at least 0
     * @param believedMhz what the kernel takes the rate of the time-stamp counter for, at least 0; the counter's true rate does not matter
     */
    public static long delayPs(long nominalPs, MachineSpec machine, int believedMhz) {
        Objects.requireNonNull(machine, "machine");
        return ToroDelay.realPs(nominalPs, machine, believedMhz);
    }

    /** Returns the rate in MHz that the kernel reckons with on a machine of {@code tscHz}. */
    public int localCpuSpeed(long tscHz) {
        return believedMhz == 0 ? (int) (tscHz / 1_000_000) : believedMhz;
    }
}
