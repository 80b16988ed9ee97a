package io.torosim.guest.wire;

/**
 * Arrays for frames that are used again: each length has a few in reserve. What was given out is known by identity, so that an array that
 * came from elsewhere is never taken, and what is not given back is only forgotten. Past {@value #MOST} arrays in use at a time further ones
 * are not of the pool.
 */
final class FramePool {
    private static final int MOST = 64;
    private static final int LONGEST = 2048;

    private final byte[][] inUse = new byte[MOST][];
    private int used;
    /** By length, then as many as {@link #spareCounts} says. */
    private final byte[][][] spare = new byte[LONGEST + 1][][];

    private final int[] spareCounts = new int[LONGEST + 1];

    /** Returns an array of that length, with anything in it. */
    byte[] take(int bytes) {
        if (bytes > LONGEST || used == MOST) {
            return new byte[bytes];
        }
        byte[] frame = spareCounts[bytes] == 0 ? new byte[bytes] : spare[bytes][--spareCounts[bytes]];
        inUse[used++] = frame;
        return frame;
    }

    /** Nobody looks at the array any more; no effect unless it is of the pool. */
    void give(byte[] frame) {
        for (int i = 0; i < used; i++) {
            if (inUse[i] == frame) {
                inUse[i] = inUse[--used];
                inUse[used] = null;
                keep(frame);
                return;
            }
        }
    }

    private void keep(byte[] frame) {
        if (spare[frame.length] == null) {
            spare[frame.length] = new byte[MOST][];
        }
        spare[frame.length][spareCounts[frame.length]++] = frame;
    }
}
