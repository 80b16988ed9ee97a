package io.torosim.guest.remote;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.guest.wire.Tcp;
import org.jspecify.annotations.Nullable;

/**
 * A connection as Linux has it, at the side of the guest's peer, whichever side has opened it: SYN, or SYN|ACK, repeated after 1,
 * 2, 4 and 8 s; data and the FIN repeated after 200 ms, doubled each time, six times at most; data are taken in order and
 * acknowledged at once, everything else is acknowledged again; a FIN is answered with FIN|ACK. Windows are wide, there are no
 * options. RFC 793, RFC 6298 with Linux' limits.
 *
 * <p>{@link RemoteHost} makes it and sends its segments; whoever asked for it hears of it as its {@link Owner}.
 */
public final class TcpConnection {
    private static final byte[] NOTHING = {};
    private static final int WINDOW = 29_200;
    private static final long SYN_TIMEOUT_PS = RemoteHost.millis(1000);
    private static final long SHORTEST_TIMEOUT_PS = RemoteHost.millis(200);
    private static final int MOST_SYN_REPEATS = 4;
    private static final int MOST_REPEATS = 6;
    private static final int MOST_DATA = 1460;

    /** Who uses a connection. */
    public interface Owner {
        /** It is open: returns what is sent first, with the next turn; nothing if it is empty. */
        byte[] onOpen(TcpConnection connection);

        /**
         * The guest has sent data, in order.
         *
         * @param from holds them, for as long as this call takes
         * @param offset of the first
         * @param bytes how many, at least 1
         */
        void onData(TcpConnection connection, byte[] from, int offset, int bytes);

        /** The guest has closed its half, all its data having come. */
        void onPeerClosed(TcpConnection connection);

        /** It has come to nothing: {@code reason} says why. */
        void onFailed(TcpConnection connection, String reason);
    }

    // what happens later, and what is repeated
    private static final int SYN = 0;
    private static final int SYN_ACK = 1;
    private static final int DATA = 2;
    private static final int FIN = 3;
    private static final int LAST_FIN = 4;
    private static final int OPENED = 5;
    private static final int ACKNOWLEDGE = 6;
    private static final int REPEAT = 7;

    private enum State {
        OPENING,
        ANSWERING,
        OPEN,
        FIN_WAIT,
        LAST_ACK,
        TIME_WAIT,
        CLOSED
    }

    private final RemoteHost host;
    private final Owner owner;
    /** Called when it is closed and nothing of it is to happen any more; null where nobody asks. */
    private final @Nullable Runnable whenUnused;

    private long remoteMac;
    private int localIp;
    private int remoteIp;
    private int localPort;
    private int remotePort;
    private int firstSequence;
    private State state = State.CLOSED;
    private int acknowledged;
    private int nextSequence;
    private int expected;
    /** What the owner sends first. */
    private byte[] request = NOTHING;
    /** The data in flight, none once they are acknowledged. */
    private byte[] unacknowledged = NOTHING;
    /** The data and the sequence number of what may be repeated. */
    private byte[] sent = NOTHING;

    private int sentSequence;
    private int finSequence;
    /** The FIN has its number and has not left yet. */
    private boolean finDue;

    private boolean closes;
    private int toSend;
    /** The repetition that is pending, or none. */
    private long timer = Simulation.NO_HANDLE;

    private int repeated;
    private long repeatPs;
    private int times;
    private final EventHandler events = this::onEvent;

    private long openedPs;
    /** How many events of it are to come. */
    private int pending;

    private boolean unused = true;

    /** A connection that is closed before it begins. */
    TcpConnection(RemoteHost host, Owner owner, @Nullable Runnable whenUnused) {
        this.host = host;
        this.owner = owner;
        this.whenUnused = whenUnused;
    }

    /** It stands for a connection of these ends from now on, as if it were new. */
    void between(long newRemoteMac, int newLocalIp, int newRemoteIp, int newLocalPort, int newRemotePort) {
        remoteMac = newRemoteMac;
        localIp = newLocalIp;
        remoteIp = newRemoteIp;
        localPort = newLocalPort;
        remotePort = newRemotePort;
        firstSequence = host.firstSequence();
        state = State.OPENING;
        acknowledged = firstSequence;
        nextSequence = firstSequence + 1;
        expected = 0;
        request = NOTHING;
        unacknowledged = NOTHING;
        sent = NOTHING;
        sentSequence = 0;
        finSequence = 0;
        finDue = false;
        closes = false;
        toSend = 0;
        unused = false;
    }

