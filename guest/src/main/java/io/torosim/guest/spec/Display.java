package io.torosim.guest.spec;

import java.util.Locale;

/** What the guest's text memory is. */
public enum Display {
    /** A VGA card of the hypervisor: under KVM each access to its window is an exit, under TCG a call. */
    VGA,
    /** Plain memory at the same place: no VGA device, as with {@code -vga none} on a machine without one. */
    MEMORY,
    /** Nothing is printed: the symbol ToroHeadLess of September 2018. */
    HEADLESS;

    /** Returns the name as it is written in specifications. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the display of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Display ofLabel(String label) {
        for (Display display : values()) {
            if (display.label().equals(label)) {
                return display;
            }
        }
        throw new IllegalArgumentException("display must be vga, memory or headless, display=" + label);
    }
}
