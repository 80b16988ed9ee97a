package io.torosim.virtio.vsock;

/** Mistakes that other projects made with credit, to be switched on in an endpoint under test. */
enum VsockFault {
    /** Credit is only told in packets that are sent anyway: a pure reader never updates it, and the peer stops for ever. */
    CREDIT_NEVER_UPDATED,
    /** More is sent than the peer has room for. */
    CREDIT_IGNORED,
    /** Bytes count as taken when they arrive, not when they are read: the peer overruns the buffer. */
    FORWARDED_ON_ARRIVAL,
    /** What was sent is compared without regard to the wrap of the 32-bit counters: the peer stops for ever at 2 or 4 GiB. */
    COUNTERS_NOT_WRAPPED,
    /** A reset in mid-stream is not noticed: the stream goes on. */
    RESET_IGNORED,
    /** Packets that find no receive buffer are dropped, replies and credit updates among them. */
    DROPPED_WITHOUT_BUFFER
}
