package io.torosim.guest.device;

import io.torosim.core.block.BlockDevice;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The registers and the buffer of one drive on an {@link IdeChannel} (ATA-6). Registers exist, and are written, without a drive too. */
final class IdeDrive {
    static final int BUSY = 0x80;
    static final int READY = 0x40;
    static final int SEEK_DONE = 0x10;
    static final int DATA_REQUEST = 0x08;
    static final int ERROR = 0x01;
    static final int ABORTED = 0x04;
    static final int MOST_SECTORS_A_BLOCK = 16;
    private static final int LBA = 0x40;
    private static final long LBA28_SECTORS = 1L << 28;

    /** The medium, or null. */
    final @Nullable BlockDevice medium;

    final IdeGeometry geometry;
    final byte[] buffer = new byte[MOST_SECTORS_A_BLOCK * BlockDevice.SECTOR_BYTES];
    int error;
    int count = 1;
    int sector = 1;
    int cylinderLow;
    int cylinderHigh;
    int select = 0xa0;
    int status = READY | SEEK_DONE;
    /** Sectors to a block of READ MULTIPLE and WRITE MULTIPLE. */
    int multiple = MOST_SECTORS_A_BLOCK;
    /** What the buffer holds, and how far the host has come. */
    int filled;

    int at;
    /** Sectors that the command has still to move, those in the buffer included. */
    int sectorsLeft;
    /** Sectors moved at once, with one interrupt. */
    int block;

    boolean writing;
    /** The buffer holds the answer to IDENTIFY DEVICE. */
    boolean identifying;

    private final String serial;
    private byte @Nullable [] identity;

    IdeDrive(@Nullable BlockDevice medium, String serial) {
        this.medium = medium;
        this.serial = serial;
        this.geometry = IdeGeometry.of(medium == null ? 0 : medium.sectorCount());
        signature();
    }

    /** What a reset leaves in the registers. */
    void signature() {
        count = 1;
        sector = 1;
        select = 0xa0;
        cylinderLow = medium == null ? 0xff : 0;
        cylinderHigh = cylinderLow;
    }

    /** Reset by software, over. */
    void reset() {
        signature();
        error = 1;
        status = READY | SEEK_DONE;
        filled = 0;
        at = 0;
        sectorsLeft = 0;
        multiple = MOST_SECTORS_A_BLOCK;
    }

    /** Returns the sector that the registers address, or -1 for sector 0 of a track, which there is not. */
    long address() {
        if ((select & LBA) != 0) {
            return (select & 0xfL) << 24 | (long) cylinderHigh << 16 | (long) cylinderLow << 8 | sector;
        }
        if (sector == 0) {
            return -1;
        }
        long cylinder = cylinderHigh << 8 | cylinderLow;
        return (cylinder * geometry.heads() + (select & 0xf)) * geometry.sectors() + sector - 1;
    }

    void address(long number) {
        if ((select & LBA) != 0) {
            select = select & 0xf0 | (int) (number >>> 24) & 0xf;
            cylinderHigh = (int) (number >>> 16) & 0xff;
            cylinderLow = (int) (number >>> 8) & 0xff;
            sector = (int) number & 0xff;
        } else {
            long track = number / geometry.sectors();
            long cylinder = track / geometry.heads();
            cylinderHigh = (int) (cylinder >>> 8) & 0xff;
            cylinderLow = (int) cylinder & 0xff;
            select = select & 0xf0 | (int) (track % geometry.heads()) & 0xf;
            sector = (int) (number % geometry.sectors()) + 1;
        }
    }

    /** The medium of a drive that has one. */
    BlockDevice disk() {
        return Objects.requireNonNull(medium, "a drive without a medium");
    }

    /** Returns whether sectors from the addressed one on are there. */
    boolean has(int sectors) {
        long from = address();
        return from >= 0 && from + sectors <= disk().sectorCount();
    }

    /** Returns the sectors of a count register: 0 stands for 256. */
    int wanted() {
        return count == 0 ? 256 : count;
    }

    void abort() {
        status = READY | ERROR;
        error = ABORTED;
        filled = 0;
        at = 0;
        sectorsLeft = 0;
    }

    /** The answer to IDENTIFY DEVICE goes into the buffer; it is made with the first request and stays as it is. */
    void identify() {
        if (identity == null) {
            long total = Math.min(disk().sectorCount(), LBA28_SECTORS - 1);
            identity = new IdeIdentity(geometry, total, disk().sectorCount(), multiple, serial).bytes();
        }
        System.arraycopy(identity, 0, buffer, 0, identity.length);
        Arrays.fill(buffer, identity.length, buffer.length, (byte) 0);
    }
}
