package io.torosim.core.code;

/**
 * The state of one call of a {@link GuestCode}: where it stands, and its locals in words. Frames belong to a {@link FrameStack} and are used
 * again after a return; a routine must not keep one.
 */
public final class Frame {
    /** The entry that is executed next. */
    public int entry;

    /** The locals, at least as many as {@link GuestCode#words}; 0 when the routine begins, but for its arguments. */
    public long[] w = {};

    @SuppressWarnings("NullAway.Init") // begin comes first
    private GuestCode code;

    private int words;

    Frame() {}

    void begin(GuestCode routine) {
        entry = 0;
        if (code != routine) {
            code = routine;
            words = routine.words();
            if (w.length < words) {
                w = new long[words];
            }
        }
        long[] locals = w;
        for (int i = 0; i < words; i++) {
            locals[i] = 0;
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
