package io.torosim.guest.app;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where a guest's driver looks for its volume: the first sector of the disk, which Toro takes for FAT16 by two letters. */
final class MountedPlace {
    private static final int TYPE = 0x36;

    private MountedPlace() {}

    /**
     * Refuses a whole disk whose volume lies in a partition. A disk without any is the guest's to find out.
     *
     * @throws IllegalArgumentException naming the call that gives the volume
     */
    static void check(GuestApplication application, BlockDevice disk) {
        if (isFat16(disk)) {
            return;
        }
        BlockDevice volume;
        try {
            volume = FatFileSystemProvider.volumeOn(disk, MountOptions.of("the guest's disk"));
        } catch (IOException e) {
            return;
        }
        if (volume != disk && isFat16(volume)) {
            throw new IllegalArgumentException(application.name()
                    + " mounts the first sector of its disk, which is a partition table here: hand it the volume,"
                    + " FatFileSystemProvider.volumeOn(disk, MountOptions.of(name)), volume="
                    + disk.getClass().getSimpleName() + " of "
                    + disk.sectorCount() + " sectors");
        }
    }

    private static boolean isFat16(BlockDevice disk) {
        if (disk.sectorCount() == 0) {
            return false;
        }
        byte[] first = new byte[BlockDevice.SECTOR_BYTES];
        try {
            disk.read(0, ByteBuffer.wrap(first));
        } catch (IOException e) {
            return false;
        }
        return first[TYPE] == 'F' && first[TYPE + 4] == '6';
    }
}
