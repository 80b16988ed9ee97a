package io.torosim.core.block;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A disk of 512-byte sectors. It gives the data now; what the access costs in simulated time is the business of whoever
 * drives it, so the same device serves the simulated kernel and plain Java.
 *
 * <p>Safe for use by several threads unless an implementation says otherwise.
 */
public interface BlockDevice extends Closeable {
    /** Bytes in a sector. */
    int SECTOR_BYTES = 512;

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
