package io.torosim.virtio.qtest;

import io.torosim.virtio.driver.NetDriver;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One HTTP GET over a TCP of the smallest kind: segments in order or not at all, every one acknowledged. */
final class TcpGet {
    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;
    private static final int PORT = 40_000;
    private static final int MOST_LOOKS = 100_000;

    private final NetDriver card;
    private final byte[] gateway;
    private final int port;
    private int next = 1000;
    private int expected;

    private TcpGet(NetDriver card, byte[] gateway, int port) {
        this.card = card;
        this.gateway = gateway;
        this.port = port;
    }

    /** Returns the whole answer, header and body, of a server behind the gateway. */
    static String get(NetDriver card, byte[] gateway, int port, String path) {
        return new TcpGet(card, gateway, port).run(path);
    }

    private String run(String path) {
        send(SYN, new byte[0]);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        for (int i = 0; i < MOST_LOOKS; i++) {
            byte[] frame = card.receive();
            byte[] segment = frame == null ? null : Frames.payload(frame, Frames.TCP);
            if (segment == null) {
                continue;
            }
            ByteBuffer in = ByteBuffer.wrap(segment);
            int flags = segment[13];
            if ((flags & RST) != 0) {
                throw new IllegalStateException("connection refused");
            }
            if ((flags & SYN) != 0) {
                expected = in.getInt(4) + 1;
                next++;
                byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
                send(ACK, request);
                next += request.length;
                continue;
            }
            int header = (segment[12] & 0xf0) >> 2;
            if (in.getInt(4) == expected) {
                answer.write(segment, header, segment.length - header);
                expected += segment.length - header + (flags & FIN);
                if (segment.length > header || (flags & FIN) != 0) {
                    send(ACK, new byte[0]);
                }
                if ((flags & FIN) != 0) {
                    return answer.toString(StandardCharsets.US_ASCII);
                }
            }
        }
        throw new IllegalStateException("no end of the answer: " + answer.toString(StandardCharsets.US_ASCII));
    }

    private void send(int flags, byte[] data) {
        ByteBuffer segment = ByteBuffer.allocate(20 + data.length);
        segment.putShort((short) PORT).putShort((short) port).putInt(next).putInt(expected);
        segment.put((byte) 0x50)
                .put((byte) flags)
                .putShort((short) 0xffff)
                .putInt(0)
                .put(data);
        int pseudo = (Frames.GUEST >>> 16)
                + (Frames.GUEST & 0xffff)
                + (Frames.GATEWAY >>> 16)
                + (Frames.GATEWAY & 0xffff)
                + Frames.TCP
                + segment.capacity();
        segment.putShort(16, (short) Frames.checksum(segment.array(), 0, segment.capacity(), pseudo));
        card.send(Frames.ip(card.mac(), gateway, Frames.TCP, segment.array()));
    }
}
