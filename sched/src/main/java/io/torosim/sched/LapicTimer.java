package io.torosim.sched;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.time.Picos;

/**
 * What {@link BusyDelay} waits with: the timer of the core's local APIC, each method one access to a register. There is one timer, so a nested delay ends the outer one. Where
 * it is somebody else's ({@link ToroKernel#delaysByTsc}) delays look at the time-stamp counter instead.
 *
 * <p>What the local APICs that a machine has by nature answer is known, so a delay goes by {@link #endPs}; of others ({@link #asks}) by what they answer.
 */
final class LapicTimer {
    private static final long INITIAL_COUNT = ApicRegisters.BASE + ApicRegisters.INITIAL_COUNT;
    private static final long CURRENT_COUNT = ApicRegisters.BASE + ApicRegisters.CURRENT_COUNT;

    private final GuestCpu cpu;
    private final long hz;
    private final long rdtscPs;
    private boolean taken;
    /** When what the last read found left is over, at the full rate. */
    private long answeredEndPs;
    /** When the count that was loaded last is 0. */
    private long endPs;

    /** Of the core that is seen through {@code cpu}. */
    LapicTimer(GuestCpu cpu, KernelCosts costs) {
        this.cpu = cpu;
        this.rdtscPs = Math.max(1, costs.rdtscPs);
        this.hz = cpu.vcpu().machine().spec().costs().count("lapic.timer_hz");
    }

    /** The timer is somebody else's from now on. */
    void taken() {
        taken = true;
    }

    /** Returns whether the count that a delay was begun with, which would be 0 at {@code ownEndPs}, has been overwritten. */
    boolean endsElsewhere(long ownEndPs) {
        return !taken && endPs != ownEndPs;
    }

    /** Returns whether delays end by what reads find, not at {@link #endPs}: the local APICs are not those that the machine has by nature. */
    boolean asks() {
        return !taken && !cpu.vcpu().machine().hasPlainApics();
    }

    /** Returns when what the last read found left is over. */
    long answeredEndPs() {
        return answeredEndPs;
    }

    /** Returns whether the count is 0 at {@link #endPs} unless somebody loads another. */
    boolean countsDown() {
        return cpu.vcpu().machine().bus().apics().countsDown();
    }

    long endPs() {
        return endPs;
    }

    GuestCpu cpu() {
        return cpu;
    }

    /** Loads the count, which is 0 after {@code lengthPs}; returns what that takes. */
    long load(long lengthPs) {
        endPs = cpu.vcpu().nowPs() + lengthPs;
        if (taken) {
            return rdtscPs;
        }
        cpu.stepBegins();
        cpu.store32(INITIAL_COUNT, (int) Picos.toCycles(lengthPs, hz));
        return cpu.stepEnds("Delay", "load the count");
    }

    /** Reads what is left of it; returns what that takes. */
    long read() {
        if (taken) {
            cpu.vcpu().looksAtClock();
            return rdtscPs;
        }
        cpu.stepBegins();
        long left = Integer.toUnsignedLong(cpu.load32(CURRENT_COUNT));
        answeredEndPs = Picos.saturatingAdd(cpu.vcpu().nowPs(), Picos.ofCycles(left, hz));
        return cpu.stepEnds("Delay", "read the count");
    }
}
