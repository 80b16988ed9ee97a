package io.torosim.guest.wire;

/**
 * An IPv4 header of 20 bytes behind the Ethernet header (RFC 791).
 *
 * <pre>
 *   14 version, length | 15 service | 16 total length | 18 identification | 20 flags, fragment
 *   22 time to live | 23 protocol | 24 checksum | 26 source | 30 destination
 * </pre>
 */
public final class Ipv4 {
    /** Bytes of the header. */
    public static final int HEADER_BYTES = 20;
    /** Where what it carries begins in a frame. */
    public static final int PAYLOAD = Ethernet.HEADER_BYTES + HEADER_BYTES;
    /** Protocol number of ICMP. */
    public static final int ICMP = 1;
    /** Protocol number of TCP. */
    public static final int TCP = 6;
    /** Protocol number of UDP. */
    public static final int UDP = 17;

    private static final int START = Ethernet.HEADER_BYTES;

    private Ipv4() {}

    /** Returns whether a frame holds at least the header. */
    public static boolean isWhole(byte[] frame) {
        return isWhole(frame, frame.length);
    }

    /** The same of a frame that lies at the beginning of a larger array. */
    public static boolean isWhole(byte[] frame, int frameBytes) {
        return frameBytes >= PAYLOAD
                && BigEndian.u16(frame, START - 2) == Ethernet.TYPE_IPV4
                && totalBytes(frame) >= HEADER_BYTES
                && totalBytes(frame) <= frameBytes - START;
    }

    /** Returns the bytes of header and payload. */
    public static int totalBytes(byte[] frame) {
        return BigEndian.u16(frame, START + 2);
    }

    /** Returns the protocol number. */
    public static int protocol(byte[] frame) {
        return BigEndian.u8(frame, START + 9);
    }

    /** Returns the source address. */
    public static int source(byte[] frame) {
        return BigEndian.i32(frame, START + 12);
    }

    /** Returns the destination address. */
    public static int destination(byte[] frame) {
        return BigEndian.i32(frame, START + 16);
    }

    /** Returns whether the header's checksum is right. */
    public static boolean checksumIsRight(byte[] frame) {
        return InternetChecksum.of(frame, START, HEADER_BYTES) == 0;
    }

    /** Returns a frame with a header and {@code payloadBytes} zero bytes behind it. */
    static byte[] frame(
            long destinationMac,
            long sourceMac,
            int source,
            int destination,
            int protocol,
            int identification,
            int timeToLive,
            int payloadBytes) {
        byte[] frame = new byte[PAYLOAD + payloadBytes];
        fill(frame, destinationMac, sourceMac, source, destination, protocol, identification, timeToLive, payloadBytes);
        return frame;
    }

    /** Fills both headers at the beginning of {@code frame}. */
    static void fill(
            byte[] frame,
            long destinationMac,
            long sourceMac,
            int source,
            int destination,
            int protocol,
            int identification,
            int timeToLive,
            int payloadBytes) {
        Ethernet.fill(frame, destinationMac, sourceMac, Ethernet.TYPE_IPV4);
        int totalBytes = HEADER_BYTES + payloadBytes;
        BigEndian.put32(frame, START, 0x4500_0000 | totalBytes);
        BigEndian.put32(frame, START + 4, identification << 16); // no fragment
        BigEndian.put32(frame, START + 8, timeToLive << 24 | protocol << 16);
        BigEndian.put32(frame, START + 12, source);
        BigEndian.put32(frame, START + 16, destination);
        long sum = 0x4500L
                + totalBytes
                + (identification & 0xffff)
                + (timeToLive << 8 | protocol)
                + addressSum(source, destination);
        BigEndian.put16(frame, START + 10, InternetChecksum.fold(sum));
    }

    private static long addressSum(int source, int destination) {
        return (source & 0xffff_ffffL) + (destination & 0xffff_ffffL);
    }

    /** The sum of a pseudo-header of which the parts are known. */
    static long pseudoSum(int source, int destination, int protocol, int bytes) {
        return addressSum(source, destination) + protocol + bytes;
    }

    /** The sum of the pseudo-header that TCP and UDP add to theirs. */
    static long pseudoSum(byte[] frame, int protocol, int bytes) {
        return InternetChecksum.sum(frame, START + 12, 8) + protocol + bytes;
    }

    /** Returns an address of four parts. */
    public static int address(int a, int b, int c, int d) {
        return a << 24 | b << 16 | c << 8 | d;
    }

    /** Returns an address as it is written. */
    public static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }
}
