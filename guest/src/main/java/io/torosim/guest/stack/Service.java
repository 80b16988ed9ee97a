package io.torosim.guest.stack;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A service and its connections, newest first. */
final class Service {
    private final ServiceHandler handler;
    private final long record;
    private boolean withoutSocket;
    private final Long2ObjectOpenHashMap<TcpSocket> byEnds = new Long2ObjectOpenHashMap<>();
    private final IdleTail idleTail = new IdleTail();
    private @Nullable TcpSocket clients;
    /** Connections that are freed: a pass may still stand at one of them. */
    private @Nullable TcpSocket freed;
    /** Objects for further connections. */
    private @Nullable TcpSocket spare;

    private int backlog;

    /**
     * Creates it without connections.
     *
     * @param record where its record lies in the kernel's memory
     */
    Service(ServiceHandler handler, long record) {
        this.handler = handler;
        this.record = record;
    }

    long record() {
        return record;
    }

    /** There was no memory for the socket on which it would listen. */
    void withoutSocket() {
        withoutSocket = true;
    }

    ServiceHandler handler() {
        return handler;
    }

    @Nullable
    TcpSocket first() {
        return clients;
    }

    boolean isFull() {
        return backlog >= handler.backlog();
    }

    /** A half-open connection takes a place in the backlog. */
    void add(TcpSocket socket) {
        addFirst(socket);
        socket.counted = true;
        backlog++;
    }

    private void addFirst(TcpSocket socket) {
        socket.next = clients;
        if (clients != null) {
            clients.previous = socket;
        }
        clients = socket;
        socket.hidden = byEnds.put(key(socket), socket);
    }

    private static long key(TcpSocket socket) {
        return key(socket.remoteIp(), socket.remotePort(), socket.localPort());
    }

    private static long key(int remoteIp, int remotePort, int localPort) {
        return (long) remoteIp << 32 | (remotePort & 0xffffL) << 16 | localPort & 0xffffL;
    }

    /** Returns what is known to be idle at the end of the list. */
    IdleTail idleTail() {
        return idleTail;
    }

    /** A connection that the service opens. */
    void addOutgoing(TcpSocket socket) {
        addFirst(socket);
    }

    /** Returns whether it listens on {@code port}. */
    boolean listensOn(int port) {
        return port != 0 && handler.port() == port && !withoutSocket;
    }

    /** The connection is open, or gone: its place is free. */
    void leaveBacklog(TcpSocket socket) {
        if (socket.counted) {
            socket.counted = false;
            backlog--;
        }
    }

    /** Takes a connection off the list; its own link stays, for a pass that stands there. */
    void remove(TcpSocket socket) {
        leaveBacklog(socket);
        idleTail.touched(socket);
        if (clients == socket) {
            clients = socket.next;
        } else {
            Objects.requireNonNull(socket.previous, "it is not the first").next = socket.next;
        }
        if (socket.next != null) {
            socket.next.previous = socket.previous;
        }
        forget(socket);
        if (!socket.isOutgoing()) {
            socket.nextSpare = freed;
            freed = socket;
        }
    }

    /** A pass over the connections begins: nothing refers any more to those freed before. */
    void passBegins() {
        idleTail.passBegins();
        while (freed != null) {
            TcpSocket socket = freed;
            freed = socket.nextSpare;
            useAgain(socket);
        }
    }

    /** Returns an object for a connection that a peer opens. */
    TcpSocket spare() {
        TcpSocket socket = spare;
        if (socket == null) {
            return TcpSocket.incoming();
        }
        spare = socket.nextSpare;
        return socket;
    }

    /** A connection that a peer has opened, or would have, is no connection of the list. */
    void useAgain(TcpSocket socket) {
        socket.nextSpare = spare;
        spare = socket;
    }

    private void forget(TcpSocket socket) {
        long key = key(socket);
        TcpSocket newest = byEnds.get(key);
        if (newest == socket) {
            if (socket.hidden == null) {
                byEnds.remove(key);
            } else {
                byEnds.put(key, socket.hidden);
            }
            return;
        }
        TcpSocket before = Objects.requireNonNull(newest, "it is known by its ends");
        while (before.hidden != socket) {
            before = Objects.requireNonNull(before.hidden, "the newest leads to it");
        }
        before.hidden = socket.hidden;
    }

    /** Returns the newest connection of these ends, or null. */
    TcpSocket find(int remoteIp, int remotePort, int localPort) {
        return byEnds.get(key(remoteIp, remotePort, localPort));
    }
}
