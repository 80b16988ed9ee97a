package io.torosim.guest.wire;

import java.util.Arrays;

/**
 * A TCP segment (RFC 793) behind an IPv4 header without options.
 *
 * <pre>
 *   34 source port | 36 destination port | 38 sequence | 42 acknowledgement
 *   46 header length | 47 flags | 48 window | 50 checksum | 52 urgent | 54 options, data
 * </pre>
 */
public final class Tcp {
    /** Bytes of a header without options. */
    public static final int HEADER_BYTES = 20;
    /** Where data begin in a frame whose TCP header has no options. */
    public static final int DATA = Ipv4.PAYLOAD + HEADER_BYTES;
    /** Flag: no more data from the sender. */
    public static final int FIN = 1;
    /** Flag: synchronises sequence numbers. */
    public static final int SYN = 2;
    /** Flag: resets the connection. */
    public static final int RST = 4;
    /** Flag: hand the data to the reader. */
    public static final int PSH = 8;
    /** Flag: the acknowledgement number counts. */
    public static final int ACK = 16;
    /** Flag: explicit congestion notification echo. */
    public static final int ECE = 64;
    /** Flag: congestion window reduced. */
    public static final int CWR = 128;

    private static final int START = Ipv4.PAYLOAD;
    private static final long WORD = 0xffff_ffffL;

    private Tcp() {}

    /** Returns whether a frame holds at least the header. */
    public static boolean isWhole(byte[] frame) {
        return isWhole(frame, frame.length);
    }

    /** The same of a frame that lies at the beginning of a larger array. */
    public static boolean isWhole(byte[] frame, int frameBytes) {
        return Ipv4.isWhole(frame, frameBytes)
                && Ipv4.protocol(frame) == Ipv4.TCP
                && Ipv4.totalBytes(frame) >= Ipv4.HEADER_BYTES + HEADER_BYTES;
    }

    /** Returns the source port. */
    public static int sourcePort(byte[] frame) {
        return BigEndian.u16(frame, START);
    }

    /** Returns the destination port. */
    public static int destinationPort(byte[] frame) {
        return BigEndian.u16(frame, START + 2);
    }

    /** Returns the sequence number. */
    public static int sequence(byte[] frame) {
        return BigEndian.i32(frame, START + 4);
    }

    /** Returns the acknowledgement number. */
    public static int acknowledgement(byte[] frame) {
        return BigEndian.i32(frame, START + 8);
    }

    /** Returns the bytes of the header, options included. */
    public static int headerBytes(byte[] frame) {
        return BigEndian.u8(frame, START + 12) >>> 4 << 2;
    }

    /** Returns the flags. */
    public static int flags(byte[] frame) {
        return BigEndian.u8(frame, START + 13);
    }

    /** Returns the window. */
    public static int window(byte[] frame) {
        return BigEndian.u16(frame, START + 14);
    }

    /** Returns the data behind a header of the length that the segment states. */
    public static byte[] data(byte[] frame) {
        return Arrays.copyOfRange(frame, dataStart(frame), dataEnd(frame));
    }

    /** Returns where the data begin, behind a header of the length that the segment states. */
    public static int dataStart(byte[] frame) {
        return Math.min(dataEnd(frame), START + Math.max(HEADER_BYTES, headerBytes(frame)));
    }

    /** Returns where the data end. */
    public static int dataEnd(byte[] frame) {
        return Ethernet.HEADER_BYTES + Ipv4.totalBytes(frame);
    }

    /** Returns whether the checksum is right. */
    public static boolean checksumIsRight(byte[] frame) {
        int bytes = Ipv4.totalBytes(frame) - Ipv4.HEADER_BYTES;
        return InternetChecksum.fold(Ipv4.pseudoSum(frame, Ipv4.TCP, bytes) + InternetChecksum.sum(frame, START, bytes))
                == 0;
    }

    /**
     * The ends of a connection as one side sees them.
     *
     * @param localMac own hardware address
     * @param remoteMac the other's, or the gateway's
     * @param localIp own address
     * @param remoteIp the other's
     * @param localPort own port
     * @param remotePort the other's
     */
    public record Ends(long localMac, long remoteMac, int localIp, int remoteIp, int localPort, int remotePort) {
        /** Returns the ends of the sender of a segment, seen by its receiver. */
        public static Ends ofReceived(byte[] frame, long localMac) {
            return new Ends(
                    localMac,
                    Ethernet.source(frame),
                    Ipv4.destination(frame),
                    Ipv4.source(frame),
                    Tcp.destinationPort(frame),
                    Tcp.sourcePort(frame));
        }
    }

    /** Returns a segment with its checksums, time to live 128. */
    public static byte[] segment(Ends ends, int flags, int sequence, int acknowledgement, int window, byte[] data) {
        byte[] frame = new byte[DATA + data.length];
        System.arraycopy(data, 0, frame, DATA, data.length);
        fill(
                frame,
                frame.length,
                ends.localMac(),
                ends.remoteMac(),
                ends.localIp(),
                ends.remoteIp(),
                ends.localPort(),
                ends.remotePort(),
                flags,
                sequence,
                acknowledgement,
                window);
        return frame;
    }

    /**
     * Fills the headers, with their checksums, of a segment whose data lie from {@link #DATA} on.
     *
     * @param frame an array in which the frame lies at the beginning
     * @param frameBytes with headers and data
     */
    public static void fill(
            byte[] frame,
            int frameBytes,
            long localMac,
            long remoteMac,
            int localIp,
            int remoteIp,
            int localPort,
            int remotePort,
            int flags,
            int sequence,
            int acknowledgement,
            int window) {
        int bytes = frameBytes - START;
        Ipv4.fill(frame, remoteMac, localMac, localIp, remoteIp, Ipv4.TCP, 0, 128, bytes);
        int ports = localPort << 16 | remotePort & 0xffff;
        int rest = HEADER_BYTES / 4 << 28 | (flags & 0xff) << 16 | window & 0xffff;
        BigEndian.put32(frame, START, ports);
        BigEndian.put32(frame, START + 4, sequence);
        BigEndian.put32(frame, START + 8, acknowledgement);
        BigEndian.put32(frame, START + 12, rest);
        // of the words above as they are, rather than of what has just been stored
        long sum = Ipv4.pseudoSum(localIp, remoteIp, Ipv4.TCP, bytes)
                + (ports & WORD)
                + (sequence & WORD)
                + (acknowledgement & WORD)
                + (rest & WORD)
                + InternetChecksum.sum(frame, DATA, frameBytes - DATA);
        BigEndian.put32(frame, START + 16, InternetChecksum.fold(sum) << 16); // no urgent data
    }

    /** Returns the flags as letters, for people. */
    public static String flagText(int flags) {
        StringBuilder text = new StringBuilder();
        String letters = "FSRPAUEC";
        for (int bit = 0; bit < 8; bit++) {
            if ((flags >>> bit & 1) != 0) {
                text.append(letters.charAt(bit));
            }
        }
        return text.toString();
    }
}
