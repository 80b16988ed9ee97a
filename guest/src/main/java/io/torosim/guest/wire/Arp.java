package io.torosim.guest.wire;

/**
 * An ARP message for IPv4 over Ethernet (RFC 826), 28 bytes behind the Ethernet header.
 *
 * <pre>
 *   14 hardware type 1 | 16 protocol type 0x0800 | 18 lengths 6, 4 | 20 operation
 *   22 sender MAC (6)  | 28 sender IP (4)        | 32 target MAC (6) | 38 target IP (4)
 * </pre>
 */
public final class Arp {
    /** Bytes of a frame with one. */
    public static final int FRAME_BYTES = Ethernet.HEADER_BYTES + 28;
    /** Operation: who has the target's address. */
    public static final int REQUEST = 1;
    /** Operation: the sender has it. */
    public static final int REPLY = 2;

    private static final int OPERATION = 20;
    private static final int SENDER_MAC = 22;
    private static final int SENDER_IP = 28;
    private static final int TARGET_MAC = 32;
    private static final int TARGET_IP = 38;

    private Arp() {}

    /** Returns whether a frame holds a whole message. */
    public static boolean isWhole(byte[] frame) {
        return Ethernet.type(frame) == Ethernet.TYPE_ARP && frame.length >= FRAME_BYTES;
    }

    /** Returns the operation. */
    public static int operation(byte[] frame) {
        return BigEndian.u16(frame, OPERATION);
    }

    /** Returns the sender's hardware address. */
    public static long senderMac(byte[] frame) {
        return BigEndian.u48(frame, SENDER_MAC);
    }

    /** Returns the sender's protocol address. */
    public static int senderIp(byte[] frame) {
        return BigEndian.i32(frame, SENDER_IP);
    }

    /** Returns the target's protocol address. */
    public static int targetIp(byte[] frame) {
        return BigEndian.i32(frame, TARGET_IP);
    }

    /** Returns a frame that asks everybody for the hardware address of {@code targetIp}. */
    public static byte[] request(long senderMac, int senderIp, int targetIp) {
        return message(Ethernet.BROADCAST, REQUEST, senderMac, senderIp, 0, targetIp);
    }

    /** Returns the answer to a request. */
    public static byte[] reply(byte[] request, long mac) {
        long asker = senderMac(request);
        return message(asker, REPLY, mac, targetIp(request), asker, senderIp(request));
    }

    private static byte[] message(
            long destination, int operation, long senderMac, int senderIp, long targetMac, int targetIp) {
        byte[] frame = Ethernet.frame(destination, senderMac, Ethernet.TYPE_ARP, 28);
        BigEndian.put16(frame, 14, 1);
        BigEndian.put16(frame, 16, Ethernet.TYPE_IPV4);
        BigEndian.put8(frame, 18, 6);
        BigEndian.put8(frame, 19, 4);
        BigEndian.put16(frame, OPERATION, operation);
        BigEndian.put48(frame, SENDER_MAC, senderMac);
        BigEndian.put32(frame, SENDER_IP, senderIp);
        BigEndian.put48(frame, TARGET_MAC, targetMac);
        BigEndian.put32(frame, TARGET_IP, targetIp);
        return frame;
    }
}
