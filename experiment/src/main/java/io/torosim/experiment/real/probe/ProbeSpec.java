package io.torosim.experiment.real.probe;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What is run twice: in the model, and as a guest of a real monitor. A value.
 *
 * <p>{@link ProbeGuest} makes machine code of it, {@link io.torosim.experiment.real.model.Prediction Prediction} a run of the model;
 * {@link io.torosim.experiment.real.CpuComparison CpuComparison} compares the two.
 *
 * @param policy what a vCPU does with nothing to do
 * @param windowMicros the window of {@link ProbePolicy#POLL_THEN_HALT}, in [0, 1,000,000] microseconds
 * @param timer what ticks
 * @param timerHz ticks a second; 0: none at all
 * @param load what comes with the ticks, at every vCPU
 * @param vcpus vCPUs, all of them with the same policy, timer and load, in [1, 4]
 */
public record ProbeSpec(
        ProbePolicy policy, int windowMicros, ProbeTimer timer, int timerHz, ProbeLoad load, int vcpus) {
    /** The widest window of {@link ProbePolicy#POLL_THEN_HALT}, in microseconds. */
    public static final int MOST_WINDOW_MICROS = 1_000_000;

    private static final int MOST_VCPUS = 4;

    /** Checks the ranges, and that the timer can tick so. */
    public ProbeSpec {
        if (windowMicros < 0 || windowMicros > MOST_WINDOW_MICROS) {
            throw new IllegalArgumentException(
                    "windowMicros must be in [0, " + MOST_WINDOW_MICROS + "], windowMicros=" + windowMicros);
        }
        if (vcpus < 1 || vcpus > MOST_VCPUS) {
            throw new IllegalArgumentException("vcpus must be in [1, " + MOST_VCPUS + "], vcpus=" + vcpus);
        }
        if (timerHz != 0 && (timerHz < timer.lowestHz() || timerHz > timer.highestHz())) {
            throw new IllegalArgumentException("timer-hz must be 0 or in [" + timer.lowestHz() + ", "
                    + timer.highestHz() + "] with the " + timer.label() + " timer, timer-hz=" + timerHz);
        }
        if (load.present() && timerHz == 0) {
            throw new IllegalArgumentException("a load comes with the ticks: timer-hz must not be 0");
        }
    }

    /** Returns a guest of one vCPU that ticks by the PIT, without load. */
    public static ProbeSpec of(ProbePolicy policy, int timerHz) {
        return new ProbeSpec(policy, 0, ProbeTimer.PIT, timerHz, ProbeLoad.NONE, 1);
    }

    /** Returns this with a window. */
    public ProbeSpec withWindow(int micros) {
        return new ProbeSpec(policy, micros, timer, timerHz, load, vcpus);
    }

    /** Returns this with another timer. */
    public ProbeSpec withTimer(ProbeTimer other) {
        return new ProbeSpec(policy, windowMicros, other, timerHz, load, vcpus);
    }

    /** Returns this with a load. */
    public ProbeSpec withLoad(ProbeLoad other) {
        return new ProbeSpec(policy, windowMicros, timer, timerHz, other, vcpus);
    }

    /** Returns this with so many vCPUs. */
    public ProbeSpec withVcpus(int count) {
        return new ProbeSpec(policy, windowMicros, timer, timerHz, load, count);
    }

    /** Returns it in words. */
    public String text() {
        StringBuilder text = new StringBuilder(policy.label());
        if (policy == ProbePolicy.POLL_THEN_HALT) {
            text.append(' ').append(windowMicros).append(" us");
        }
        text.append(timerHz == 0 ? ", no tick" : ", " + timer.label() + " " + timerHz + " Hz");
        if (load.present()) {
            text.append(", ").append(load.text());
        }
        return text.append(", ")
                .append(vcpus)
                .append(vcpus == 1 ? " vCPU" : " vCPUs")
                .toString();
    }

    /**
     * What comes with the ticks: nothing, or a request with each tick, all the time or in bursts.
     *
     * @param workMicros the work of a request by the clock, in microseconds; 0: none by the clock
     * @param workLoops the work of a request in turns of a loop of {@link #TURN_INSTRUCTIONS} instructions; 0: none
     * @param burstTicks ticks that bring a request, from the start of each period
     * @param periodTicks length of a period in ticks; as long as the burst: all the time
     */
    public record ProbeLoad(int workMicros, int workLoops, int burstTicks, int periodTicks) {
        /** Instructions of a turn: eight additions to four registers, a decrement and a jump. */
        public static final int TURN_INSTRUCTIONS = 10;

        private static final int MOST_MICROS = 1_000_000;

        /** No requests. */
        public static final ProbeLoad NONE = new ProbeLoad(0, 0, 0, 0);

        /** Checks the ranges. */
        public ProbeLoad {
            check("workMicros", workMicros, 0, MOST_MICROS);
            check("workLoops", workLoops, 0, Integer.MAX_VALUE);
            check("burstTicks", burstTicks, 0, MOST_MICROS);
            check("periodTicks", periodTicks, burstTicks, MOST_MICROS);
        }

        private static void check(String name, int value, int low, int high) {
            if (value < low || value > high) {
                throw new IllegalArgumentException(
                        name + " must be in [" + low + ", " + high + "], " + name + "=" + value);
            }
        }

        /** Returns a request of {@code micros} with every tick. */
        public static ProbeLoad microsPerTick(int micros) {
            return new ProbeLoad(micros, 0, 1, 1);
        }

        /** Returns a request of {@code loops} turns with every tick. */
        public static ProbeLoad loopsPerTick(int loops) {
            return new ProbeLoad(0, loops, 1, 1);
        }

        /** Returns this in bursts: the first {@code burst} of every {@code period} ticks. */
        public ProbeLoad inBursts(int burst, int period) {
            return new ProbeLoad(workMicros, workLoops, burst, period);
        }

        /** Returns whether there are requests at all. */
        public boolean present() {
            return burstTicks > 0;
        }

        /** Returns whether the requests pause. */
        public boolean pauses() {
            return periodTicks > burstTicks;
        }

        /** Returns it in words. */
        public String text() {
            if (!present()) {
                return "none";
            }
            String work = workLoops > 0 ? workLoops + " loops" : workMicros + " us";
            return work + " per tick" + (pauses() ? ", " + burstTicks + " of " + periodTicks + " ticks" : "");
        }
    }

    /** What a vCPU of a probe guest does while it has nothing to do. */
    public enum ProbePolicy {
        /** Looks again, for ever: Toro before November 2017. */
        BUSY_POLL,
        /** Looks for the window from its first fruitless look after a wake-up, then halts: Toro since {@code 5d1869f}, with any window. */
        POLL_THEN_HALT,
        /** Halts at once: a window of 0. */
        HALT_AT_ONCE,
        /** {@code monitor} and {@code mwait} at once. */
        MWAIT;

        /** Returns the name as it is written on the command line: {@code busy-poll}, {@code poll-then-halt} and so on. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /**
         * Returns the policy of that label.
         *
         * @throws IllegalArgumentException naming all of them, if there is none
         */
        public static ProbePolicy ofLabel(String label) {
            for (ProbePolicy policy : values()) {
                if (policy.label().equals(label)) {
                    return policy;
                }
            }
            throw new IllegalArgumentException("policy must be one of "
                    + Arrays.stream(values()).map(ProbePolicy::label).collect(Collectors.joining(", ")) + ", policy="
                    + label);
        }
    }

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
}
