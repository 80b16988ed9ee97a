package io.torosim.experiment.spec;

import java.util.Locale;

/** The guests of a study. */
public enum StudyGuest {
    /** Toro's web service. */
    TORO,
    /** A Toro kernel with one thread that takes requests from a queue. */
    POLLER,
    /** Linux with a web server. */
    LINUX;

    /** Returns the name in specifications. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
