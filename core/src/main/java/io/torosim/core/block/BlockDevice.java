package io.torosim.core.block;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * A disk of 512-byte sectors. It gives the data now; what the access costs in simulated time is the business of whoever
 * drives it, so the same device serves the simulated kernel and plain Java.
 *
 * <p>Safe for use by several threads unless an implementation says otherwise.
 *
 * <p>Here are one in memory ({@link MemoryBlockDevice}), an image file ({@link FileBlockDevice}) and a part of another, such as a partition ({@link
 * BlockWindow}). FAT volumes, the IDE disk and virtio-blk of a guest read and write through it.
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
        Objects.requireNonNull(image, "image");
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

    /**
     * A disk in memory, zero at first. Storage is taken 64 KiB at a time when it is first written, so a large empty disk
     * costs little.
     *
     * <p>Safe for use by several threads: every access is atomic.
     */
    final class MemoryBlockDevice implements BlockDevice {
        private static final int SECTORS_PER_PAGE = 128; // 64 KiB

        private final long sectorCount;
        private final byte[][] pages;

        /**
         * Makes a writable disk of zeros.
         *
         * @param sectorCount sectors of 512 bytes, in {@code [0, 2^31 * 128)}
         * @throws IllegalArgumentException if the count is out of range
         */
        public MemoryBlockDevice(long sectorCount) {
            if (sectorCount < 0 || sectorCount / SECTORS_PER_PAGE >= Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException("sectorCount must be in [0, 2^38), sectorCount=" + sectorCount);
            }
            this.sectorCount = sectorCount;
            this.pages = new byte[(int) ((sectorCount + SECTORS_PER_PAGE - 1) / SECTORS_PER_PAGE)][];
        }

        /**
         * Makes a writable disk with a copy of {@code bytes}, filled up with zeros to a whole sector.
         *
         * @param bytes the first bytes of the disk
         * @return the disk
         */
        public static MemoryBlockDevice of(byte[] bytes) {
            Objects.requireNonNull(bytes, "bytes");
            var device = new MemoryBlockDevice((bytes.length + SECTOR_BYTES - 1) / SECTOR_BYTES);
            int pageBytes = SECTORS_PER_PAGE * SECTOR_BYTES;
            for (int i = 0; i < device.pages.length; i++) {
                int from = i * pageBytes;
                byte[] page = Arrays.copyOf(
                        Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + pageBytes)), pageBytes);
                device.pages[i] = page;
            }
            return device;
        }

        @Override
        public long sectorCount() {
            return sectorCount;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public synchronized void read(long sector, ByteBuffer target) {
            int sectors = BlockRange.checkedSectors(this, sector, target);
            for (long s = sector; s < sector + sectors; ) {
                int inPage = (int) (s % SECTORS_PER_PAGE);
                int count = (int) Math.min(SECTORS_PER_PAGE - inPage, sector + sectors - s);
                byte[] page = pages[(int) (s / SECTORS_PER_PAGE)];
                if (page == null) {
                    target.put(new byte[count * SECTOR_BYTES]);
                } else {
                    target.put(page, inPage * SECTOR_BYTES, count * SECTOR_BYTES);
                }
                s += count;
            }
        }

        @Override
        public synchronized void readPart(long sector, int offset, ByteBuffer target) {
            BlockRange.checkPart(this, sector, offset, target);
            byte[] page = pages[(int) (sector / SECTORS_PER_PAGE)];
            if (page == null) {
                target.put(new byte[target.remaining()]);
            } else {
                int at = (int) (sector % SECTORS_PER_PAGE) * SECTOR_BYTES + offset;
                target.put(page, at, target.remaining());
            }
        }

        @Override
        public synchronized void write(long sector, ByteBuffer source) {
            int sectors = BlockRange.checkedSectors(this, sector, source);
            for (long s = sector; s < sector + sectors; ) {
                int inPage = (int) (s % SECTORS_PER_PAGE);
                int count = (int) Math.min(SECTORS_PER_PAGE - inPage, sector + sectors - s);
                int index = (int) (s / SECTORS_PER_PAGE);
                if (pages[index] == null) {
                    pages[index] = new byte[SECTORS_PER_PAGE * SECTOR_BYTES];
                }
                source.get(pages[index], inPage * SECTOR_BYTES, count * SECTOR_BYTES);
                s += count;
            }
        }

        /**
         * Returns a copy of the whole disk.
         *
         * @return {@code sectorCount() * 512} bytes
         * @throws IllegalStateException if the disk does not fit an array
         */
        public synchronized byte[] toByteArray() {
            if (sectorCount * SECTOR_BYTES > Integer.MAX_VALUE - 8) {
                throw new IllegalStateException("disk must be below 2 GiB to be copied, sectors=" + sectorCount);
            }
            byte[] all = new byte[(int) (sectorCount * SECTOR_BYTES)];
            int pageBytes = SECTORS_PER_PAGE * SECTOR_BYTES;
            for (int i = 0; i < pages.length; i++) {
                if (pages[i] != null) {
                    System.arraycopy(pages[i], 0, all, i * pageBytes, Math.min(pageBytes, all.length - i * pageBytes));
                }
            }
            return all;
        }

        @Override
        public void flush() {}

        /** Does nothing: the bytes live as long as the object. */
        @Override
        public void close() {}
    }
}