    private void onEvent(int op, long arg) {
        pending--;
        happens(op);
        tellIfUnused();
    }

    private void tellIfUnused() {
        if (pending == 0 && state == State.CLOSED && whenUnused != null && !unused) {
            unused = true;
            whenUnused.run();
        }
    }

    private void happens(int op) {
        switch (op) {
            case SYN_ACK -> send(Tcp.SYN | Tcp.ACK, firstSequence, NOTHING);
            case OPENED -> sendRequest();
            case ACKNOWLEDGE -> {
                if (state != State.CLOSED) {
                    send(Tcp.ACK, finDue ? finSequence : nextSequence, NOTHING);
                }
            }
            case LAST_FIN -> {
                finDue = false;
                send(Tcp.FIN | Tcp.ACK, finSequence, NOTHING);
                repeat(LAST_FIN, SHORTEST_TIMEOUT_PS, 0);
            }
            case REPEAT -> again();
            default -> throw new AssertionError(op);
        }
    }

    void open() {
        openedPs = host.nowPs();
        send(Tcp.SYN, firstSequence, NOTHING);
        repeat(SYN, SYN_TIMEOUT_PS, 0);
    }

    /** The guest's SYN has come: SYN|ACK with the next turn. */
    void answer(byte[] syn) {
        openedPs = host.nowPs();
        state = State.ANSWERING;
        expected = Tcp.sequence(syn) + 1;
        later(host.turnPs(), SYN_ACK);
        repeat(SYN_ACK, SYN_TIMEOUT_PS, 0);
    }

    /** Returns the port at this side. */
    public int port() {
        return localPort;
    }

    /** Returns when its SYN was sent, or received. */
    public long openedPs() {
        return openedPs;
    }

    /** Returns whether it is over, well or not. */
    public boolean isClosed() {
        return state == State.CLOSED || state == State.TIME_WAIT;
    }

    /**
     * Sends data with the next turn, as one segment with PSH. What was sent before must be acknowledged by then, or it is not
     * repeated any more.
     *
     * @param data 1 to 1460 bytes
     */
    public void sendLater(byte[] data) {
        if (data.length < 1 || data.length > MOST_DATA) {
            throw new IllegalArgumentException("data must have 1 to " + MOST_DATA + " bytes, length=" + data.length);
        }
        toSend++;
        host.later(host.turnPs(), () -> {
            toSend--;
            push(data);
        });
    }

    /** Closes this side's half: FIN with the next turn, or when everything is sent and acknowledged. */
    public void closeLater() {
        host.later(host.turnPs(), () -> {
            closes = true;
            closeIfDone();
        });
    }

    private void closeIfDone() {
        if (!closes || toSend > 0 || state != State.OPEN || acknowledged != nextSequence) {
            return;
        }
        state = State.FIN_WAIT;
        finSequence = nextSequence++;
        send(Tcp.FIN | Tcp.ACK, finSequence, NOTHING);
        repeat(FIN, SHORTEST_TIMEOUT_PS, 0);
    }

    /** Gives it up: RST. */
    public void abort() {
        if (state != State.CLOSED) {
            send(Tcp.RST | Tcp.ACK, nextSequence, NOTHING);
            close();
        }
    }

    private void close() {
        state = State.CLOSED;
        stopTimer();
        host.closed(this, localPort, remotePort);
        tellIfUnused();
    }

    private long later(long delayPs, int what) {
        pending++;
        return host.later(delayPs, events, what);
    }

    private void push(byte[] data) {
        if (state != State.OPEN) {
            return;
        }
        sentSequence = nextSequence;
        sent = data;
        unacknowledged = data;
        nextSequence += data.length;
        send(Tcp.ACK | Tcp.PSH, sentSequence, data);
        repeat(DATA, SHORTEST_TIMEOUT_PS, 0);
    }

    private void send(int flags, int sequence, byte[] data) {
        int acknowledgement = (flags & Tcp.ACK) == 0 ? 0 : expected;
        host.put(remoteMac, localIp, remoteIp, localPort, remotePort, flags, sequence, acknowledgement, WINDOW, data);
    }

    /** Sends something again while it is still wanted, each time after twice the time; gives up after the last. */
    private void repeat(int what, long afterPs, int done) {
        stopTimer();
        repeated = what;
        repeatPs = afterPs;
        times = done;
        timer = later(afterPs, REPEAT);
    }

