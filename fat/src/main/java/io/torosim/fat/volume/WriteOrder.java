package io.torosim.fat.volume;

import io.torosim.fat.MountOptions;
import java.io.IOException;

/**
 * The order in which writes reach the medium. Between a write and another that relies on it stands a barrier, which is a
 * flush of the device: a device may carry out the writes between two flushes in any order, and a power cut may leave any
 * part of them. What only gives something back, freeing clusters and cutting chains, waits for the next barrier instead
 * of asking for one.
 *
 * <p>Without barriers ({@link MountOptions#barriers}) the writes are issued in the same order, one after the other, which
 * is enough if the program ends but the machine goes on.
 */
final class WriteOrder {
    private final VolumeDisk disk;
    private final FatTable table;
    private final boolean barriers;

    WriteOrder(VolumeDisk disk, FatTable table, boolean barriers) {
        this.disk = disk;
        this.table = table;
        this.barriers = barriers;
    }

    boolean hasBarriers() {
        return barriers;
    }

    /** What is written from here on reaches the medium after everything written so far. */
    void barrier() throws IOException {
        if (barriers) {
            force();
        }
    }

    /** Writes at once what waits for a barrier, if there are none. */
    void settleUnlessBarriers() throws IOException {
        if (!barriers) {
            table.settle(this);
        }
    }

    /** Makes everything written so far durable; then what waited for that is written. */
    void force() throws IOException {
        disk.flush();
        table.settle(this);
    }
}
