package io.torosim.guest.toro;

/** A TCP connection of Toro's stack (Network.pas), as far as an HTTP/1.0 exchange without loss needs it. */
final class Socket {
    enum State {
        NEGOTIATION,
        TRANSMITTING,
        PEER_DISCONNECTED
    }

    enum Event {
        WAITING,
        ACCEPT,
        RECEIVE,
        CLOSING,
        ZOMBIE
    }

    final int connection;
    State state = State.NEGOTIATION;
    Event event = Event.WAITING;
    boolean hasData;
    boolean responseQueued;
    boolean responseInFlight;
    /** Stop and wait: nothing is sent until the last segment is acknowledged. */
    boolean acknowledged = true;

    Socket next;

    Socket(int connection) {
        this.connection = connection;
    }
}
