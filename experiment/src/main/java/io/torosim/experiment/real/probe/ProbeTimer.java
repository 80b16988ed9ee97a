package io.torosim.experiment.real.probe;

import java.util.Locale;

/** What makes a probe guest's ticks. */
public enum ProbeTimer {
    /** The PIT through the PIC, at vCPU 0; the others have their local APIC's. */
    PIT(19, 100_000),
    /** Each vCPU's local APIC timer. */
    LAPIC(1, 100_000);

    /** Input of the PIT in Hz. */
    public static final long PIT_HZ = 1_193_182;

    /** Counts a second of the local APIC timer with divisor 1: nanoseconds under KVM and under QEMU's emulation. */
    public static final long LAPIC_HZ = 1_000_000_000;

    private static final long PICOS_PER_SECOND = 1_000_000_000_000L;

    private final int lowestHz;
    private final int highestHz;

    ProbeTimer(int lowestHz, int highestHz) {
        this.lowestHz = lowestHz;
        this.highestHz = highestHz;
    }

    /** Returns the lowest rate that it can do. */
    public int lowestHz() {
        return lowestHz;
    }

    /** Returns the highest rate that a guest is asked to bear: ten microseconds from tick to tick. */
    public int highestHz() {
        return highestHz;
    }

    /** Returns the count to be loaded for a rate. */
    public int countFor(int hz) {
        long input = this == PIT ? PIT_HZ : LAPIC_HZ;
        return (int) ((input + hz / 2) / hz);
    }

    /** Returns the time between two ticks at a rate, in picoseconds: what the count gives, not what was asked for. */
    public long periodPs(int hz) {
        long count = countFor(hz);
        return this == PIT ? count * PICOS_PER_SECOND / PIT_HZ : count * (PICOS_PER_SECOND / LAPIC_HZ);
    }

    /** Returns the name on the command line: {@code pit} or {@code lapic}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the timer of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ProbeTimer ofLabel(String label) {
        for (ProbeTimer timer : values()) {
            if (timer.label().equals(label)) {
                return timer;
            }
        }
        throw new IllegalArgumentException("timer must be pit or lapic, timer=" + label);
    }
}
