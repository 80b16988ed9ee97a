package io.torosim.fat.nio;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes a file from its beginning, or to its end. Not for several threads. An interruption does not touch it, other than a channel. */
final class FatOutputStream extends OutputStream {
    private final FatFileChannel channel;
    private long position;

    FatOutputStream(FatFileChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        position += channel.writeThrough(ByteBuffer.wrap(bytes, from, count), position);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
