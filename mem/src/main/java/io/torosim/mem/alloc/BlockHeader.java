package io.torosim.mem.alloc;

/**
 * The eight bytes in front of every block of Toro's allocator (Memory.pas: FLAG_FREE, FLAG_PRIVATE_HEAP, CPU_SHIFT,
 * SX_SHIFT).
 *
 * <pre>
 * shared block    63 ............ 16 | 15 ...... 2 |    1    |  0
 *                   class index SX   |   CPU id    |    0    | free
 * private block   63 .......................... 2 |    1    |  0
 *                           size / 8              |    1    | free
 * </pre>
 */
final class BlockHeader {
    static final int BYTES = 8;
    static final long FREE = 1;
    static final long PRIVATE = 2;

    private static final int CPU_SHIFT = 2;
    private static final long CPU_MASK = 0xFFFF;
    private static final int SX_SHIFT = 16;

    private BlockHeader() {}

    static long shared(int cpuId, int sizeClass, boolean free) {
        return (long) sizeClass << SX_SHIFT | (long) cpuId << CPU_SHIFT | (free ? FREE : 0);
    }

    static long ofPrivate(long sizeBytes) {
        return sizeBytes / 8 << 2 | PRIVATE;
    }

    static boolean isFree(long header) {
        return (header & FREE) != 0;
    }

    static boolean isPrivate(long header) {
        return (header & PRIVATE) != 0;
    }

    static int cpuId(long header) {
        return (int) ((header & CPU_MASK) >>> CPU_SHIFT);
    }

    /** Returns the class field, up to 2^31 - 1 where the header is damaged. */
    static int sizeClass(long header) {
        return (int) (header >>> SX_SHIFT & 0x7fff_ffff);
    }

    static long privateBytes(long header) {
        return header >>> 2 << 3;
    }

    /** Returns the header with another class; owner and flags stay. */
    static long withClass(long header, int sizeClass) {
        return header & CPU_MASK | (long) sizeClass << SX_SHIFT;
    }
}
