package io.torosim.virtio.qtest;

import io.torosim.core.process.RunPlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The far end of a {@code -netdev stream}: each frame behind its length, four bytes, the most significant first. */
final class QemuWire implements Wire, AutoCloseable {
    private static final int MOST_BYTES = 1 << 17;

    private final RunPlace place;
    private final Path path;
    private final ServerSocketChannel server;
    private final ByteBuffer received = ByteBuffer.allocate(MOST_BYTES).limit(0);
    private @Nullable SocketChannel channel;

    private QemuWire(RunPlace place) throws IOException {
        this.place = place;
        this.path = place.directory().resolve("wire");
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
    }

    /** Waits for a QEMU with the back end {@link #netdev}. */
    static QemuWire open() throws IOException {
        return new QemuWire(RunPlace.create());
    }

    /** Returns the back end without its id. */
    String netdev() {
        return "stream,server=off,addr.type=unix,addr.path=" + path;
    }

    private SocketChannel channel() throws IOException {
        if (channel == null) {
            channel = server.accept();
            channel.configureBlocking(false);
        }
        return channel;
    }

    @Override
    public void inject(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .flip();
        try {
            while (bytes.hasRemaining()) {
                channel().write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte @Nullable [] sent() {
        try {
            received.compact();
            channel().read(received);
            received.flip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (received.remaining() < 4 || received.remaining() < 4 + received.getInt(received.position())) {
            return null;
        }
        byte[] frame = new byte[received.getInt()];
        received.get(frame);
        return frame;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
        server.close();
        place.close();
    }
}
