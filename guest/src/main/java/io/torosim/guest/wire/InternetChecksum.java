package io.torosim.guest.wire;

/** The 16-bit one's complement checksum of the internet protocols (RFC 1071). */
public final class InternetChecksum {
    private InternetChecksum() {}

    /** Returns the sum of {@code bytes} as big-endian words, to be folded; an odd last byte is padded with zero. */
    static long sum(byte[] frame, int offset, int bytes) {
        long sum = 0;
        for (int i = 0; i + 1 < bytes; i += 2) {
            sum += BigEndian.u16(frame, offset + i);
        }
        return (bytes & 1) == 0 ? sum : sum + (BigEndian.u8(frame, offset + bytes - 1) << 8);
    }

    static int fold(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) ~folded & 0xffff;
    }

    /** Returns the checksum of a range: 0 if the range holds a right checksum. */
    public static int of(byte[] frame, int offset, int bytes) {
        return fold(sum(frame, offset, bytes));
    }
}
