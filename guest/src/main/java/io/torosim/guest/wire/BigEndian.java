package io.torosim.guest.wire;

/** Numbers in network byte order in a frame. Offsets outside the array throw {@link IndexOutOfBoundsException}. */
public final class BigEndian {
    private BigEndian() {}

    /** Returns the byte at {@code offset}, unsigned. */
    public static int u8(byte[] bytes, int offset) {
        return bytes[offset] & 0xff;
    }

    /** Returns the 16 bits at {@code offset}, unsigned. */
    public static int u16(byte[] bytes, int offset) {
        return u8(bytes, offset) << 8 | u8(bytes, offset + 1);
    }

    /** Returns the 32 bits at {@code offset}. */
    public static int i32(byte[] bytes, int offset) {
        return u16(bytes, offset) << 16 | u16(bytes, offset + 2);
    }

    /** Returns the 48 bits at {@code offset}. */
    public static long u48(byte[] bytes, int offset) {
        return (long) u16(bytes, offset) << 32 | i32(bytes, offset + 2) & 0xffff_ffffL;
    }

    /** Stores 8 bits. */
    public static void put8(byte[] bytes, int offset, int value) {
        bytes[offset] = (byte) value;
    }

    /** Stores 16 bits. */
    public static void put16(byte[] bytes, int offset, int value) {
        put8(bytes, offset, value >>> 8);
        put8(bytes, offset + 1, value);
    }

    /** Stores 32 bits. */
    public static void put32(byte[] bytes, int offset, int value) {
        put16(bytes, offset, value >>> 16);
        put16(bytes, offset + 2, value);
    }

    /** Stores 48 bits. */
    public static void put48(byte[] bytes, int offset, long value) {
        put16(bytes, offset, (int) (value >>> 32));
        put32(bytes, offset + 2, (int) value);
    }
}
