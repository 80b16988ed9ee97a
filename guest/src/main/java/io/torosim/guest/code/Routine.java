package io.torosim.guest.code;

/** A piece of Toro's Pascal whose instructions are counted; each has a part that every call pays and a part for each unit. */
public enum Routine {
    /** A byte loop: {@code Move} of the run-time library and the copy loops of the drivers. Unit: a byte. */
    COPY_BYTES,
    /** Filling memory four bytes at a time. Unit: four bytes. */
    FILL_DWORDS,
    /** The internet checksum. Unit: a 16-bit word. */
    CHECKSUM,
    /** A linear search of a linked list: sockets, ARP entries, cached blocks. Unit: an element. */
    LIST_SEARCH,
    /** One call of the allocator, get or free. Unit: a call. */
    ALLOCATE,
    /** A received frame becomes a packet of the stack. Unit: a frame. */
    RECEIVE_FRAME,
    /** Looks at a packet's headers and finds who is to have it. Unit: a packet. */
    DISPATCH_PACKET,
    /** What a TCP segment does to its socket. Unit: a segment. */
    TCP_INPUT,
    /** Fills the headers of a TCP segment. Unit: a segment. */
    TCP_OUTPUT,
    /** The dispatcher looks at one socket. Unit: a socket. */
    VISIT_SOCKET,
    /** A system call on a socket. Unit: a call. */
    SOCKET_CALL,
    /** {@code SysSocketRecv} of one byte. Unit: a call. */
    RECEIVE_BYTE,
    /** A program looks at one byte of a request. Unit: a byte. */
    PARSE_BYTES,
    /** Concatenates strings. Unit: a byte. */
    CONCATENATE,
    /** The console formats one character. Unit: a character. */
    FORMAT_CHARACTERS;

    /** Whether a unit is a whole call. */
    boolean countsCalls() {
        return switch (this) {
            case ALLOCATE,
                    RECEIVE_FRAME,
                    DISPATCH_PACKET,
                    TCP_INPUT,
                    TCP_OUTPUT,
                    VISIT_SOCKET,
                    SOCKET_CALL,
                    RECEIVE_BYTE -> true;
            default -> false;
        };
    }
}
