package io.torosim.core.host;

import java.util.Locale;

/** What {@code top} calls 100 %. */
public enum TopMode {
    /** One CPU of the host: the default. */
    IRIX,
    /** All CPUs of the host. */
    SOLARIS;

    /** Returns the name as it is written in specifications: {@code irix} or {@code solaris}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the mode of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static TopMode ofLabel(String label) {
        for (TopMode mode : values()) {
            if (mode.label().equals(label)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("top mode must be irix or solaris, mode=" + label);
    }
}
