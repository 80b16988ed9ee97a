package io.torosim.guest.remote;

import io.torosim.guest.wire.Tcp;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * A connection of a client on Linux: SYN repeated after 1, 2, 4 and 8 s; the request and the FIN repeated after 200 ms, doubled
 * each time, six times at most; data are taken in order, everything else is acknowledged again; a FIN is answered with FIN|ACK.
 * Windows are wide, there are no options. RFC 793, RFC 6298 with Linux' limits.
 */
public final class TcpConnection {
    private static final int WINDOW = 29_200;
    private static final long SYN_TIMEOUT_PS = RemoteHost.millis(1000);
    private static final long SHORTEST_TIMEOUT_PS = RemoteHost.millis(200);
    private static final int MOST_REPEATS = 6;

    /** Who uses a connection. */
    public interface Owner {
        /** The server has accepted: returns the request, to be sent with the next turn. */
        byte[] onOpen(TcpConnection connection);

        /** The server has sent data, in order. */
        void onData(TcpConnection connection, byte[] data);

        /** The server has closed its half, all its data having come. */
        void onServerClosed(TcpConnection connection);

        /** It has come to nothing: {@code reason} says why. */
        void onFailed(TcpConnection connection, String reason);
    }

    private enum State {
        OPENING,
        OPEN,
        LAST_ACK,
        CLOSED
    }

    private final RemoteHost host;
    private final Tcp.Ends ends;
    private final Owner owner;
    private final int firstSequence;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private State state = State.OPENING;
    private int acknowledged;
    private int nextSequence;
    private int expected;
    private byte[] unacknowledged = {};
    private boolean finSent;
    private int timerNumber;
    private long openedPs;

    TcpConnection(RemoteHost host, Tcp.Ends ends, Owner owner) {
        this.host = host;
        this.ends = ends;
        this.owner = owner;
        this.firstSequence = host.firstSequence();
        this.acknowledged = firstSequence;
        this.nextSequence = firstSequence + 1;
    }

    void open() {
        openedPs = host.nowPs();
        send(Tcp.SYN, firstSequence, new byte[0]);
        repeat(SYN_TIMEOUT_PS, 0, 4, () -> state == State.OPENING, () -> send(Tcp.SYN, firstSequence, new byte[0]));
    }

    /** Returns the client's port. */
    public int port() {
        return ends.localPort();
    }

    /** Returns when its SYN was sent. */
    public long openedPs() {
        return openedPs;
    }

    /** Returns everything received so far. */
    public byte[] received() {
        return received.toByteArray();
    }

    /** Returns whether it is over, well or not. */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Sends data with the next turn, as one segment with PSH. */
    public void sendLater(byte[] data) {
        host.later(host.turnPs(), () -> push(data));
    }

    /** Gives it up: RST. */
    public void abort() {
        if (state != State.CLOSED) {
            send(Tcp.RST | Tcp.ACK, nextSequence, new byte[0]);
            close();
        }
    }

    private void close() {
        state = State.CLOSED;
        timerNumber++;
    }

    private void push(byte[] data) {
        if (state != State.OPEN) {
            return;
        }
        int sequence = nextSequence;
        unacknowledged = data.clone();
        nextSequence += data.length;
        send(Tcp.ACK | Tcp.PSH, sequence, data);
        repeat(
                SHORTEST_TIMEOUT_PS,
                0,
                MOST_REPEATS,
                () -> unacknowledged.length > 0,
                () -> send(Tcp.ACK | Tcp.PSH, sequence, data));
    }

    private void send(int flags, int sequence, byte[] data) {
        int acknowledgement = (flags & Tcp.ACK) == 0 ? 0 : expected;
        host.put(Tcp.segment(ends, flags, sequence, acknowledgement, WINDOW, data));
    }

    /** Does something again while it is still wanted, each time after twice the time; gives up after the last. */
    private void repeat(long afterPs, int times, int most, java.util.function.BooleanSupplier wanted, Runnable again) {
        int number = ++timerNumber;
        host.later(afterPs, () -> {
            if (number != timerNumber || state == State.CLOSED || !wanted.getAsBoolean()) {
                return;
            }
            if (times == most) {
                fail(state == State.OPENING ? "no connection" : "no acknowledgement");
                return;
            }
            again.run();
            repeat(2 * afterPs, times + 1, most, wanted, again);
        });
    }

    private void fail(String reason) {
        boolean answered = state == State.LAST_ACK;
        close();
        if (!answered) {
            owner.onFailed(this, reason);
        }
    }

    void segment(byte[] frame) {
        int flags = Tcp.flags(frame);
        if (state == State.CLOSED) {
            return;
        }
        if ((flags & Tcp.RST) != 0) {
            fail("reset");
            return;
        }
        if (state == State.OPENING) {
            if ((flags & (Tcp.SYN | Tcp.ACK)) == (Tcp.SYN | Tcp.ACK)
                    && Tcp.acknowledgement(frame) == firstSequence + 1) {
                opened(frame);
            }
            return;
        }
        if ((flags & Tcp.SYN) != 0) {
            acknowledgeLater(); // the server has not heard our ACK
            return;
        }
        if ((flags & Tcp.ACK) != 0) {
            acknowledged(Tcp.acknowledgement(frame));
        }
        byte[] data = Tcp.data(frame);
        boolean fin = (flags & Tcp.FIN) != 0;
        if (data.length == 0 && !fin) {
            return;
        }
        int offset = expected - Tcp.sequence(frame);
        if (offset < 0 || offset > data.length || finSent) {
            acknowledgeLater(); // a gap, or something old
            return;
        }
        byte[] fresh = Arrays.copyOfRange(data, offset, data.length);
        if (fresh.length == 0 && !fin) {
            acknowledgeLater();
            return;
        }
        expected += fresh.length;
        received.writeBytes(fresh);
        if (fresh.length > 0) {
            owner.onData(this, fresh);
        }
        if (fin) {
            expected++;
            serverClosed();
        } else {
            acknowledgeLater();
        }
    }

    private void opened(byte[] frame) {
        state = State.OPEN;
        acknowledged = firstSequence + 1;
        expected = Tcp.sequence(frame) + 1;
        byte[] request = owner.onOpen(this);
        host.later(host.turnPs(), () -> {
            if (state == State.OPEN) {
                send(Tcp.ACK, nextSequence, new byte[0]);
                if (request.length > 0) {
                    push(request);
                }
            }
        });
    }

    private void acknowledged(int number) {
        if (number - acknowledged > 0 && number - nextSequence <= 0) {
            acknowledged = number;
            if (number == nextSequence) {
                unacknowledged = new byte[0];
                timerNumber++;
                if (finSent) {
                    close();
                }
            }
        }
    }

    private void acknowledgeLater() {
        host.later(host.turnPs(), () -> {
            if (state != State.CLOSED) {
                send(Tcp.ACK, nextSequence, new byte[0]);
            }
        });
    }

    private void serverClosed() {
        owner.onServerClosed(this);
        if (state == State.CLOSED) {
            return;
        }
        state = State.LAST_ACK;
        finSent = true;
        int sequence = nextSequence++;
        host.later(host.turnPs(), () -> {
            send(Tcp.FIN | Tcp.ACK, sequence, new byte[0]);
            repeat(
                    SHORTEST_TIMEOUT_PS,
                    0,
                    MOST_REPEATS,
                    () -> state == State.LAST_ACK,
                    () -> send(Tcp.FIN | Tcp.ACK, sequence, new byte[0]));
        });
    }
}
