package io.torosim.fat.toro;

import io.torosim.core.block.BlockDevice;
import java.nio.file.FileSystemException;

/** A disk's answer to an address that it does not have: the error bit, here an exception. */
final class DiskRange {
    private DiskRange() {}

    static void check(BlockDevice device, long sector, int sectors) throws FileSystemException {
        if (sector < 0 || sector > device.sectorCount() - sectors) {
            throw new FileSystemException(
                    "toro", null, "disk error: sector " + sector + " of " + device.sectorCount() + " asked for");
        }
    }
}
