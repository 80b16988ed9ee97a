package io.torosim.guest.linux;

/**
 * How many segments may be in flight, and when one is taken for lost: slow start, then one segment more for each window; three duplicate
 * acknowledgements are a lost segment, which goes again at once (fast retransmit), and each acknowledgement of a part of what was then in flight is
 * the next one (NewReno, RFC 6582); a time-out leaves one segment. A duplicate says that one segment has left the wire. After a loss CUBIC keeps 0.7
 * of the window.
 *
 * <p>As Linux without selective acknowledgements, which the clients here do not offer, but for two things: growth above the threshold is Reno's, and
 * the window is cut at once rather than in proportion to what arrives.
 */
final class CongestionWindow {
    private static final int LEAST_THRESHOLD = 2;

    private final TcpParameters tcp;
    private int segments;
    private int threshold;
    /** Acknowledgements since the window last grew above the threshold. */
    private int grown;

    private int duplicates;
    private boolean recovering;
    /** What was in flight at the last loss ends here. */
    private int lossEnds;

    CongestionWindow(TcpParameters tcp) {
        this.tcp = tcp;
    }

    /**
     * As a handshake leaves it.
     *
     * @param first the first sequence number
     * @param troubled whether its SYN|ACK was sent more than twice: then the window begins with one segment
     */
    void begin(int first, boolean troubled) {
        segments = troubled ? 1 : tcp.firstWindow();
        threshold = Integer.MAX_VALUE;
        grown = 0;
        duplicates = 0;
        recovering = false;
        lossEnds = first;
    }

    /** Returns whether one more may be sent beside so many in flight. */
    boolean admits(int inFlight) {
        return inFlight - duplicates < segments;
    }

    /**
     * An acknowledgement of something new.
     *
     * @param number what it says
     * @param covered segments that it covers
     * @return whether the oldest segment in flight is taken for lost now, and has to be sent again
     */
    boolean acknowledged(int number, int covered) {
        if (recovering && number - lossEnds < 0) {
            duplicates = Math.max(0, duplicates - (covered - 1)); // the others were those that the duplicates told of
            return true;
        }
        duplicates = 0;
        if (recovering) {
            recovering = false;
            segments = threshold;
        } else if (segments < threshold) {
            segments++;
        } else if (++grown >= segments) {
            grown = 0;
            segments++;
        }
        return false;
    }

    /**
     * An acknowledgement of nothing new.
     *
     * @param number what it says
     * @param furthest what was sent ends here
     * @param inFlight segments in flight; of so many at most all but one can have left the wire
     * @return whether the oldest segment in flight is taken for lost now
     */
    boolean duplicate(int number, int furthest, int inFlight) {
        if (!recovering && number - lossEnds <= 0 || duplicates >= inFlight - 1) {
            return false; // after a time-out duplicates are of what was sent twice
        }
        duplicates++;
        if (recovering || duplicates < tcp.reordering()) {
            return false;
        }
        loses(number, furthest);
        segments = threshold;
        recovering = true;
        return true;
    }

    /** The oldest segment in flight has timed out. */
    void timedOut(int unacknowledged, int furthest) {
        loses(unacknowledged, furthest);
        segments = 1;
        duplicates = 0;
        recovering = false;
    }

    private void loses(int unacknowledged, int furthest) {
        if (unacknowledged - lossEnds >= 0) { // a loss of its own, not the same once more
            threshold = Math.max(LEAST_THRESHOLD, (int) ((long) segments * tcp.keptPermille() / 1000));
        }
        grown = 0;
        lossEnds = furthest;
    }
}
