package io.torosim.guest.linux;

import io.torosim.core.event.Simulation;
import java.util.Arrays;

/**
 * The server's end of a connection: numbers of RFC 793, the request as it comes, the answer as it goes. A record that {@link TcpServer} keeps and
 * uses again.
 */
final class ServerConnection {
    private static final byte[] NOTHING = {};
    /** IW10: segments in flight at first (RFC 6928). */
    private static final int FIRST_WINDOW = 10;

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
    /** Congestion window in segments. */
    int segments;
    /** RCV.NXT. */
    int expected;

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
    int timeouts;

    /** As if it were new. */
    void begin(long newKey, int newFirstSequence) {
        key = newKey;
        mss = 536; // RFC 1122 4.2.2.6, where the client says nothing
        firstSequence = newFirstSequence;
        unacknowledged = newFirstSequence;
        next = newFirstSequence + 1;
        furthest = next;
        segments = FIRST_WINDOW;
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
    }

    /** Returns the sequence number behind the answer, which is that of the FIN. */
    int answerEnd() {
        return firstSequence + 1 + answer.length;
    }

    /** Returns whether the client has acknowledged the FIN. */
    boolean finAcknowledged() {
        return closing && unacknowledged == answerEnd() + 1;
    }

    /** Data come, in order; what is longer than any request is dropped. */
    void received(byte[] from, int offset, int bytes) {
        int taken = Math.min(bytes, HttpAnswers.MOST_REQUEST_BYTES - requestBytes);
        if (requestBytes + taken > request.length) {
            request = Arrays.copyOf(request, Math.max(2 * request.length, requestBytes + taken));
        }
        System.arraycopy(from, offset, request, requestBytes, taken);
        requestBytes += taken;
    }
}
