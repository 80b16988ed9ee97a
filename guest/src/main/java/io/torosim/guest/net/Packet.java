package io.torosim.guest.net;

/**
 * A frame on the simulated wire, packed into a {@code long}: the connection it belongs to and what kind of TCP segment it
 * is. A non-persistent HTTP/1.0 exchange has five in each direction.
 */
public final class Packet {
    private static final Kind[] KINDS = Kind.values();

    private Packet() {}

    /** What a segment says. */
    public enum Kind {
        /** Client: opens a connection. */
        SYN,
        /** Guest: accepts it. */
        SYN_ACK,
        /** Either: acknowledges. */
        ACK,
        /** Client: the request. */
        GET,
        /** Guest: the response. */
        RESPONSE,
        /** Either: closes its half. */
        FIN
    }

    /** Returns the frame of {@code kind} on {@code connection}. */
    public static long of(int connection, Kind kind) {
        return (long) connection << 8 | kind.ordinal();
    }

    /** Returns the connection of a frame. */
    public static int connection(long packet) {
        return (int) (packet >> 8);
    }

    /** Returns the kind of a frame. */
    public static Kind kind(long packet) {
        return KINDS[(int) (packet & 0xff)];
    }
}
