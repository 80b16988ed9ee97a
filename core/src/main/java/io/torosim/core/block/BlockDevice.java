package io.torosim.core.block;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A disk of 512-byte sectors. It gives the data now; what the access costs in simulated time is the business of whoever
 * drives it, so the same device serves the simulated kernel and plain Java.
 *
 * <p>Safe for use by several threads unless an implementation says otherwise.
 */
public interface BlockDevice extends Closeable {
    /** Bytes in a sector. */
    int SECTOR_BYTES = 512;

    /**
     * Opens a disk image in a file; bytes behind the last whole sector are not part of the disk.
     *
     * @param readOnly whether writing is refused
     * @return the open device; closing it closes the file
     * @throws IOException if the file cannot be opened in that way
     */
    static BlockDevice file(Path image, boolean readOnly) throws IOException {
        return FileBlockDevice.open(image, readOnly);
    }

    /**
     * Returns a part of this disk, such as a partition; sector 0 is {@code firstSector}. Closing it closes this.
     *
     * @throws IllegalArgumentException if the part leaves the disk
     */
    default BlockDevice window(long firstSector, long sectors) {
        return new BlockWindow(this, firstSector, sectors);
    }

    /**
     * Checks an access of a whole number of sectors, for devices of one's own.
     *
     * @param sector first sector
     * @param buffer its remaining bytes are what is to be moved
     * @return how many sectors it covers
     * @throws IllegalArgumentException if the remaining bytes are not whole sectors or the range leaves the device
     */
    default int checkedSectors(long sector, ByteBuffer buffer) {
        return BlockRange.checkedSectors(this, sector, buffer);
    }

    /**
     * Checks an access to a part of one sector, for devices of one's own.
     *
     * @param offset first byte in it
     * @param buffer its remaining bytes are what is to be moved
     * @throws IllegalArgumentException if the part leaves the sector or the sector the device
     */
    default void checkPart(long sector, int offset, ByteBuffer buffer) {
        BlockRange.checkPart(this, sector, offset, buffer);
    }

    /** Returns the number of sectors, at least 0. */
    long sectorCount();

    /** Returns whether {@link #write} always fails. */
    boolean readOnly();

    /**
     * Fills the remaining bytes of {@code target} from {@code sector} on.
     *
     * @param sector first sector, in {@code [0, sectorCount())}
     * @param target its remaining bytes are a whole number of sectors
     * @throws IllegalArgumentException if the range leaves the device or is not whole sectors
     * @throws IOException if the medium fails
     */
    void read(long sector, ByteBuffer target) throws IOException;

    /**
     * Fills the remaining bytes of {@code target} from within one sector. A device that has its bytes at hand gives them
     * without moving the whole sector.
     *
     * @param sector the sector, in {@code [0, sectorCount())}
     * @param offset its first byte that is wanted, in {@code [0, 512)}
     * @param target at most {@code 512 - offset} bytes remain
     * @throws IllegalArgumentException if the range leaves the sector or the device
     * @throws IOException if the medium fails
     */
    default void readPart(long sector, int offset, ByteBuffer target) throws IOException {
        BlockRange.checkPart(this, sector, offset, target);
        byte[] whole = new byte[SECTOR_BYTES];
        read(sector, ByteBuffer.wrap(whole));
        target.put(whole, offset, target.remaining());
    }

    /**
     * Writes the remaining bytes of {@code source} from {@code sector} on.
     *
     * @param sector first sector, in {@code [0, sectorCount())}
     * @param source its remaining bytes are a whole number of sectors
     * @throws IllegalArgumentException if the range leaves the device or is not whole sectors
     * @throws IOException if the medium fails or is read-only
     */
    void write(long sector, ByteBuffer source) throws IOException;

    /** Makes everything written so far durable. */
    void flush() throws IOException;
}
