package io.torosim.virtio.testkit;

/** What one side has read of entries that the other publishes: in front of the publication that it saw, and behind it. */
final class EarlyReads {
    private final int[] early;
    private final int[] behind;

    EarlyReads(int entries) {
        early = new int[entries];
        behind = new int[entries];
    }

    /** Some of the entry's bytes, a bit each, are read. */
    void loaded(int entry, int bytes, boolean isBehind) {
        if (isBehind) {
            behind[entry] |= bytes;
        } else {
            early[entry] |= bytes;
        }
    }

    /** The side uses the entry: returns the bytes that it has read in front only, and forgets. */
    int unsure(int entry) {
        int unsure = early[entry] & ~behind[entry];
        early[entry] = 0;
        behind[entry] = 0;
        return unsure;
    }
}
