package io.torosim.guest.linux;

/**
 * The time-out of a connection, by its measured round trips: RFC 6298 as Linux has it (tcp_rtt_estimator). The smoothed round trip takes an eighth
 * of each sample, the deviation a quarter, an eighth where the sample is shorter than usual; four times the deviation, its largest of this round
 * trip and at least TCP_RTO_MIN, is added to it, and falls by a quarter of the difference with each round trip. Rounded up to whole ticks: 204 ms,
 * as {@code ss} shows it, on a fast wire with a tick of 4 ms. A time-out doubles it until the next sample, up to TCP_RTO_MAX.
 *
 * <p>Sequence numbers say when a round trip is over. Times in picoseconds; no sample is longer than the simulation.
 */
final class RoundTrip {
    private final TcpParameters tcp;
    private boolean measured;
    /** Smoothed round trip. */
    private long meanPs;
    /** Four times the mean deviation. */
    private long deviationPs;
    /** The largest of that in this round trip. */
    private long largestPs;
    /** What is added to the mean. */
    private long marginPs;

    private int roundEnds;
    private long timeoutPs;

    RoundTrip(TcpParameters tcp) {
        this.tcp = tcp;
    }

    /** Nothing is known. */
    void begin() {
        measured = false;
        timeoutPs = tcp.synTimeoutPs();
    }

    /** The handshake could not be measured, as a part of it was sent again. */
    void unknown() {
        deviationPs = tcp.fallbackPs();
        largestPs = deviationPs;
        marginPs = deviationPs;
        timeoutPs = tcp.fallbackPs();
    }

    /**
     * Something was acknowledged that was sent once.
     *
     * @param ps from its sending
     * @param unacknowledged the oldest sequence number that is not acknowledged
     * @param next what is sent next
     */
    void sample(long ps, int unacknowledged, int next) {
        if (measured) {
            long error = ps - meanPs;
            meanPs += error / 8;
            long change = Math.abs(error) - deviationPs / 4;
            deviationPs += error < 0 && change > 0 ? change / 8 : change;
            if (deviationPs > largestPs) {
                largestPs = deviationPs;
                marginPs = Math.max(marginPs, largestPs);
            }
            if (unacknowledged - roundEnds > 0) {
                marginPs -= Math.max(0, marginPs - largestPs) / 4;
                roundEnds = next;
                largestPs = tcp.minTimeoutPs();
            }
        } else {
            measured = true;
            meanPs = ps;
            deviationPs = 2 * ps;
            marginPs = Math.max(deviationPs, tcp.minTimeoutPs());
            largestPs = marginPs;
            roundEnds = next;
        }
        long ticks = (meanPs + marginPs + tcp.tickPs() - 1) / tcp.tickPs();
        timeoutPs = Math.min(ticks * tcp.tickPs(), tcp.maxTimeoutPs());
    }

    /** A time-out has passed. */
    void backsOff() {
        timeoutPs = Math.min(2 * timeoutPs, tcp.maxTimeoutPs());
    }

    /** Returns how long the oldest segment in flight waits for its acknowledgement. */
    long timeoutPs() {
        return timeoutPs;
    }
}
