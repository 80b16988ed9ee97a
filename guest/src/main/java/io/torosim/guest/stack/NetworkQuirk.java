package io.torosim.guest.stack;

import io.torosim.core.defect.Defects.Defect;

/**
 * A known defect of Toro's network stack as of 2018 (Network.pas, commit 72b7e90). On, the stack behaves as Toro's did; off,
 * it is repaired in the way that the constant describes. The labels are those of docs/guests.md.
 */
public enum NetworkQuirk implements Defect {
    /** A lost data segment is never sent again: the branch for an expired timer cannot be reached. Repaired: after 50 ms. */
    NEVER_RETRANSMITS("T-1"),
    /** One segment in flight, whatever the peer's window. Repaired: as many as the window holds. */
    STOP_AND_WAIT("T-2"),
    /** Any pure ACK acknowledges the segment in flight: numbers are not compared. Repaired: they are. */
    ANY_ACK_COUNTS("T-3"),
    /** A segment with PSH acknowledges nothing, so that a second request on a connection waits for a pure ACK. Repaired. */
    PUSH_DOES_NOT_ACKNOWLEDGE("T-4"),
    /** Sequence numbers of received data are not looked at: what comes twice is read twice. Repaired: only what is next. */
    SEQUENCE_NOT_CHECKED("T-5"),
    /** Data that come with the ACK of the handshake are lost. Repaired: they are taken. */
    HANDSHAKE_DATA_IGNORED("T-6"),
    /** A half-open connection is renewed every 50 ms for ever and keeps its backlog place. Repaired: freed after five times. */
    NEGOTIATION_NEVER_ENDS("T-7"),
    /** A SYN that is sent again is dropped as a duplicate: a lost SYN|ACK is never repeated. Repaired: it is answered. */
    REPEATED_SYN_DROPPED("T-8"),
    /** A connection whose FIN, or whose peer's FIN, was lost stays for ever. Repaired: FIN five times, then freed. */
    ZOMBIES_STAY("T-9"),
    /** RST is ignored on an open connection. Repaired: it frees the socket. */
    RESET_IGNORED("T-10"),
    /** Once the peer has closed its half, its acknowledgements are ignored. Repaired: they count. */
    ACK_IGNORED_AFTER_FIN("T-11"),
    /** The flag that keeps a half-open socket from being flushed stays set for the rest of the pass. Repaired. */
    SUPPRESS_FLAG_STAYS("T-12"),
    /** Received data are stored without a look at the buffer's 16 KiB. Repaired: what does not fit is not taken. */
    WINDOW_NOT_CHECKED("N-4"),
    /** A socket that the dispatcher has just freed is flushed all the same. Repaired: it is not. */
    FLUSH_AFTER_FREE("N-3"),
    /** Ports from 20000 on index beyond the port table. Repaired: nobody listens there. */
    PORT_BEYOND_TABLE("N-2"),
    /** The wait for an ARP answer inside SysSocketClose happens with interrupts disabled. Repaired: enabled. */
    ARP_WITHOUT_INTERRUPTS("N-7"),
    /** TCP segments with unknown flags, ARP messages other than requests and replies, and all that comes to a closing socket leak. */
    PACKETS_LEAK("N-9"),
    /** The TCP header is taken to have 20 bytes: options are read as data. Repaired: its length is heeded. */
    OPTIONS_ARE_DATA("T-13"),
    /** The SYN of an outgoing connection is sent once and waited for 50 ms. Repaired: five times more, the wait doubled each time. */
    SYN_SENT_ONCE("T-14"),
    /** A connection that could not be opened stays with its service for ever. Repaired: freed when the service has been told. */
    FAILED_CONNECT_STAYS("T-15"),
    /** An outgoing connection gets a second receive buffer when it opens, and the first one leaks. Repaired: it keeps the first. */
    CONNECT_BUFFER_LEAKS("T-16"),
    /** Taking and giving back a port use different bits, so that each outgoing port is used once. Repaired: used in turn. */
    PORTS_USED_ONCE("N-6");

    private final String label;

    NetworkQuirk(String label) {
        this.label = label;
    }

    /** Returns its short name in ToroSim's documents. */
    public String label() {
        return label;
    }
}
