package io.torosim.fat.layout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Unsigned little-endian numbers in a byte array. */
public final class LittleEndian {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    /**
     * Reads 8 bits.
     *
     * @param bytes the array
     * @param offset where
     * @return 0 to 255
     */
    public static int u8(byte[] bytes, int offset) {
        return bytes[offset] & 0xff;
    }

    /**
     * Reads 16 bits.
     *
     * @param bytes the array
     * @param offset where
     * @return 0 to 65535
     */
    public static int u16(byte[] bytes, int offset) {
        return (short) SHORT.get(bytes, offset) & 0xffff;
    }

    /**
     * Reads 32 bits.
     *
     * @param bytes the array
     * @param offset where
     * @return 0 to 2^32 - 1
     */
    public static long u32(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset) & 0xffff_ffffL;
    }

    /**
     * Writes the low 16 bits of a number.
     *
     * @param bytes the array
     * @param offset where
     * @param value the number
     */
    public static void put16(byte[] bytes, int offset, int value) {
        SHORT.set(bytes, offset, (short) value);
    }

    /**
     * Writes the low 32 bits of a number.
     *
     * @param bytes the array
     * @param offset where
     * @param value the number
     */
    public static void put32(byte[] bytes, int offset, long value) {
        INT.set(bytes, offset, (int) value);
    }
}
