package io.torosim.core.block;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A disk image in a file, read and written through a {@link FileChannel}. Bytes behind the last whole sector are not
 * part of the disk. The size is taken once, at opening.
 *
 * <p>Safe for use by several threads. A thread that is interrupted inside an access closes the channel, as Java's
 * channels do; the device opens the file again at the next access, so that other threads are not harmed.
 */
final class FileBlockDevice implements BlockDevice {
    private final Path file;
    private final boolean readOnly;
    private final long sectorCount;
    private volatile FileChannel channel;
    private boolean closed;

    private FileBlockDevice(Path file, boolean readOnly) throws IOException {
        this.file = file;
        this.readOnly = readOnly;
        this.channel = openChannel();
        this.sectorCount = channel.size() / SECTOR_BYTES;
    }

    /**
     * Opens an image.
     *
     * @param file the image
     * @param readOnly whether writing is refused
     * @return the open device; closing it closes the file
     * @throws IOException if the file cannot be opened in that way
     */
    static FileBlockDevice open(Path file, boolean readOnly) throws IOException {
        return new FileBlockDevice(file, readOnly);
    }

    @Override
    public long sectorCount() {
        return sectorCount;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public void read(long sector, ByteBuffer target) throws IOException {
        BlockRange.checkedSectors(this, sector, target);
        FileChannel from = usableChannel();
        long position = sector * SECTOR_BYTES;
        while (target.hasRemaining()) {
            int moved = from.read(target, position);
            if (moved < 0) {
                throw new EOFException(file + ": file was shortened while open, sector=" + position / SECTOR_BYTES);
            }
            position += moved;
        }
    }

    @Override
    public void write(long sector, ByteBuffer source) throws IOException {
        BlockRange.checkedSectors(this, sector, source);
        if (readOnly) {
            throw new FileSystemException(file.toString(), null, "device is read-only");
        }
        FileChannel to = usableChannel();
        long position = sector * SECTOR_BYTES;
        while (source.hasRemaining()) {
            position += to.write(source, position);
        }
    }

    @Override
    public void flush() throws IOException {
        if (!readOnly) {
            usableChannel().force(false);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }

    private FileChannel usableChannel() throws IOException {
        FileChannel current = channel;
        return current.isOpen() ? current : reopened();
    }

    private synchronized FileChannel reopened() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (!channel.isOpen()) {
            channel = openChannel();
        }
        return channel;
    }

    private FileChannel openChannel() throws IOException {
        return readOnly
                ? FileChannel.open(file, StandardOpenOption.READ)
                : FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
