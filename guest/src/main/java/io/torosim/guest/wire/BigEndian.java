package io.torosim.guest.wire;

/** Numbers in network byte order in a frame. Offsets outside the array throw {@link IndexOutOfBoundsException}. */
final class BigEndian {
    private BigEndian() {}

    /** Returns the byte at {@code offset}, unsigned. */
    static int u8(byte[] bytes, int offset) {
        return bytes[offset] & 0xff;
    }

    /** Returns the 16 bits at {@code offset}, unsigned. */
    static int u16(byte[] bytes, int offset) {
        return u8(bytes, offset) << 8 | u8(bytes, offset + 1);
    }

    /** Returns the 32 bits at {@code offset}. */
    static int i32(byte[] bytes, int offset) {
        return bytes[offset] << 24 | u8(bytes, offset + 1) << 16 | u8(bytes, offset + 2) << 8 | u8(bytes, offset + 3);
    }

    /** Returns the 48 bits at {@code offset}. */
    static long u48(byte[] bytes, int offset) {
        return (long) u16(bytes, offset) << 32 | i32(bytes, offset + 2) & 0xffff_ffffL;
    }

    /** Stores 8 bits. */
    static void put8(byte[] bytes, int offset, int value) {
        bytes[offset] = (byte) value;
    }

    /** Stores 16 bits. */
    static void put16(byte[] bytes, int offset, int value) {
        bytes[offset] = (byte) (value >>> 8);
        bytes[offset + 1] = (byte) value;
    }

    /** Stores 32 bits. */
    static void put32(byte[] bytes, int offset, int value) {
        bytes[offset] = (byte) (value >>> 24);
        bytes[offset + 1] = (byte) (value >>> 16);
        bytes[offset + 2] = (byte) (value >>> 8);
        bytes[offset + 3] = (byte) value;
    }

    /** Stores 48 bits. */
    static void put48(byte[] bytes, int offset, long value) {
        put16(bytes, offset, (int) (value >>> 32));
        put32(bytes, offset + 2, (int) value);
    }
}
