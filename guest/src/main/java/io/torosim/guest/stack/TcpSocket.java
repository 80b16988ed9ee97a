package io.torosim.guest.stack;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.time.Picos;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Tcp;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a service, whichever side has opened it (Network.pas: {@code TSocket}). The object of one that a peer has opened is used
 * again for another connection, once it is freed and the service's thread has begun a new pass: a service must not keep it beyond the
 * callback that closes it, or the one that is told that the peer has. Confined to the simulation thread.
 *
 * <p>{@link ToroStack} makes it, {@link TcpInput} changes it when segments come, {@link ServiceLoop} tells its {@link Service} what has happened,
 * {@link SegmentOutput} sends for it.
 */
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
    long remoteMac;
    private int localIp;
    private int remoteIp;
    private int localPort;
    private int remotePort;
    State state;
    Event event;
    int lastSequence;
    int lastAck;
    int remoteWindow;
    long deadlinePs;
    /** Whether a segment may be sent: what was in flight is acknowledged. */
    boolean ackFlag;
    /** When the segment in flight is late; 0 with none. */
    long ackTimeOutPs;

    boolean remoteClose;
    boolean freed;
    int renewals;
    boolean counted;

    @Nullable
    TcpSocket next;

    @Nullable
    TcpSocket previous;
    /** Another connection of the same ends, which this one hides. */
    @Nullable
    TcpSocket hidden;
    /** The next of those that are freed, or are to be used again. */
    @Nullable
    TcpSocket nextSpare;
    /** Its place in the {@link IdleTail}, if it is there. */
    int tailIndex;

    final ArrayDeque<Segment> sending = new ArrayDeque<>(2);
    /** Where its record and its receive buffer lie in the kernel's memory. */
    long record;

    long buffer;

    @Nullable
    GuestMemory memory;

    private int length;
    private int reader;
    private @Nullable Object userDefined;

    private TcpSocket(boolean outgoing) {
        this.outgoing = outgoing;
        begin(outgoing ? State.CONNECTING : State.NEGOTIATION);
    }

    /** One that a peer opens, before {@link #accept}. */
    static TcpSocket incoming() {
        return new TcpSocket(false);
    }

    /** One that this side opens; the other's hardware address may not be known yet. */
    static TcpSocket outgoing(int localIp, int remoteIp, int localPort, int remotePort) {
        TcpSocket socket = new TcpSocket(true);
        socket.ends(localIp, remoteIp, localPort, remotePort);
        return socket;
    }

    /** A SYN has come: the object stands for its connection from now on, as if it were new. */
    void accept(byte[] syn) {
        begin(State.NEGOTIATION);
        ends(Ipv4.destination(syn), Ipv4.source(syn), Tcp.destinationPort(syn), Tcp.sourcePort(syn));
        remoteMac = Ethernet.source(syn);
        lastAck = Tcp.sequence(syn) + 1;
        remoteWindow = Tcp.window(syn);
    }

    private void ends(int newLocalIp, int newRemoteIp, int newLocalPort, int newRemotePort) {
        localIp = newLocalIp;
        remoteIp = newRemoteIp;
        localPort = newLocalPort;
        remotePort = newRemotePort;
    }

    /** Every field as at first, but for what {@link #accept} sets and the links of the list it enters. */
    private void begin(State first) {
        state = first;
        event = Event.WAITING;
        lastSequence = FIRST_SEQUENCE;
        lastAck = 0;
        remoteWindow = 0;
        deadlinePs = Picos.NEVER;
        ackFlag = true;
        ackTimeOutPs = 0;
        remoteClose = false;
        freed = false;
        renewals = 0;
        counted = false;
        next = null;
        previous = null;
        hidden = null;
        nextSpare = null;
        tailIndex = 0;
        sending.clear();
        record = 0;
        buffer = 0;
        memory = null;
        length = 0;
        reader = 0;
        userDefined = null;
    }

    /** Returns whether this side has opened it. */
    public boolean isOutgoing() {
        return outgoing;
    }

    /** Returns the port on this side: the service's, or one of its own from 10,000 on. */
    public int localPort() {
        return localPort;
    }

    int localIp() {
        return localIp;
    }

    /** Returns the peer's address. */
    public int remoteIp() {
        return remoteIp;
    }

    /** Returns the peer's port. */
    public int remotePort() {
        return remotePort;
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
    public @Nullable Object userDefined() {
        return userDefined;
    }

    /** Sets what the service keeps with the connection. */
    public void userDefined(@Nullable Object value) {
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
        memory().copyIn(buffer + length, data, offset, room);
        length += bytes;
    }

    private GuestMemory memory() {
        return Objects.requireNonNull(memory, "a connection with a buffer");
    }

    /** Reads one byte, or returns -1. The buffer starts anew only when exactly 16 KiB have been read. */
    int read() {
        if (!hasUnread()) {
            return -1;
        }
        int value = memory().load8(buffer + reader++);
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
