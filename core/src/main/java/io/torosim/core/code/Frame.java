package io.torosim.core.code;

import java.util.Arrays;

/**
 * The state of one call of a {@link GuestCode}: where it stands, and its locals in words. Frames belong to a {@link FrameStack} and are used
 * again after a return; a routine must not keep one.
 */
public final class Frame {
    /** The entry that is executed next. */
    public int entry;

    /** The locals, at least as many as {@link GuestCode#words}; 0 when the routine begins, but for its arguments. */
    public long[] w = {};

    private GuestCode code;

    Frame() {}

    void begin(GuestCode routine) {
        code = routine;
        entry = 0;
        int words = routine.words();
        if (w.length < words) {
            w = new long[words];
        } else {
            Arrays.fill(w, 0, words, 0);
        }
    }

    /** Returns the routine. */
    public GuestCode code() {
        return code;
    }

    @Override
    public String toString() {
        return code.name() + ": " + code.entryName(entry);
    }
}
