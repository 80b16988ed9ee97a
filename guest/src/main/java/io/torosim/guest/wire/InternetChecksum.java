package io.torosim.guest.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The 16-bit one's complement checksum of the internet protocols (RFC 1071). */
final class InternetChecksum {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private InternetChecksum() {}

    /**
     * Returns the sum of {@code bytes} as big-endian words, to be folded; an odd last byte is padded with zero. Four bytes are added at a
     * time: in one's complement the sum of halves is the folded sum of wholes.
     */
    static long sum(byte[] frame, int offset, int bytes) {
        long sum = 0;
        int i = 0;
        for (; i + 3 < bytes; i += 4) {
            sum += (int) INT.get(frame, offset + i) & 0xffff_ffffL;
        }
        if (i + 1 < bytes) {
            sum += BigEndian.u16(frame, offset + i);
            i += 2;
        }
        return i == bytes ? sum : sum + ((long) BigEndian.u8(frame, offset + i) << 8);
    }

    static int fold(long sum) {
        long folded = (sum & 0xffff_ffffL) + (sum >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (int) ~folded & 0xffff;
    }

    /** Returns the checksum of a range: 0 if the range holds a right checksum. */
    public static int of(byte[] frame, int offset, int bytes) {
        return fold(sum(frame, offset, bytes));
    }
}
