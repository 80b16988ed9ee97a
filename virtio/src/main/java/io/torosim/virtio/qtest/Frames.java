package io.torosim.virtio.qtest;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Ethernet frames to and from the gateway of QEMU's user network: ARP (RFC 826), ICMP echo (RFC 792), TCP (RFC 793). */
final class Frames {
    /** The guest's address, 10.0.2.15. */
    static final int GUEST = 0x0a00020f;
    /** The gateway's address, 10.0.2.2; behind it is the host's loopback. */
    static final int GATEWAY = 0x0a000202;

    static final int ICMP = 1;
    static final int TCP = 6;

    private static final int ARP_TYPE = 0x0806;
    private static final int IP_TYPE = 0x0800;
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};

    private Frames() {}

    /** Returns who-has the gateway, tell the guest. */
    static byte[] arpRequest(byte[] mac) {
        ByteBuffer frame = ByteBuffer.allocate(60);
        frame.put(BROADCAST).put(mac).putShort((short) ARP_TYPE);
        frame.putShort((short) 1)
                .putShort((short) IP_TYPE)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) 1);
        frame.put(mac).putInt(GUEST).put(new byte[6]).putInt(GATEWAY);
        return frame.array();
    }

    /** Returns the gateway's MAC address if a frame is its answer to {@link #arpRequest}, else null. */
    static byte @Nullable [] arpAnswer(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        boolean answer = frame.length >= 42
                && in.getShort(12) == ARP_TYPE
                && in.getShort(20) == 2
                && in.getInt(28) == GATEWAY
                && in.getInt(38) == GUEST;
        return answer ? Arrays.copyOfRange(frame, 22, 28) : null;
    }

    /** Returns an IPv4 packet to the gateway in a frame. */
    static byte[] ip(byte[] mac, byte[] gateway, int protocol, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(Math.max(60, 34 + payload.length));
        frame.put(gateway).put(mac).putShort((short) IP_TYPE);
        frame.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) (20 + payload.length))
                .putInt(0);
        frame.put((byte) 64)
                .put((byte) protocol)
                .putShort((short) 0)
                .putInt(GUEST)
                .putInt(GATEWAY);
        frame.putShort(24, (short) checksum(frame.array(), 14, 20, 0));
        frame.put(payload);
        return frame.array();
    }

    /** Returns the payload of an IPv4 packet from the gateway to the guest, or null. */
    static byte @Nullable [] payload(byte[] frame, int protocol) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        if (frame.length < 34
                || in.getShort(12) != IP_TYPE
                || frame[23] != protocol
                || in.getInt(26) != GATEWAY
                || in.getInt(30) != GUEST
                || checksum(frame, 14, 20, 0) != 0) {
            return null;
        }
        int end = Math.min(frame.length, 14 + in.getShort(16));
        return Arrays.copyOfRange(frame, 34, end);
    }

    /** Returns an ICMP echo request with 32 bytes of data. */
    static byte[] echoRequest(int sequence) {
        ByteBuffer icmp = ByteBuffer.allocate(40);
        icmp.put((byte) 8)
                .put((byte) 0)
                .putShort((short) 0)
                .putShort((short) 0x7070)
                .putShort((short) sequence);
        for (int i = 0; i < 32; i++) {
            icmp.put((byte) ('a' + i));
        }
        icmp.putShort(2, (short) checksum(icmp.array(), 0, 40, 0));
        return icmp.array();
    }

    /** Returns the internet checksum (RFC 1071) of some bytes, starting from a sum. */
    static int checksum(byte[] bytes, int from, int length, int start) {
        int sum = start;
        for (int i = 0; i < length; i++) {
            sum += (bytes[from + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }
}
