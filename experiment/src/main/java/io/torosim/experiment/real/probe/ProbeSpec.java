package io.torosim.experiment.real.probe;

/**
 * What is run twice: in the model, and as a guest of a real monitor. A value.
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
}
