package io.torosim.virtio.requests;

/** What a device does wrong, or slowly, with its answers; the ring itself stays in order. */
enum Lie {
    /** Nothing: an honest device. */
    NONE,
    /** The last byte that the device may write, a disk's status, is 1 instead of what it was: the request failed. */
    FAILED_STATUS,
    /** The last byte that the device may write, a disk's status, is 2: the request is not supported. */
    UNSUPPORTED_STATUS,
    /** The last byte that the device may write is 0xaa: no status that there is. */
    NONSENSE_STATUS,
    /** The used length is 0, and what was written is anything but for the last byte, a status. */
    SHORT_LENGTH,
    /** No lie, but less than was asked for: half is written, which the used length says. */
    HALF,
    /** The used length is 2^32 - 1. */
    LONG_LENGTH,
    /** The used length is 5, less than any header has. */
    LENGTH_5,
    /** A received frame says that it has no buffer. */
    NUM_BUFFERS_0,
    /** A received frame says that it has one buffer more than it has. */
    NUM_BUFFERS_2,
    /** A received frame says that it has 65,535 buffers. */
    NUM_BUFFERS_65535,
    /** Answers are held back until the driver waits, and come in the opposite order. */
    OUT_OF_ORDER,
    /** No lie: of each two buffers that wait the later one is used first, as a device may without IN_ORDER. */
    SHUFFLED,
    /** Answers come, and are written, after the driver has given up. */
    LATE,
    /** As LATE, and together with the answer to a later request. */
    LATE_TOGETHER,
    /** Answers never come. */
    NEVER
}
