package io.torosim.guest.stack;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.time.Picos;
import io.torosim.guest.wire.Tcp;
import java.util.ArrayDeque;

/** A connection of a service, whichever side has opened it (Network.pas: {@code TSocket}). Confined to the simulation thread. */
public final class TcpSocket {
    /** Bytes of its receive buffer. */
    public static final int MAX_WINDOW = 0x4000;
    /** Bytes of its record (Network.pas: {@code TSocket}). */
    static final int RECORD_BYTES = 168;

    static final int FIRST_SEQUENCE = 300;

    /** Where the connection stands. */
    public enum State {
        /** SYN was sent. */
        CONNECTING,
        /** Nobody answered the SYN. */
        BLOCKED,
        /** SYN|ACK was sent. */
        NEGOTIATION,
        /** Open. */
        TRANSMITTING,
        /** The peer has closed its half. */
        LOCALCLOSING,
        /** This side has sent its FIN. */
        PEER_DISCONNECTED
    }

    /** What the dispatcher is to do with it. */
    public enum Event {
        /** Nothing until its deadline. */
        WAITING,
        /** Tell the service of a new connection. */
        ACCEPT,
        /** Tell the service that its connection is open. */
        CONNECT,
        /** Tell the service of data. */
        RECEIVE,
        /** Tell the service that its wait was in vain. */
        TIMEOUT,
        /** Tell the service that the peer has closed. */
        CLOSE,
        /** Nothing ever. */
        ZOMBIE,
        /** Send the FIN when everything else is sent. */
        CLOSING
    }

    /** A segment that waits to be sent or acknowledged. */
    static final class Segment {
        /** Where it lies in the kernel's memory: record, headers, data. */
        long packet;

        /** Bytes of data. */
        int bytes;

        boolean push;
        boolean inFlight;
        /** The present pass sends it. */
        boolean due;

        int sequence;
    }

    private final boolean outgoing;
    Tcp.Ends ends;
    State state = State.NEGOTIATION;
    Event event = Event.WAITING;
    int lastSequence = FIRST_SEQUENCE;
    int lastAck;
    int remoteWindow;
    long deadlinePs = Picos.NEVER;
    /** Whether a segment may be sent: what was in flight is acknowledged. */
    boolean ackFlag = true;
    /** When the segment in flight is late; 0 with none. */
    long ackTimeOutPs;

    boolean remoteClose;
    boolean freed;
    int renewals;
    boolean counted;
    TcpSocket next;
    TcpSocket previous;
    /** Another connection of the same ends, which this one hides. */
    TcpSocket hidden;
    /** Its place in the {@link IdleTail}, if it is there. */
    int tailIndex;

    final ArrayDeque<Segment> sending = new ArrayDeque<>(2);
    /** Where its record and its receive buffer lie in the kernel's memory. */
    long record;

    long buffer;
    GuestMemory memory;
    private int length;
    private int reader;
    private Object userDefined;

    TcpSocket(Tcp.Ends ends, int peerSequence, int remoteWindow) {
        this.outgoing = false;
        this.ends = ends;
        this.lastAck = peerSequence + 1;
        this.remoteWindow = remoteWindow;
    }

    /** One that this side opens; the other's hardware address may not be known yet. */
    TcpSocket(Tcp.Ends ends) {
        this.outgoing = true;
        this.ends = ends;
        this.state = State.CONNECTING;
    }

    /** Returns whether this side has opened it. */
    public boolean isOutgoing() {
        return outgoing;
    }

    /** Returns the port on this side: the service's, or one of its own from 10,000 on. */
    public int localPort() {
        return ends.localPort();
    }

    /** Returns the peer's address. */
    public int remoteIp() {
        return ends.remoteIp();
    }

    /** Returns the peer's port. */
    public int remotePort() {
        return ends.remotePort();
    }

    /** Returns the state. */
    public State state() {
        return state;
    }

    /** Returns what the dispatcher is to do. */
    public Event event() {
        return event;
    }

    /** Returns what the service keeps with the connection, null at first. */
    public Object userDefined() {
        return userDefined;
    }

    /** Sets what the service keeps with the connection. */
    public void userDefined(Object value) {
        userDefined = value;
    }

    /** Bytes received since the buffer was last emptied. */
    int bufferLength() {
        return length;
    }

    boolean hasUnread() {
        return reader < Math.min(length, MAX_WINDOW);
    }

    /** Appends data; what would come behind the buffer, in Toro over whatever lies there, is only counted by the caller. */
    void append(byte[] data, int offset, int bytes) {
        int room = Math.max(0, Math.min(bytes, MAX_WINDOW - length));
        memory.copyIn(buffer + length, data, offset, room);
        length += bytes;
    }

    /** Reads one byte, or returns -1. The buffer starts anew only when exactly 16 KiB have been read. */
    int read() {
        if (!hasUnread()) {
            return -1;
        }
        int value = memory.load8(buffer + reader++);
        if (reader == MAX_WINDOW && length == MAX_WINDOW) {
            length = 0;
            reader = 0;
        }
        return value;
    }

    /** The window that it advertises: it shrinks over the life of a connection. */
    int window() {
        return Math.max(0, MAX_WINDOW - bufferLength());
    }

    boolean countsControlSegments() {
        return state != State.TRANSMITTING;
    }
}
