package io.torosim.guest.toro;

/** The client sockets of a service, newest first. */
final class SocketList {
    private Socket head;

    Socket head() {
        return head;
    }

    boolean isEmpty() {
        return head == null;
    }

    void push(Socket socket) {
        socket.next = head;
        head = socket;
    }

    Socket find(int connection) {
        for (Socket s = head; s != null; s = s.next) {
            if (s.connection == connection) {
                return s;
            }
        }
        return null;
    }

    void remove(Socket socket) {
        if (head == socket) {
            head = socket.next;
            return;
        }
        for (Socket s = head; s != null; s = s.next) {
            if (s.next == socket) {
                s.next = socket.next;
                return;
            }
        }
    }
}
