package io.torosim.virtio.pcapng;

import io.torosim.virtio.device.NetDevice.FrameSink;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * Writes frames of simulated wires as pcapng (IETF draft-ietf-opsawg-pcapng), one interface a wire, with simulated time
 * and the direction of each frame. Readable by Wireshark and tshark; the same run writes the same bytes.
 *
 * <pre>
 *   section header 0x0a0d0d0a | interface description 1, one a wire | enhanced packet 6, one a frame
 *   every block: type u32 | total length u32 | body, padded to 4 | total length u32; little-endian
 * </pre>
 *
 * <p>Timestamps count nanoseconds (if_tsresol 9), rounded down: tshark 4.0 overflows on picoseconds. Confined to the simulation thread.
 */
public final class PcapngWriter implements Closeable {
    /** Link type of Ethernet. */
    public static final int LINKTYPE_ETHERNET = 1;
    /** Link type of vsock, for captures of sockets between host and guest. */
    public static final int LINKTYPE_VSOCK = 271;

    /** Which way a frame went, seen from the guest. */
    public enum Direction {
        /** To the guest. */
        INBOUND(1),
        /** From the guest. */
        OUTBOUND(2);

        private final int flag;

        Direction(int flag) {
            this.flag = flag;
        }
    }

    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int SNAP_LENGTH = 262_144;
    private static final int OPT_IF_NAME = 2;
    private static final int OPT_IF_TSRESOL = 9;
    private static final int OPT_EPB_FLAGS = 2;
    private static final int NANOSECONDS = 9;

    private final OutputStream out;
    private int interfaces;

    /**
     * Starts a capture.
     *
     * @param out where it goes; closed with this writer
     * @throws IOException if that cannot be written
     */
    public PcapngWriter(OutputStream out) throws IOException {
        this.out = out;
        ByteBuffer body = body(16);
        body.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        block(SECTION_HEADER, body);
    }

    /**
     * Adds a wire.
     *
     * @param name shown by Wireshark
     * @param linkType {@link #LINKTYPE_ETHERNET} or another of the IANA list
     * @return its number, for {@link #write}
     */
    public int addInterface(String name, int linkType) throws IOException {
        byte[] ascii = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = body(8 + 4 + pad(ascii.length) + 8 + 4);
        body.putShort((short) linkType).putShort((short) 0).putInt(SNAP_LENGTH);
        option(body, OPT_IF_NAME, ascii);
        option(body, OPT_IF_TSRESOL, new byte[] {NANOSECONDS});
        body.putInt(0);
        block(1, body);
        return interfaces++;
    }

    /**
     * Writes a frame.
     *
     * @param wire from {@link #addInterface}
     * @param timePs simulated time in picoseconds since power-on
     * @param direction which way it went
     * @param frame its bytes
     */
    public void write(int wire, long timePs, Direction direction, byte[] frame) throws IOException {
        if (wire < 0 || wire >= interfaces) {
            throw new IllegalArgumentException("no such wire, wire=" + wire);
        }
        int captured = Math.min(frame.length, SNAP_LENGTH);
        ByteBuffer body = body(20 + pad(captured) + 8 + 4);
        long timeNs = timePs / 1000;
        body.putInt(wire).putInt((int) (timeNs >>> 32)).putInt((int) timeNs);
        body.putInt(captured).putInt(frame.length);
        body.put(frame, 0, captured);
        body.position(20 + pad(captured));
        option(body, OPT_EPB_FLAGS, new byte[] {(byte) direction.flag, 0, 0, 0});
        body.putInt(0);
        block(6, body);
    }

    /**
     * Returns a sink that writes every frame and passes it on.
     *
     * @param wire from {@link #addInterface}
     * @param direction which way frames go through it
     * @param nowPs gives simulated time
     * @param next takes the frames
     */
    public FrameSink tap(int wire, Direction direction, LongSupplier nowPs, FrameSink next) {
        return frame -> {
            try {
                write(wire, nowPs.getAsLong(), direction, frame);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            next.frame(frame);
        };
    }

    private static ByteBuffer body(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int pad(int bytes) {
        return bytes + 3 & -4;
    }

    private static void option(ByteBuffer body, int code, byte[] value) {
        body.putShort((short) code).putShort((short) value.length).put(value);
        body.position(pad(body.position()));
    }

    private void block(int type, ByteBuffer body) throws IOException {
        ByteBuffer block = body(12 + body.capacity());
        block.putInt(type).putInt(block.capacity());
        block.put(body.array());
        block.putInt(block.capacity());
        out.write(block.array());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
