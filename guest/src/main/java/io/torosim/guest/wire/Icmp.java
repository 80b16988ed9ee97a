package io.torosim.guest.wire;

/**
 * ICMP echo (RFC 792) behind an IPv4 header.
 *
 * <pre>
 *   34 type | 35 code | 36 checksum | 38 identifier | 40 sequence | 42 data
 * </pre>
 */
public final class Icmp {
    /** Type of a request. */
    public static final int ECHO_REQUEST = 8;
    /** Type of a reply. */
    public static final int ECHO_REPLY = 0;
    /** Bytes of the header. */
    public static final int HEADER_BYTES = 8;

    private static final int START = Ipv4.PAYLOAD;

    private Icmp() {}

    /** Returns whether a frame holds at least the header. */
    public static boolean isWhole(byte[] frame) {
        return isWhole(frame, frame.length);
    }

    /** The same of a frame that lies at the beginning of a larger array. */
    public static boolean isWhole(byte[] frame, int frameBytes) {
        return Ipv4.isWhole(frame, frameBytes)
                && Ipv4.protocol(frame) == Ipv4.ICMP
                && Ipv4.totalBytes(frame) >= Ipv4.HEADER_BYTES + HEADER_BYTES;
    }

    /** Returns the type. */
    public static int type(byte[] frame) {
        return BigEndian.u8(frame, START);
    }

    /** Returns the sequence number. */
    public static int sequence(byte[] frame) {
        return BigEndian.u16(frame, START + 6);
    }

    /** Returns whether the checksum is right. */
    public static boolean checksumIsRight(byte[] frame) {
        return InternetChecksum.of(frame, START, Ipv4.totalBytes(frame) - Ipv4.HEADER_BYTES) == 0;
    }

    /** Returns an echo request. */
    public static byte[] request(
            long destinationMac, long sourceMac, int source, int destination, int sequence, byte[] data) {
        byte[] frame = Ipv4.frame(
                destinationMac, sourceMac, source, destination, Ipv4.ICMP, 0, 128, HEADER_BYTES + data.length);
        BigEndian.put8(frame, START, ECHO_REQUEST);
        BigEndian.put16(frame, START + 6, sequence);
        System.arraycopy(data, 0, frame, START + HEADER_BYTES, data.length);
        BigEndian.put16(frame, START + 2, InternetChecksum.of(frame, START, HEADER_BYTES + data.length));
        return frame;
    }

    /** Returns the reply to a request: the same, with the addresses exchanged and the checksum computed anew. */
    public static byte[] reply(byte[] request, long mac) {
        int bytes = Ipv4.totalBytes(request) - Ipv4.HEADER_BYTES;
        byte[] frame = Ipv4.frame(
                Ethernet.source(request),
                mac,
                Ipv4.destination(request),
                Ipv4.source(request),
                Ipv4.ICMP,
                0,
                128,
                bytes);
        System.arraycopy(request, START, frame, START, bytes);
        BigEndian.put8(frame, START, ECHO_REPLY);
        BigEndian.put16(frame, START + 2, 0);
        BigEndian.put16(frame, START + 2, InternetChecksum.of(frame, START, bytes));
        return frame;
    }
}
