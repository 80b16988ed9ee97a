package io.torosim.fat.volume;

import io.torosim.fat.MountOptions;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.FatTime;
import java.io.IOException;
import java.time.Instant;

/** What entries, directories and contents of a mounted volume stand on: the disk, its layout, the table, the order of writes, the clock. */
final class MountedParts {
    final MountOptions options;
    final BootSector boot;
    final VolumeDisk disk;
    final FatTable table;
    final WriteOrder order;
    final ClusterPlaces places;
    private long nowHundredth = Long.MIN_VALUE;
    private long nowPacked;

    MountedParts(MountOptions options, BootSector boot, VolumeDisk disk) throws IOException {
        this.options = options;
        this.boot = boot;
        this.disk = disk;
        this.table = FatTable.load(disk, boot);
        this.order = new WriteOrder(disk, table, options.barriers());
        this.places = new ClusterPlaces(boot);
    }

    /** Returns the time by the mount's clock. The caller holds the write lock. */
    long now() {
        Instant instant = options.clock().instant();
        long hundredth = instant.getEpochSecond() * 100 + instant.getNano() / 10_000_000;
        if (hundredth != nowHundredth) { // a FAT time is no finer
            nowHundredth = hundredth;
            nowPacked = FatTime.of(instant, options.zone());
        }
        return nowPacked;
    }
}
