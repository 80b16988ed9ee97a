package io.torosim.guest.wire;

import java.util.Locale;

/**
 * An Ethernet II frame without preamble and check sequence.
 *
 * <pre>
 *   0 destination (6) | 6 source (6) | 12 type (2) | 14 payload
 * </pre>
 */
public final class Ethernet {
    /** Bytes of the header. */
    public static final int HEADER_BYTES = 14;
    /** Type of an IPv4 packet. */
    public static final int TYPE_IPV4 = 0x0800;
    /** Type of an ARP message. */
    public static final int TYPE_ARP = 0x0806;
    /** The address of every station. */
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private Ethernet() {}

    /** Returns the destination address. */
    public static long destination(byte[] frame) {
        return BigEndian.u48(frame, 0);
    }

    /** Returns the source address. */
    public static long source(byte[] frame) {
        return BigEndian.u48(frame, 6);
    }

    /** Returns the type; -1 of a frame that is too short to have one. */
    public static int type(byte[] frame) {
        return frame.length < HEADER_BYTES ? -1 : BigEndian.u16(frame, 12);
    }

    /** Returns a frame with an empty payload. */
    public static byte[] frame(long destination, long source, int type, int payloadBytes) {
        byte[] frame = new byte[HEADER_BYTES + payloadBytes];
        fill(frame, destination, source, type);
        return frame;
    }

    static void fill(byte[] frame, long destination, long source, int type) {
        BigEndian.put48(frame, 0, destination);
        BigEndian.put48(frame, 6, source);
        BigEndian.put16(frame, 12, type);
    }

    /** Returns an address as it is written, for example {@code 52:54:00:00:00:01}. */
    public static String text(long address) {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(text.length() == 0 ? "" : ":")
                    .append(String.format(Locale.ROOT, "%02x", address >>> shift & 0xff));
        }
        return text.toString();
    }
}
