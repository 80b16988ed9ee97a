package io.torosim.guest.linux;

import io.torosim.guest.wire.Tcp;

/**
 * What connections send: the answer in segments of what the client takes, as far as the windows let it, and the FIN in one of its own; and what is
 * sent again. SYN|ACK goes again after 1 s, doubled each time, tcp_synack_retries times. The oldest segment in flight goes again when it has timed
 * out ({@link RoundTrip}), and then all behind it as acknowledgements come, or at once when the window takes it for lost ({@link CongestionWindow}).
 * A connection is given up when nothing has been acknowledged for longer than tcp_retries2 says since it was first sent again, tcp_orphan_retries
 * once the program has closed it; or, closed, when its time-out has grown to the longest.
 */
final class TcpSender {
    private final TcpParameters tcp;
    private final TcpOutput out;
    private final ConnectionTimers timers;
    private long repeats;
    private long givenUp;

    TcpSender(TcpParameters tcp, TcpOutput out, ConnectionTimers timers) {
        this.tcp = tcp;
        this.out = out;
        this.timers = timers;
    }

    /** Returns how many segments were sent again. */
    long repeats() {
        return repeats;
    }

    /** Returns how many connections were given up, unacknowledged. */
    long givenUp() {
        return givenUp;
    }

    // ---- the handshake

    /** The first SYN|ACK. */
    void opens(ServerConnection c) {
        c.synAckPs = timers.nowPs();
        synAck(c);
        timers.start(c, tcp.synWaitPs(0));
    }

    /** Its SYN has come again. */
    void synAgain(ServerConnection c) {
        repeatSynAck(c);
        if (!c.confirmed) {
            timers.start(c, tcp.synWaitPs(c.timeouts));
        }
    }

    /** The client has acknowledged the SYN|ACK. */
    void established(ServerConnection c) {
        timers.stop(c);
        c.established = true;
        c.unacknowledged = c.next;
        c.timeouts = 0;
        c.congestion.begin(c.firstSequence, c.synAckRepeats > 1);
        if (c.synAckRepeats == 0) {
            c.roundTrip.sample(timers.nowPs() - c.synAckPs, c.unacknowledged, c.next);
        } else {
            c.roundTrip.unknown();
        }
    }

    private void synAck(ServerConnection c) {
        out.send(c, Tcp.SYN | Tcp.ACK, c.firstSequence, 0, 0);
    }

    private void repeatSynAck(ServerConnection c) {
        c.synAckRepeats++;
        repeats++;
        synAck(c);
    }

    // ---- data

    /** Sends what the windows allow. */
    void push(ServerConnection c) {
        while (true) {
            int left = c.answerEnd() - c.next;
            boolean open = c.congestion.admits(c.segmentsInFlight());
            if (left > 0) {
                int inFlight = c.next - c.unacknowledged;
                int room = c.window - inFlight;
                int bytes = Math.min(left, c.mss);
                if (!open || room < bytes && inFlight > 0) {
                    break;
                }
                bytes = Math.min(bytes, Math.max(1, room)); // into a closed window a byte, again and again
                send(c, c.next, bytes);
                c.next += bytes;
            } else if (left == 0 && c.closing && open) {
                send(c, c.next, 0);
                c.next++;
            } else {
                break;
            }
            if (c.next - c.furthest > 0) {
                c.furthest = c.next;
            }
        }
        if (!timers.runs(c) && c.unacknowledged != c.furthest) {
            timers.start(c, c.roundTrip.timeoutPs());
        }
    }

    /** So many bytes of the answer; without any, the FIN. */
    private void send(ServerConnection c, int sequence, int bytes) {
        int end = sequence + Math.max(1, bytes);
        if (sequence - c.furthest < 0) {
            repeats++;
            c.sentTimes.sentAgain(end);
        } else {
            c.sentTimes.sent(end, timers.nowPs());
        }
        int left = c.answerEnd() - sequence;
        int flags = bytes == 0 ? Tcp.FIN | Tcp.ACK : bytes == left ? Tcp.PSH | Tcp.ACK : Tcp.ACK;
        out.send(c, flags, sequence, bytes == 0 ? 0 : c.answer.length - left, bytes);
    }

    /**
     * An acknowledgement has come.
     *
     * @param number of nothing that was never sent
     * @param bare whether its segment has neither data nor FIN
     */
    void acknowledged(ServerConnection c, int number, int window, boolean bare) {
        int fresh = number - c.unacknowledged;
        if (fresh < 0) {
            return; // an old one
        }
        boolean windowStays = window == c.window;
        c.window = window;
        if (fresh > 0) {
            advances(c, number);
        } else if (!windowStays) {
            push(c);
        } else if (bare && c.unacknowledged != c.furthest) {
            if (c.congestion.duplicate(number, c.furthest, c.segmentsInFlight())) {
                oldestAgain(c);
            }
            push(c);
        }
    }

    private void advances(ServerConnection c, int number) {
        int covered = c.segments(c.unacknowledged, number);
        c.unacknowledged = number;
        if (c.next - number < 0) {
            c.next = number;
        }
        long sentPs = c.sentTimes.acknowledged(number);
        if (sentPs != SentTimes.NONE) {
            c.roundTrip.sample(timers.nowPs() - sentPs, number, c.next);
        }
        c.timeouts = 0;
        timers.stop(c);
        if (c.congestion.acknowledged(number, covered)) {
            oldestAgain(c);
        }
        push(c);
    }

    /** The oldest segment in flight is lost: it goes again, out of turn. */
    private void oldestAgain(ServerConnection c) {
        int inFlight = Math.min(c.furthest, c.answerEnd()) - c.unacknowledged;
        send(c, c.unacknowledged, Math.min(inFlight, c.mss));
        timers.start(c, c.roundTrip.timeoutPs());
    }

    // ---- time-outs

    /** The timer of a connection has expired; returns whether the connection goes on. */
    boolean timedOut(ServerConnection c) {
        if (!c.established) {
            if (c.confirmed || c.timeouts == tcp.synAckRetries()) {
                givenUp++;
                return false;
            }
            c.timeouts++;
            repeatSynAck(c);
            timers.start(c, tcp.synWaitPs(c.timeouts));
            return true;
        }
        if (c.unacknowledged == c.furthest) {
            return false; // all that was missing is the client's FIN
        }
        if (isGivenUp(c)) {
            givenUp++;
            return false;
        }
        if (c.timeouts++ == 0) {
            c.sentAgainPs = timers.nowPs();
        }
        c.roundTrip.backsOff();
        c.congestion.timedOut(c.unacknowledged, c.furthest);
        c.next = c.unacknowledged;
        push(c);
        return true;
    }

    private boolean isGivenUp(ServerConnection c) {
        if (c.timeouts == 0) {
            return false;
        }
        boolean hopeless = c.roundTrip.timeoutPs() >= tcp.maxTimeoutPs();
        int retries = !c.closing ? tcp.retries2() : hopeless ? 0 : tcp.orphanRetries();
        return timers.nowPs() - c.sentAgainPs >= tcp.patiencePs(retries);
    }
}
