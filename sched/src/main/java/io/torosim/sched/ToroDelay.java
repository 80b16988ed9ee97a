package io.torosim.sched;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;

/**
 * How long Toro's {@code Delay} really takes. It loads the LAPIC timer with {@code LocalCpuSpeed * 1000} counts a nominal
 * millisecond, divider 1 (Arch.pas:Delay); the timer of KVM and QEMU counts nanoseconds, so where the kernel takes the clock
 * for 2.4 GHz ten nominal milliseconds last 24.
 */
final class ToroDelay {
    private ToroDelay() {}

    /**
     * Returns the real length of a delay of a kernel that has calibrated its clock right.
     *
     * @param nominalPs what the caller asked for, at least 0
     * @param spec the machine
     */
    public static long realPs(long nominalPs, MachineSpec spec) {
        return realPs(nominalPs, spec, (int) (spec.tscHz() / 1_000_000));
    }

    /**
     * Returns the real length of a delay.
     *
     * @param nominalPs what the caller asked for, at least 0
     * @param spec the machine
     * @param believedMhz what the kernel takes the rate of the time-stamp counter for, at least 0; the counter's true rate does
     *     not matter
     */
    public static long realPs(long nominalPs, MachineSpec spec, int believedMhz) {
        long counts = Math.multiplyExact((long) believedMhz, nominalPs / Picos.PER_MICRO);
        return Picos.ofCycles(counts, spec.costs().count("lapic.timer_hz"));
    }
}
