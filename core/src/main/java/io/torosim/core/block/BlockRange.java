package io.torosim.core.block;

import java.nio.ByteBuffer;

/** The argument rule that every {@link BlockDevice} shares: whole sectors, inside the device. */
final class BlockRange {
    private BlockRange() {}

    /**
     * Checks an access and returns how many sectors it covers.
     *
     * @param device the device accessed
     * @param sector first sector
     * @param buffer its remaining bytes are what is to be moved
     * @return the number of whole sectors in the remaining bytes
     * @throws IllegalArgumentException if the remaining bytes are not whole sectors or the range leaves the device
     */
    static int checkedSectors(BlockDevice device, long sector, ByteBuffer buffer) {
        int bytes = buffer.remaining();
        if (bytes % BlockDevice.SECTOR_BYTES != 0) {
            throw new IllegalArgumentException("access must be whole sectors of 512 bytes, bytes=" + bytes);
        }
        int sectors = bytes / BlockDevice.SECTOR_BYTES;
        if (sector < 0 || sector > device.sectorCount() - sectors) {
            throw new IllegalArgumentException("access must lie in [0, " + device.sectorCount() + ") sectors, sector="
                    + sector + ", sectors=" + sectors);
        }
        return sectors;
    }

    /**
     * Checks an access to a part of one sector.
     *
     * @param device the device accessed
     * @param sector the sector
     * @param offset first byte in it
     * @param buffer its remaining bytes are what is to be moved
     * @throws IllegalArgumentException if the part leaves the sector or the sector the device
     */
    static void checkPart(BlockDevice device, long sector, int offset, ByteBuffer buffer) {
        if (offset < 0 || buffer.remaining() > BlockDevice.SECTOR_BYTES - offset) {
            throw new IllegalArgumentException(
                    "part must lie in one sector of 512 bytes, offset=" + offset + ", bytes=" + buffer.remaining());
        }
        if (sector < 0 || sector >= device.sectorCount()) {
            throw new IllegalArgumentException("sector must be in [0, " + device.sectorCount() + "), sector=" + sector);
        }
    }
}
