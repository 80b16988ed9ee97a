package io.torosim.core.machine;

import io.torosim.core.memory.SparseRam;

/** The line of 64 bytes that {@code monitor} has armed, and whether it was written since. */
final class MonitoredLine {
    private static final long NONE = -1;
    private static final int LINE_SHIFT = 6;
    private static final int WORDS = 8;

    private final long[] armed = new long[WORDS];

    private long line = NONE;
    private boolean written;
    private boolean everArmed;

    void arm(long address, SparseRam ram) {
        line = address >> LINE_SHIFT;
        written = false;
        everArmed = true;
        for (int i = 0; i < WORDS; i++) {
            armed[i] = word(ram, i);
        }
    }

    /** Returns whether the armed line has other bytes than when it was armed, which is a store to it. */
    boolean changed(SparseRam ram) {
        if (line == NONE) {
            return false;
        }
        for (int i = 0; i < WORDS; i++) {
            if (armed[i] != word(ram, i)) {
                return written(line << LINE_SHIFT);
            }
        }
        return false;
    }

    /** Of a line that is no RAM, 0. */
    private long word(SparseRam ram, int index) {
        long address = (line << LINE_SHIFT) + 8L * index;
        return line < 0 || address > ram.sizeBytes() - 8 ? 0 : ram.load64(address);
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
