package io.torosim.guest.linux;

import io.torosim.guest.wire.Tcp;

/**
 * What connections send: the answer in segments of what the client takes, as far as the windows let it, and the FIN, with the last of these where
 * they have not left when the program closes, else in a segment of its own; and what is sent again, the FIN then with the last data. SYN|ACK goes again after 1 s, doubled each time, tcp_synack_retries times. The oldest segment in flight goes again when it has timed
 * out ({@link RoundTrip}), and then all behind it as acknowledgements come, or at once when the window takes it for lost ({@link CongestionWindow}).
 * Into a closed window nothing is sent; probes ask for its state, at doubled distances. A connection is given up when nothing has been acknowledged for longer than tcp_retries2 says since it was first sent again, tcp_orphan_retries
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
        if (!mayAnswer(c)) {
            return;
        }
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
        c.answeredPs = -1;
        c.congestion.begin(c.firstSequence, c.synAckRepeats > 1);
        if (c.synAckRepeats == 0) {
            c.roundTrip.sample(timers.nowPs() - c.synAckPs, c.unacknowledged, c.next);
        } else {
            c.roundTrip.unknown();
        }
    }

    /** Returns whether a connection answers a segment that may be one of many: a repeated SYN, something old without data. */
    boolean mayAnswer(ServerConnection c) {
        if (c.answeredPs >= 0 && timers.nowPs() - c.answeredPs < tcp.answerGapPs()) {
            return false;
        }
        c.answeredPs = timers.nowPs();
        return true;
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
                boolean again = c.next - c.furthest < 0; // that goes whatever the window has become
                if (!open || room < bytes && inFlight > 0 || room <= 0 && !again) {
                    break;
                }
                send(c, c.next, again ? bytes : Math.min(bytes, room));
            } else if (left == 0 && c.closing) {
                send(c, c.next, 0); // no window holds the FIN up
            } else {
                break;
            }
        }
        boolean waits =
                c.unacknowledged != c.furthest || c.answerEnd() - c.next > 0; // for the client, or for its window
        if (waits && !timers.runs(c)) {
            timers.start(c, c.roundTrip.timeoutPs());
        }
    }

    /** So many bytes of the answer; with the last of them, or without any, the FIN of a connection that closes. */
    private void send(ServerConnection c, int sequence, int bytes) {
        int left = c.answerEnd() - sequence;
        boolean fin = c.closing && bytes == left;
        int end = sequence + bytes + (fin ? 1 : 0);
        if (sequence - c.furthest < 0) {
            repeats++;
            c.sentTimes.sentAgain(end);
        } else {
            c.sentTimes.sent(end, timers.nowPs());
        }
        if (fin) {
            c.finAlone = bytes == 0;
        }
        if (end - c.next > 0) {
            c.next = end;
        }
        if (end - c.furthest > 0) {
            c.furthest = end;
        }
        int flags = Tcp.ACK | (fin ? Tcp.FIN : 0) | (bytes > 0 && bytes == left ? Tcp.PSH : 0);
        out.send(c, flags, sequence, bytes == 0 ? 0 : c.answer.length - left, bytes);
    }

    /**
     * An acknowledgement has come.
     *
     * @param number of nothing that was never sent
     * @param sequence of its segment
     * @param bare whether that has neither data nor FIN
     */
    void acknowledged(ServerConnection c, int number, int window, int sequence, boolean bare) {
        int fresh = number - c.unacknowledged;
        if (fresh < 0) {
            return; // an old one
        }
        c.probes = 0;
        boolean windowSaid = fresh > 0 || sequence - c.windowSequence > 0;
        windowSaid |= sequence == c.windowSequence && (window > c.window || window == 0);
        boolean windowMoves = windowSaid && window != c.window;
        if (windowSaid) {
            c.windowSequence = sequence;
            c.window = window;
        }
        if (fresh > 0) {
            advances(c, number);
        } else if (windowMoves) {
            if (c.unacknowledged == c.furthest) {
                timers.stop(c); // no probe is wanted
            }
            push(c);
        } else if (bare && !windowSaid && c.unacknowledged != c.furthest) {
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
        int inFlight = Math.min(c.furthest - c.unacknowledged, c.answerEnd() - c.unacknowledged);
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
            return c.next - c.answerEnd() < 0 && probes(c); // else all that is missing is the client's FIN
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

    /** Nothing is in flight and the client's window is closed: an old number asks for its state; returns whether that was done. */
    private boolean probes(ServerConnection c) {
        if (c.probes == (c.closing ? tcp.orphanRetries() : tcp.retries2())) {
            givenUp++;
            return false;
        }
        c.probes++;
        out.send(c, Tcp.ACK, c.unacknowledged - 1, 0, 0);
        timers.start(c, Math.min(c.roundTrip.timeoutPs() << c.probes, tcp.maxTimeoutPs()));
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
