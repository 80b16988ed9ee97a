package io.torosim.experiment.load;

import io.torosim.experiment.spec.Specification.SpecException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * Walks over the packets of a classic pcap file (libpcap's savefile format): both byte orders, micro- and nanosecond time
 * stamps. It trusts no length: what does not fit is an error that says where.
 */
final class PcapReader {
    private static final int MAGIC_MICROS = 0xa1b2c3d4;
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int MAGIC_PCAPNG = 0x0a0d0d0a;
    private static final int FILE_HEADER_BYTES = 24;
    private static final int PACKET_HEADER_BYTES = 16;

    private final String name;
    private final ByteBuffer bytes;
    private final int nanosPerFraction;
    private final int linkType;
    private int next = FILE_HEADER_BYTES;
    private int packetCount;
    private int packetStart;
    private int packetEnd;

    @SuppressWarnings("NullAway.Init") // next comes first
    private Duration time;

    PcapReader(String name, byte[] content) {
        this.name = name;
        this.bytes = ByteBuffer.wrap(content);
        if (content.length < FILE_HEADER_BYTES) {
            throw new SpecException(
                    name + ": not a pcap file: shorter than its header of 24 bytes, bytes=" + content.length);
        }
        int magic = bytes.order(ByteOrder.BIG_ENDIAN).getInt(0);
        if (magic != MAGIC_MICROS && magic != MAGIC_NANOS) {
            magic = bytes.order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        }
        if (magic == MAGIC_PCAPNG) {
            throw new SpecException(name + ": is a pcapng file; convert it with: editcap -F nsecpcap IN OUT");
        }
        if (magic != MAGIC_MICROS && magic != MAGIC_NANOS) {
            throw new SpecException(
                    name + ": not a pcap file: magic number 0x" + Integer.toHexString(magic) + " at offset 0");
        }
        nanosPerFraction = magic == MAGIC_MICROS ? 1000 : 1;
        linkType = bytes.getInt(20) & 0x0fffffff; // the upper bits tell of a frame check sequence
        if (!TcpSegment.knowsLinkType(linkType)) {
            throw new SpecException(
                    name + ": link type at offset 20 is not one of Ethernet, raw IP, loopback, Linux cooked"
                            + ", linkType=" + linkType);
        }
    }

    /** Goes to the next packet; false at the end of the file. */
    boolean next() {
        int left = bytes.limit() - next;
        if (left == 0) {
            return false;
        }
        packetCount++;
        if (left < PACKET_HEADER_BYTES) {
            throw problem("header cut off, bytes left=" + left);
        }
        long seconds = Integer.toUnsignedLong(bytes.getInt(next));
        long fraction = Integer.toUnsignedLong(bytes.getInt(next + 4));
        long captured = Integer.toUnsignedLong(bytes.getInt(next + 8));
        if (fraction * nanosPerFraction >= 1_000_000_000L) {
            throw problem("fraction of a second out of range, fraction=" + fraction);
        }
        if (captured > left - PACKET_HEADER_BYTES) {
            throw problem("captured length runs beyond the end of the file, length=" + captured);
        }
        time = Duration.ofSeconds(seconds, fraction * nanosPerFraction);
        packetStart = next + PACKET_HEADER_BYTES;
        packetEnd = packetStart + (int) captured;
        next = packetEnd;
        return true;
    }

    int packetCount() {
        return packetCount;
    }

    int packetStart() {
        return packetStart;
    }

    int packetEnd() {
        return packetEnd;
    }

    int linkType() {
        return linkType;
    }

    Duration time() {
        return time;
    }

    private SpecException problem(String what) {
        return new SpecException(name + ": packet " + packetCount + " at offset " + next + ": " + what);
    }
}
