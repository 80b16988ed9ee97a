package io.torosim.guest.driver;

import io.torosim.core.memory.GuestMemory;

/** Copies within guest memory, as {@code Move} does; the ranges do not overlap. */
public final class MemoryCopy {
    private MemoryCopy() {}

    /** Copies {@code bytes} bytes. */
    public static void copy(GuestMemory memory, long from, long to, int bytes) {
        if (bytes <= 0) {
            return;
        }
        for (int i = 0; i < bytes; ) {
            int left = bytes - i;
            if (left >= 8) {
                memory.store64(to + i, memory.load64(from + i));
                i += 8;
            } else {
                memory.store8(to + i, memory.load8(from + i));
                i++;
            }
        }
    }
}
