package io.torosim.experiment.real.verdict;

import java.util.Locale;

/** What a comparison of one figure comes to. */
public enum Finding {
    /** Within the band. */
    INSIDE,
    /** Outside the band. */
    OUTSIDE,
    /** The host was too busy for the measurement to mean anything. */
    BUSY_HOST,
    /** The real machine cannot show it. */
    NOT_TESTABLE;

    /** Returns it for people. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
