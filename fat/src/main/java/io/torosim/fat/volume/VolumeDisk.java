package io.torosim.fat.volume;

import io.torosim.core.block.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.Arrays;

/**
 * The device of a volume, addressed in bytes. Whole sectors go straight between device and buffer; the ends of an access
 * that begins or ends inside a sector go through one sector of memory. After a failed write nothing more is written,
 * because what is on the disk is then unknown.
 */
final class VolumeDisk {
    private static final int SECTOR = BlockDevice.SECTOR_BYTES;

    private final BlockDevice device;
    private final String image;
    private volatile boolean failed;
    private boolean unflushed; // under the volume's write lock, as what follows
    private final byte[] kept = new byte[SECTOR];
    private final ByteBuffer keptBuffer = ByteBuffer.wrap(kept);
    private final byte[] part = new byte[SECTOR];
    private final ByteBuffer partBuffer = ByteBuffer.wrap(part);
    private long keptAt = -1;

    VolumeDisk(BlockDevice device, String image) {
        this.device = device;
        this.image = image;
    }

    long bytes() {
        return device.sectorCount() * SECTOR;
    }

    void read(long offset, ByteBuffer target) throws IOException {
        long at = offset;
        while (target.hasRemaining()) {
            int inside = (int) (at & SECTOR - 1);
            if (inside == 0 && target.remaining() >= SECTOR) {
                at += readSectors(at, target);
            } else {
                at += readPart(at / SECTOR, inside, target);
            }
        }
    }

    private int readSectors(long at, ByteBuffer target) throws IOException {
        int limit = target.limit();
        int bytes = target.remaining() & -SECTOR;
        target.limit(target.position() + bytes);
        try {
            device.read(at / SECTOR, target);
        } finally {
            target.limit(limit);
        }
        return bytes;
    }

    private int readPart(long sector, int inside, ByteBuffer target) throws IOException {
        int limit = target.limit();
        int bytes = Math.min(SECTOR - inside, target.remaining());
        target.limit(target.position() + bytes);
        try {
            device.readPart(sector, inside, target);
        } finally {
            target.limit(limit);
        }
        return bytes;
    }

    /** Reads one sector, given its offset in bytes. */
    byte[] sector(long offset) throws IOException {
        byte[] sector = new byte[SECTOR];
        device.read(offset / SECTOR, ByteBuffer.wrap(sector));
        return sector;
    }

    /**
     * Reads one sector of a directory, for a change: the one of last time is kept, as an entry that is made is changed
     * soon. The caller holds the volume's write lock; if it changes the sector it hands it to {@link #writeSector} before
     * anything else.
     */
    byte[] directorySector(long offset) throws IOException {
        if (keptAt != offset) {
            keptAt = -1;
            device.read(offset / SECTOR, keptBuffer.clear());
            keptAt = offset;
        }
        return kept;
    }

    void writeSector(long offset, byte[] sector) throws IOException {
        if (sector == kept) {
            writeSectors(offset, keptBuffer.clear());
            keptAt = offset;
        } else {
            writeSectors(offset, ByteBuffer.wrap(sector));
        }
    }

    /**
     * Writes bytes. Sectors that are written in part keep their other bytes, except that bytes from {@code freshFrom} on
     * were never part of a file and become zero.
     */
    void write(long offset, ByteBuffer source, long freshFrom) throws IOException {
        long at = offset;
        while (source.hasRemaining()) {
            int inside = (int) (at & SECTOR - 1);
            if (inside == 0 && source.remaining() >= SECTOR) {
                int limit = source.limit();
                int bytes = source.remaining() & -SECTOR;
                source.limit(source.position() + bytes);
                try {
                    writeSectors(at, source);
                } finally {
                    source.limit(limit);
                }
                at += bytes;
            } else {
                long start = at - inside;
                if (start < freshFrom) {
                    device.read(start / SECTOR, partBuffer.clear());
                }
                Arrays.fill(part, (int) Math.max(0, Math.min(SECTOR, freshFrom - start)), SECTOR, (byte) 0);
                int count = Math.min(SECTOR - inside, source.remaining());
                source.get(part, inside, count);
                writeSectors(start, partBuffer.clear());
                at += count;
            }
        }
    }

    void writeSectors(long offset, ByteBuffer source) throws IOException {
        if (failed) {
            throw new FileSystemException(image, null, "an earlier write failed: mount the volume again");
        }
        boolean done = false;
        unflushed = true;
        if (keptAt >= offset && keptAt < offset + source.remaining()) {
            keptAt = -1;
        }
        try {
            device.write(offset / SECTOR, source);
            done = true;
        } finally {
            failed |= !done;
        }
    }

    boolean failed() {
        return failed;
    }

    /** Makes everything written so far durable; costs nothing if nothing was written since the last time. */
    void flush() throws IOException {
        if (unflushed) {
            device.flush();
            unflushed = false;
        }
    }

    void close() throws IOException {
        device.close();
    }
}
