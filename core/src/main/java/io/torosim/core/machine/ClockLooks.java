package io.torosim.core.machine;

/**
 * How a round of a polling loop looks at the clock, and how often it says what it compares it with: each look wants a word of its own, since what is compared
 * in silence would be found too late. Looks of one instant see one time and count once; a round may have parts, turns of several threads, of which none
 * speaks for another.
 */
final class ClockLooks {
    private static final long NONE = -1;

    private long lastPs = NONE;
    private int looks;
    private int declared;
    /** Of the first part that said less than it looked: its looks, 0 if there is none, and its words. */
    private int undeclaredLooks;

    private int undeclaredWords;

    /** The present part looks. */
    void looks(long nowPs) {
        if (nowPs != lastPs) {
            lastPs = nowPs;
            looks++;
        }
    }

    /** The present part says what it compares with. */
    void declares() {
        declared++;
    }

    int declared() {
        return declared;
    }

    /** Another part begins; returns whether this one was the first to say less than it looked. */
    boolean partEnds() {
        boolean first = looks > declared && undeclaredLooks == 0;
        if (first) {
            undeclaredLooks = looks;
            undeclaredWords = declared;
        }
        lastPs = NONE;
        looks = 0;
        declared = 0;
        return first;
    }

    boolean undeclared() {
        return undeclaredLooks != 0;
    }

    /** A round begins. */
    void forget() {
        lastPs = NONE;
        looks = 0;
        declared = 0;
        undeclaredLooks = 0;
    }

    /** What is missing, in words. */
    String words() {
        return undeclaredWords == 0
                ? "what it compares it with"
                : "each time what it compares it with (in a round it looks at " + undeclaredLooks
                        + " instants and says " + undeclaredWords + ")";
    }
}