    private void again() {
        timer = Simulation.NO_HANDLE;
        if (state == State.CLOSED || !wanted()) {
            return;
        }
        boolean opening = state == State.OPENING || state == State.ANSWERING;
        if (times == (repeated == SYN || repeated == SYN_ACK ? MOST_SYN_REPEATS : MOST_REPEATS)) {
            fail(opening ? "no connection" : "no acknowledgement");
            return;
        }
        switch (repeated) {
            case SYN -> send(Tcp.SYN, firstSequence, NOTHING);
            case SYN_ACK -> send(Tcp.SYN | Tcp.ACK, firstSequence, NOTHING);
            case DATA -> send(Tcp.ACK | Tcp.PSH, sentSequence, sent);
            default -> send(Tcp.FIN | Tcp.ACK, finSequence, NOTHING);
        }
        repeat(repeated, 2 * repeatPs, times + 1);
    }

    private boolean wanted() {
        return switch (repeated) {
            case SYN -> state == State.OPENING;
            case SYN_ACK -> state == State.ANSWERING;
            case DATA -> unacknowledged.length > 0;
            case FIN -> acknowledged != nextSequence;
            default -> state == State.LAST_ACK;
        };
    }

    private void stopTimer() {
        if (host.forget(timer)) {
            pending--;
        }
        timer = Simulation.NO_HANDLE;
    }

    private void fail(String reason) {
        boolean answered = state == State.LAST_ACK || state == State.FIN_WAIT || state == State.TIME_WAIT;
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
        if (state == State.ANSWERING) {
            if (flags == Tcp.SYN) {
                later(host.turnPs(), SYN_ACK);
                return;
            }
            if ((flags & (Tcp.SYN | Tcp.ACK)) != Tcp.ACK || Tcp.acknowledgement(frame) != nextSequence) {
                return;
            }
            answered();
        }
        if ((flags & Tcp.SYN) != 0) {
            acknowledgeLater(); // the guest has not heard our ACK
            return;
        }
        if ((flags & Tcp.ACK) != 0) {
            acknowledged(Tcp.acknowledgement(frame));
        }
        int bytes = Tcp.dataEnd(frame) - Tcp.dataStart(frame);
        boolean fin = (flags & Tcp.FIN) != 0;
        if (bytes == 0 && !fin) {
            return;
        }
        int offset = expected - Tcp.sequence(frame);
        if (offset < 0 || offset > bytes || state == State.LAST_ACK || state == State.TIME_WAIT) {
            acknowledgeLater(); // a gap, or something old
            return;
        }
        int fresh = bytes - offset;
        if (fresh == 0 && !fin) {
            acknowledgeLater();
            return;
        }
        expected += fresh;
        if (fresh > 0) {
            owner.onData(this, frame, Tcp.dataStart(frame) + offset, fresh);
        }
        if (fin) {
            expected++;
            peerClosed();
        } else {
            acknowledgeLater();
        }
    }

    private void opened(byte[] frame) {
        state = State.OPEN;
        acknowledged = firstSequence + 1;
        expected = Tcp.sequence(frame) + 1;
        request = owner.onOpen(this);
        later(host.turnPs(), OPENED);
    }

    private void sendRequest() {
        if (state == State.OPEN) {
            send(Tcp.ACK, nextSequence, NOTHING);
            if (request.length > 0) {
                push(request);
            }
        }
    }

    /** The guest has acknowledged SYN|ACK. */
    private void answered() {
        state = State.OPEN;
        stopTimer();
        acknowledged = nextSequence;
        byte[] first = owner.onOpen(this);
        if (first.length > 0) {
            sendLater(first);
        }
    }

    private void acknowledged(int number) {
        if (number - acknowledged > 0 && number - nextSequence <= 0) {
            acknowledged = number;
            if (number == nextSequence) {
                unacknowledged = NOTHING;
                stopTimer();
                if (state == State.LAST_ACK) {
                    close();
                } else {
                    closeIfDone();
                }
            }
        }
    }

    private void acknowledgeLater() {
        later(host.turnPs(), ACKNOWLEDGE);
    }

    private void peerClosed() {
        owner.onPeerClosed(this);
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.FIN_WAIT) {
            state = State.TIME_WAIT;
            acknowledgeLater();
            return;
        }
        state = State.LAST_ACK;
        finSequence = nextSequence++;
        finDue = true;
        later(host.turnPs(), LAST_FIN);
    }
}
