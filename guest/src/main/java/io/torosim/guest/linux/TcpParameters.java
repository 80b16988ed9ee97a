package io.torosim.guest.linux;

import io.torosim.core.cost.CostModel;
import io.torosim.core.time.Picos;

/**
 * The constants of Linux's TCP that a wire which loses frames brings into play (include/net/tcp.h, Documentation/networking/ip-sysctl.txt): lines
 * {@code linux.tcp_*} of the cost model. Times in picoseconds.
 *
 * @param synTimeoutPs how long a SYN|ACK waits at first (TCP_TIMEOUT_INIT)
 * @param fallbackPs the time-out of a connection whose handshake could not be measured (TCP_TIMEOUT_FALLBACK)
 * @param synAckRetries how often a SYN|ACK is sent again (tcp_synack_retries)
 * @param retries2 how long a connection in use is kept, as so many retransmissions of the shortest time-out (tcp_retries2)
 * @param orphanRetries the same of one that its program has closed (tcp_orphan_retries)
 * @param minTimeoutPs the least that is added to the round trip (TCP_RTO_MIN)
 * @param maxTimeoutPs no time-out is longer (TCP_RTO_MAX)
 * @param tickPs time-outs are whole ticks
 * @param firstWindow segments in flight at first (TCP_INIT_CWND)
 * @param reordering so many duplicate acknowledgements mean a lost segment (tcp_reordering)
 * @param answerGapPs a connection answers repeated SYNs, and old segments without data, once in so long (tcp_invalid_ratelimit)
 * @param keptPermille what a loss leaves of the congestion window (beta of CUBIC)
 */
record TcpParameters(
        long synTimeoutPs,
        long fallbackPs,
        int synAckRetries,
        int retries2,
        int orphanRetries,
        long minTimeoutPs,
        long maxTimeoutPs,
        long tickPs,
        int firstWindow,
        int reordering,
        long answerGapPs,
        int keptPermille) {
    static TcpParameters of(CostModel model) {
        return new TcpParameters(
                model.ps("linux.tcp_timeout_init"),
                model.ps("linux.tcp_timeout_fallback"),
                (int) model.count("linux.tcp_synack_retries"),
                (int) model.count("linux.tcp_retries2"),
                (int) model.count("linux.tcp_orphan_retries"),
                model.ps("linux.tcp_rto_min"),
                model.ps("linux.tcp_rto_max"),
                Picos.PER_SECOND / model.count("linux.tick_hz"),
                (int) model.count("linux.tcp_init_cwnd"),
                (int) model.count("linux.tcp_reordering"),
                model.ps("linux.tcp_invalid_ratelimit"),
                (int) model.permille("linux.tcp_beta"));
    }

    /** Returns how long a SYN|ACK waits that has been sent again so often. */
    long synWaitPs(int times) {
        return times > 30 ? maxTimeoutPs : Math.min(synTimeoutPs << times, maxTimeoutPs);
    }

    /**
     * Returns how long after its first retransmission a connection is given up: the time in which so many retransmissions of the shortest
     * time-out, doubled each time up to the longest, would be over.
     */
    long patiencePs(int retries) {
        long sum = 0;
        long timeoutPs = minTimeoutPs;
        for (int i = 0; i <= retries; i++) {
            sum += timeoutPs;
            timeoutPs = Math.min(2 * timeoutPs, maxTimeoutPs);
        }
        return sum;
    }
}
