package io.torosim.experiment.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds packet captures byte by byte. */
final class Captures {
    static final int SYN = 0x02;
    static final int ACK = 0x10;
    static final int PUSH_ACK = 0x18;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;

    Captures(ByteOrder order, int magic, int linkType) {
        this.order = order;
        ByteBuffer header = ByteBuffer.allocate(24).order(order);
        header.putInt(magic).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
        header.putInt(65_535).putInt(linkType);
        out.writeBytes(header.array());
    }

    static Captures micros(int linkType) {
        return new Captures(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, linkType);
    }

    Captures packet(int seconds, int fraction, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer header = ByteBuffer.allocate(16).order(order);
        header.putInt(seconds).putInt(fraction).putInt(length).putInt(length);
        out.writeBytes(header.array());
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    static byte[] ethernet(int type) {
        return ByteBuffer.allocate(14).putShort(12, (short) type).array();
    }

    static byte[] vlan(int type) {
        return ByteBuffer.allocate(18)
                .putShort(12, (short) 0x8100)
                .putShort(16, (short) type)
                .array();
    }

    static byte[] ipv4(int fragmentOffset, byte[] tcp) {
        ByteBuffer ip = ByteBuffer.allocate(24 + tcp.length);
        ip.put(0, (byte) 0x46).putShort(2, (short) (24 + tcp.length)); // a header with options: 6 words
        ip.putShort(6, (short) fragmentOffset).put(9, (byte) 6).put(24, tcp);
        return ip.array();
    }

    static byte[] ipv4(byte[] tcp) {
        return ipv4(0, tcp);
    }

    static byte[] ipv6(byte[] tcp) {
        ByteBuffer ip = ByteBuffer.allocate(40 + tcp.length);
        ip.put(0, (byte) 0x60).putShort(4, (short) tcp.length).put(6, (byte) 6).put(40, tcp);
        return ip.array();
    }

    static byte[] tcp(int port, int flags, String data) {
        byte[] text = data.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer tcp = ByteBuffer.allocate(32 + text.length);
        tcp.putShort(0, (short) 50_000).putShort(2, (short) port);
        tcp.put(12, (byte) 0x80).put(13, (byte) flags).put(32, text); // a header with options: 8 words
        return tcp.array();
    }
}
