package io.torosim.fat.nio;

import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/** Writes a file from its beginning, or to its end. Not for several threads. An interruption does not touch it, other than a channel. */
final class FatOutputStream extends OutputStream {
    private final OpenFiles files;
    private final FatVolume volume;
    private final FatNode file;
    private final OpenMode mode;
    private final OpenLink link = new OpenLink(this);
    private long position;
    private volatile boolean closed;

    FatOutputStream(OpenFiles files, FatNode file, OpenMode mode) {
        this.files = files;
        this.volume = files.volume();
        this.file = file;
        this.mode = mode;
    }

    OpenLink link() {
        return link;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        int moved = volume.write(file, mode.append() ? -1 : position, ByteBuffer.wrap(bytes, from, count));
        position += moved;
        if (mode.sync() && moved > 0) {
            volume.force(file);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        if (files.closed(link)) {
            volume.release(file);
            if (mode.deleteOnClose()) {
                files.deleteIfStillThere(file);
            }
        }
    }
}
