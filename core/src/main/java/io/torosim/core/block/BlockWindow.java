package io.torosim.core.block;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A run of sectors of another disk, seen as a disk of its own: a partition. Closing the window closes the disk.
 *
 * <p>As safe for several threads as the disk below it.
 */
final class BlockWindow implements BlockDevice {
    private final BlockDevice disk;
    private final long firstSector;
    private final long sectorCount;

    /**
     * Opens a window.
     *
     * @param disk the disk below
     * @param firstSector where the window begins, in sectors of the disk
     * @param sectorCount its length
     * @throws IllegalArgumentException if the window leaves the disk
     */
    BlockWindow(BlockDevice disk, long firstSector, long sectorCount) {
        if (firstSector < 0 || sectorCount < 0 || firstSector > disk.sectorCount() - sectorCount) {
            throw new IllegalArgumentException("window must lie in [0, " + disk.sectorCount()
                    + ") sectors, firstSector=" + firstSector + ", sectorCount=" + sectorCount);
        }
        this.disk = disk;
        this.firstSector = firstSector;
        this.sectorCount = sectorCount;
    }

    @Override
    public long sectorCount() {
        return sectorCount;
    }

    @Override
    public boolean readOnly() {
        return disk.readOnly();
    }

    @Override
    public void read(long sector, ByteBuffer target) throws IOException {
        BlockRange.checkedSectors(this, sector, target);
        disk.read(firstSector + sector, target);
    }

    @Override
    public void readPart(long sector, int offset, ByteBuffer target) throws IOException {
        BlockRange.checkPart(this, sector, offset, target);
        disk.readPart(firstSector + sector, offset, target);
    }

    @Override
    public void write(long sector, ByteBuffer source) throws IOException {
        BlockRange.checkedSectors(this, sector, source);
        disk.write(firstSector + sector, source);
    }

    @Override
    public void flush() throws IOException {
        disk.flush();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
