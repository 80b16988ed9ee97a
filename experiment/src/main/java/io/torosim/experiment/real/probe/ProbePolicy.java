package io.torosim.experiment.real.probe;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

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
