package io.torosim.fat.nio;

import io.torosim.core.block.BlockDevice;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An image mapped into memory, for reads of a few KiB, which cost more in the call than in the bytes when they go through
 * a channel. Linux and macOS have one cache for mapped and written pages, so that a mapping sees what the channel wrote;
 * elsewhere, and on file systems other than the default one, nothing is mapped.
 *
 * <p>A file that was shortened is not touched behind its end: its length is asked before every read. Shortening it within
 * that very microsecond ends the read in an {@link InternalError}. Java ends a mapping when it is collected, not when
 * the volume is closed.
 */
final class MappedImage implements Closeable {
    private static final int MOST_BYTES = 32_768; // of a read that is worth it
    private static final int CHUNK_BYTES = 1 << 30;

    private final RandomAccessFile file; // not a channel, which an interruption would close
    private final MappedByteBuffer[] chunks;

    private MappedImage(RandomAccessFile file, MappedByteBuffer[] chunks) {
        this.file = file;
        this.chunks = chunks;
    }

    /** Maps an image; null if it cannot be mapped. */
    static @Nullable MappedImage of(Path path, long sectorCount) {
        String system = System.getProperty("os.name", "");
        if (!system.startsWith("Linux") && !system.startsWith("Mac")) {
            return null;
        }
        RandomAccessFile file = null;
        try {
            file = new RandomAccessFile(path.toFile(), "r");
            long bytes = sectorCount * BlockDevice.SECTOR_BYTES;
            var chunks = new MappedByteBuffer[(int) ((bytes + CHUNK_BYTES - 1) / CHUNK_BYTES)];
            for (int i = 0; i < chunks.length; i++) {
                long from = (long) i * CHUNK_BYTES;
                long count = Math.min(CHUNK_BYTES, bytes - from);
                chunks[i] = file.getChannel().map(FileChannel.MapMode.READ_ONLY, from, count);
            }
            return new MappedImage(file, chunks);
        } catch (IOException | UnsupportedOperationException | OutOfMemoryError e) {
            close(file);
            return null;
        }
    }

    private static void close(@Nullable RandomAccessFile file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            return; // it was only read
        }
    }

    /**
     * Reads.
     *
     * @return false if nothing was read, and the channel is to be asked
     */
    boolean read(long offset, ByteBuffer target) throws IOException {
        int count = target.remaining();
        int at = (int) (offset % CHUNK_BYTES);
        if (count > MOST_BYTES || at + count > CHUNK_BYTES || offset + count > file.length()) {
            return false;
        }
        int start = target.position();
        target.put(start, chunks[(int) (offset / CHUNK_BYTES)], at, count).position(start + count);
        return true;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
