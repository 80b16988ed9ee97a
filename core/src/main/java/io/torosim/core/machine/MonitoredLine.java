package io.torosim.core.machine;

/** The line of 64 bytes that {@code monitor} has armed, and whether it was written since. */
final class MonitoredLine {
    private static final long NONE = -1;
    private static final int LINE_SHIFT = 6;

    private long line = NONE;
    private boolean written;
    private boolean everArmed;

    void arm(long address) {
        line = address >> LINE_SHIFT;
        written = false;
        everArmed = true;
    }

    boolean everArmed() {
        return everArmed;
    }

    /** Returns whether this was a store to the armed line, which is armed no longer. */
    boolean written(long address) {
        if (line == NONE || address >> LINE_SHIFT != line) {
            return false;
        }
        line = NONE;
        written = true;
        return true;
    }

    /** Returns whether it was written between {@code monitor} and now, and forgets it. */
    boolean takeWritten() {
        boolean was = written;
        written = false;
        return was;
    }
}
