package io.torosim.fat.nio;

import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * An open file. Several channels of one file see each other's writes. Size and times reach the directory when the
 * channel is closed or forced. {@link #map} is not supported.
 *
 * <p>{@link FatFileSystem} opens it as an {@link OpenMode} says; {@link OpenFiles} knows that it is open, and {@link FatVolume} reads and writes the
 * bytes of its {@link FatNode}.
 */
final class FatFileChannel extends FileChannel {
    private static final int TRANSFER_BYTES = 65536;

    private final OpenFiles files;
    private final FatVolume volume;
    private final FatNode file;
    private final OpenMode mode;
    private long position;
    private final OpenLink link = new OpenLink(this);

    FatFileChannel(OpenFiles files, FatNode file, OpenMode mode) {
        this.files = files;
        this.volume = files.volume();
        this.file = file;
        this.mode = mode;
    }

    OpenLink link() {
        return link;
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void checkReadable() throws ClosedChannelException {
        checkOpen();
        if (!mode.read()) {
            throw new NonReadableChannelException();
        }
    }

    private void checkWritable() throws ClosedChannelException {
        checkOpen();
        if (!mode.write()) {
            throw new NonWritableChannelException();
        }
    }

    private static void checkPosition(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("position must not be negative, position=" + value);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        checkReadable();
        synchronized (this) {
            int moved = get(target, position);
            position += Math.max(0, moved);
            return moved;
        }
    }

    /** Reads. An interruption during the access closes the channel, when the access is done. */
    private int get(ByteBuffer target, long at) throws IOException {
        boolean done = false;
        begin();
        try {
            int moved = isOpen() ? volume.read(file, at, target) : 0;
            done = true;
            return moved;
        } finally {
            end(done);
        }
    }

    @Override
    public int read(ByteBuffer target, long at) throws IOException {
        checkPosition(at);
        checkReadable();
        return get(target, at);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        java.util.Objects.checkFromIndexSize(offset, length, targets.length);
        checkReadable();
        synchronized (this) {
            long total = 0;
            for (int i = offset; i < offset + length; i++) {
                if (targets[i].hasRemaining()) {
                    int moved = get(targets[i], position);
                    if (moved < 0) {
                        return total == 0 ? -1 : total;
                    }
                    position += moved;
                    total += moved;
                }
            }
            return total;
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        checkWritable();
        synchronized (this) {
            int moved = put(source, mode.append() ? -1 : position);
            position = mode.append() ? volume.size(file) : position + moved;
            return moved;
        }
    }

    @Override
    public int write(ByteBuffer source, long at) throws IOException {
        checkPosition(at);
        checkWritable();
        return put(source, mode.append() ? -1 : at);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        java.util.Objects.checkFromIndexSize(offset, length, sources.length);
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            total += write(sources[i]);
        }
        return total;
    }

    private int put(ByteBuffer source, long at) throws IOException {
        boolean done = false;
        begin();
        try {
            int moved = isOpen() ? volume.write(file, at, source) : 0;
            if (mode.sync() && moved > 0) {
                volume.force(file);
            }
            done = true;
            return moved;
        } finally {
            end(done);
        }
    }

    @Override
    public long position() throws IOException {
        checkOpen();
        synchronized (this) {
            return mode.append() ? Math.max(position, volume.size(file)) : position;
        }
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        checkOpen();
        checkPosition(newPosition);
        synchronized (this) {
            position = newPosition;
        }
        return this;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return volume.size(file);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        checkPosition(size);
        checkWritable();
        synchronized (this) {
            boolean done = false;
            begin();
            try {
                if (isOpen()) {
                    volume.truncate(file, size);
                    position = Math.min(position, size);
                }
                done = true;
            } finally {
                end(done);
            }
        }
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        checkOpen();
        if (mode.write()) {
            volume.force(file);
        }
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
        checkPosition(from);
        checkCount(count);
        checkReadable();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(TRANSFER_BYTES, count));
        long moved = 0;
        while (moved < count) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), count - moved));
            int read = get(buffer, from + moved);
            if (read < 0) {
                break;
            }
            int written = target.write(buffer.flip());
            moved += written;
            if (written < read) {
                break;
            }
        }
        return moved;
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long to, long count) throws IOException {
        checkPosition(to);
        checkCount(count);
        checkWritable();
        if (to > volume.size(file)) {
            return 0;
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(TRANSFER_BYTES, count));
        long moved = 0;
        while (moved < count) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), count - moved));
            int read = source.read(buffer);
            if (read <= 0) {
                break;
            }
            moved += put(buffer.flip(), to + moved);
        }
        return moved;
    }

    private static void checkCount(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("count must not be negative, count=" + count);
        }
    }

    @Override
    public MappedByteBuffer map(MapMode mapMode, long from, long size) {
        throw new UnsupportedOperationException("a file on a FAT volume cannot be mapped");
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) throws IOException {
        return tryLock(from, size, shared);
    }

    /** Locks a region against this file system's other channels; never waits, as an overlap is an error in Java. */
    @Override
    public FileLock tryLock(long from, long size, boolean shared) throws IOException {
        checkOpen();
        if (shared && !mode.read()) {
            throw new NonReadableChannelException();
        }
        if (!shared && !mode.write()) {
            throw new NonWritableChannelException();
        }
        return files.locks().lock(this, file, from, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        files.closed(link);
        files.locks().releaseAll(this);
        volume.release(file);
        if (mode.deleteOnClose()) {
            files.deleteIfStillThere(file);
        }
    }
}
