package io.torosim.guest.stack;

/** A service and its connections, newest first. */
final class Service {
    private final ServiceHandler handler;
    private TcpSocket clients;
    private int backlog;

    Service(ServiceHandler handler) {
        this.handler = handler;
    }

    ServiceHandler handler() {
        return handler;
    }

    TcpSocket first() {
        return clients;
    }

    boolean isFull() {
        return backlog >= handler.backlog();
    }

    /** A half-open connection takes a place in the backlog. */
    void add(TcpSocket socket) {
        socket.next = clients;
        clients = socket;
        socket.counted = true;
        backlog++;
    }

    /** A connection that the service opens. */
    void addOutgoing(TcpSocket socket) {
        socket.next = clients;
        clients = socket;
    }

    /** Returns whether it listens on {@code port}. */
    boolean listensOn(int port) {
        return port != 0 && handler.port() == port;
    }

    /** The connection is open, or gone: its place is free. */
    void leaveBacklog(TcpSocket socket) {
        if (socket.counted) {
            socket.counted = false;
            backlog--;
        }
    }

    void remove(TcpSocket socket) {
        leaveBacklog(socket);
        if (clients == socket) {
            clients = socket.next;
            return;
        }
        for (TcpSocket s = clients; s != null; s = s.next) {
            if (s.next == socket) {
                s.next = socket.next;
                return;
            }
        }
    }

    TcpSocket find(int remoteIp, int remotePort, int localPort) {
        for (TcpSocket s = clients; s != null; s = s.next) {
            boolean same = s.ends.remoteIp() == remoteIp
                    && s.ends.remotePort() == remotePort
                    && s.ends.localPort() == localPort;
            if (same) {
                return s;
            }
        }
        return null;
    }
}
