package io.torosim.experiment.load;

import org.jspecify.annotations.Nullable;

/**
 * The TCP segment in a captured frame. A frame that is cut off, fragmented or of another protocol simply holds none.
 *
 * @param destinationPort port it is sent to
 * @param opensConnection whether it is a SYN without ACK
 * @param frame the bytes it lies in
 * @param dataStart where its data begins
 * @param dataEnd where its data ends
 */
record TcpSegment(int destinationPort, boolean opensConnection, byte[] frame, int dataStart, int dataEnd) {
    private static final int NULL_LOOPBACK = 0;
    private static final int ETHERNET = 1;
    private static final int RAW_IP_OLD = 12;
    private static final int RAW_IP = 101;
    private static final int OPENBSD_LOOPBACK = 108;
    private static final int LINUX_COOKED = 113;
    private static final int IPV4 = 228;
    private static final int IPV6 = 229;
    private static final int LINUX_COOKED_2 = 276;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86dd;
    private static final int TYPE_VLAN = 0x8100;
    private static final int PROTOCOL_TCP = 6;
    private static final int FLAG_SYN = 0x02;
    private static final int FLAG_ACK = 0x10;

    static boolean knowsLinkType(int linkType) {
        return linkHeaderBytes(linkType) >= 0;
    }

    /** Finds the segment in {@code bytes[start, end)}; null if there is none. */
    static @Nullable TcpSegment find(byte[] bytes, int start, int end, int linkType) {
        int ip = start + linkHeaderBytes(linkType);
        if (linkType == ETHERNET && ip <= end) {
            int type = u16(bytes, ip - 2);
            if (type == TYPE_VLAN && ip + 4 <= end) {
                type = u16(bytes, ip + 2);
                ip += 4;
            }
            if (type != TYPE_IPV4 && type != TYPE_IPV6) {
                return null;
            }
        }
        if (ip + 20 > end) {
            return null;
        }
        int version = (bytes[ip] & 0xf0) >> 4;
        if (version == 4) {
            return fromIpv4(bytes, ip, end);
        }
        return version == 6 ? fromIpv6(bytes, ip, end) : null;
    }

    boolean beginsWith(String text) {
        if (dataEnd - dataStart < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (frame[dataStart + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable TcpSegment fromIpv4(byte[] bytes, int ip, int end) {
        int headerBytes = (bytes[ip] & 0x0f) * 4;
        int totalBytes = u16(bytes, ip + 2);
        boolean laterFragment = (u16(bytes, ip + 6) & 0x1fff) != 0;
        if (headerBytes < 20 || laterFragment || bytes[ip + 9] != PROTOCOL_TCP) {
            return null;
        }
        // 0 where the card was to fill it in (segmentation offload)
        int ipEnd = totalBytes == 0 ? end : Math.min(end, ip + totalBytes);
        return fromTcp(bytes, ip + headerBytes, ipEnd);
    }

    private static @Nullable TcpSegment fromIpv6(byte[] bytes, int ip, int end) {
        if (ip + 40 > end || bytes[ip + 6] != PROTOCOL_TCP) {
            return null;
        }
        int payloadBytes = u16(bytes, ip + 4);
        return fromTcp(bytes, ip + 40, payloadBytes == 0 ? end : Math.min(end, ip + 40 + payloadBytes));
    }

    private static @Nullable TcpSegment fromTcp(byte[] bytes, int tcp, int end) {
        if (tcp + 20 > end) {
            return null;
        }
        int headerBytes = ((bytes[tcp + 12] & 0xf0) >> 4) * 4;
        int flags = bytes[tcp + 13];
        boolean opens = (flags & FLAG_SYN) != 0 && (flags & FLAG_ACK) == 0;
        int data = headerBytes < 20 ? end : Math.min(end, tcp + headerBytes);
        return new TcpSegment(u16(bytes, tcp + 2), opens, bytes, data, end);
    }

    private static int linkHeaderBytes(int linkType) {
        return switch (linkType) {
            case NULL_LOOPBACK, OPENBSD_LOOPBACK -> 4;
            case ETHERNET -> 14;
            case RAW_IP_OLD, RAW_IP, IPV4, IPV6 -> 0;
            case LINUX_COOKED -> 16;
            case LINUX_COOKED_2 -> 20;
            default -> -1;
        };
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
