package io.torosim.guest.driver;

import io.torosim.core.memory.GuestMemory;

/**
 * A packet in kernel memory (Network.pas: {@code TPacket}): a record of 32 bytes, then the frame.
 *
 * <pre>
 *   0 address of the frame (8) | 8 bytes of the frame (4) | 16 next packet of a queue (8) | 32 frame
 * </pre>
 */
public final class PacketBlock {
    /** Bytes of the record in front of the frame. */
    public static final int RECORD_BYTES = 32;

    private static final int FRAME = 0;
    private static final int SIZE = 8;
    private static final int NEXT = 16;

    private PacketBlock() {}

    /** Fills the record of a new packet. */
    public static void begin(GuestMemory memory, long block, int frameBytes) {
        memory.store64(block + FRAME, block + RECORD_BYTES);
        memory.store32(block + SIZE, frameBytes);
        memory.store64(block + NEXT, 0);
    }

    /** Returns the address of the frame. */
    public static long frame(GuestMemory memory, long block) {
        return memory.load64(block + FRAME);
    }

    /** Returns the length of the frame in bytes. */
    public static int bytes(GuestMemory memory, long block) {
        return memory.load32(block + SIZE);
    }

    /** Returns the next packet of the queue that this one is in, 0 if it is the last. */
    public static long next(GuestMemory memory, long block) {
        return memory.load64(block + NEXT);
    }

    /** Sets the next packet. */
    public static void next(GuestMemory memory, long block, long next) {
        memory.store64(block + NEXT, next);
    }
}
