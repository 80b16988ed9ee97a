package io.torosim.guest.linux;

import io.torosim.core.event.Simulation;
import java.util.Arrays;

/**
 * The server's end of a connection: numbers of RFC 793, the request as it comes, the answer as it goes. A record that {@link TcpServer} keeps and
 * uses again.
 */
final class ServerConnection {
    private static final byte[] NOTHING = {};

    long key;
    long remoteMac;
    int remoteIp;
    int remotePort;
    /** Largest segment that the client takes. */
    int mss;

    // what is sent
    int firstSequence;
    /** SND.UNA. */
    int unacknowledged;
    /** SND.NXT. */
    int next;
    /** The largest that SND.NXT has been: after a time-out it goes back. */
    int furthest;
    /** SND.WND. */
    int window;
    /** SND.WL1: the sequence number of the segment that last said it. */
    int windowSequence;
    /** The FIN is in flight as a segment of its own. */
    boolean finAlone;
    /** RCV.NXT. */
    int expected;

    final CongestionWindow congestion;
    final RoundTrip roundTrip;
    final SentTimes sentTimes = new SentTimes();
    /** What has come beyond {@link #expected}. */
    final LateSegments late = new LateSegments();

    boolean established;
    /** The handshake's last segment has come: the connection waits for its first data (TCP_DEFER_ACCEPT). */
    boolean confirmed;
    /** It has waited for longer than a SYN|ACK waits. */
    boolean waited;
    /** The server has closed its half. */
    boolean closing;
    /** The client has closed its half. */
    boolean peerClosed;
    /** The server's FIN left before the client's came. */
    boolean closedFirst;
    /** The request is whole. */
    boolean asked;
    /** A worker has it. */
    boolean inService;
    /** It is over, though a worker has it. */
    boolean dead;

    byte[] request = new byte[256];
    int requestBytes;
    byte[] answer = NOTHING;

    long timer = Simulation.NO_HANDLE;
    boolean timedOut;
    /** Time-outs since something was last acknowledged. */
    int timeouts;
    /** Probes of a closed window since something was last heard. */
    int probes;
    /** When the first of the time-outs was. */
    long sentAgainPs;
    /** When the SYN|ACK was first sent. */
    long synAckPs;
    /** How often it was sent again. */
    int synAckRepeats;
    /** When a segment without data was last answered whose like is answered rarely; -1 for never. */
    long answeredPs;

    ServerConnection(TcpParameters tcp) {
        congestion = new CongestionWindow(tcp);
        roundTrip = new RoundTrip(tcp);
    }

    /** As if it were new. */
    void begin(long newKey, int newFirstSequence) {
        key = newKey;
        mss = 536; // RFC 1122 4.2.2.6, where the client says nothing
        firstSequence = newFirstSequence;
        unacknowledged = newFirstSequence;
        next = newFirstSequence + 1;
        furthest = next;
        finAlone = false;
        roundTrip.begin();
        sentTimes.clear();
        late.clear();
        established = false;
        confirmed = false;
        waited = false;
        closing = false;
        peerClosed = false;
        closedFirst = false;
        asked = false;
        inService = false;
        dead = false;
        requestBytes = 0;
        answer = NOTHING;
        timer = Simulation.NO_HANDLE;
        timedOut = false;
        timeouts = 0;
        synAckRepeats = 0;
        probes = 0;
        answeredPs = -1;
    }

    /** Returns how many segments lie between two sequence numbers of the answer and its FIN. */
    int segments(int from, int to) {
        int data = Math.max(0, (to - answerEnd() < 0 ? to : answerEnd()) - from);
        boolean fin = to - answerEnd() > 0 && (finAlone || data == 0);
        return (data + mss - 1) / mss + (fin ? 1 : 0);
    }

    /** Returns how many are in flight, as far as one knows. */
    int segmentsInFlight() {
        return segments(unacknowledged, next);
    }

    /** Returns the sequence number behind the answer, which is that of the FIN. */
    int answerEnd() {
        return firstSequence + 1 + answer.length;
    }

    /** Returns whether the client has acknowledged the FIN. */
    boolean finAcknowledged() {
        return closing && unacknowledged == answerEnd() + 1;
    }

    /**
     * Data of the request come; what is longer than any request is dropped.
     *
     * @param ahead how many bytes are missing before them
     */
    void received(byte[] from, int offset, int bytes, int ahead) {
        int place = requestBytes + ahead;
        int taken = Math.min(bytes, HttpAnswers.MOST_REQUEST_BYTES - place);
        if (taken <= 0) {
            return;
        }
        if (place + taken > request.length) {
            request = Arrays.copyOf(request, Math.max(2 * request.length, place + taken));
        }
        System.arraycopy(from, offset, request, place, taken);
    }

    /** So many bytes of the request are there now, behind those that were; returns whether it is whole by now. */
    boolean isWholeWith(int bytes) {
        int fresh = Math.min(bytes, HttpAnswers.MOST_REQUEST_BYTES - requestBytes);
        requestBytes += fresh;
        return HttpAnswers.isWhole(request, requestBytes, fresh) || requestBytes == HttpAnswers.MOST_REQUEST_BYTES;
    }
}
