package io.torosim.experiment.spec;

import java.time.Duration;
import java.util.List;

/** How requests come to the guest. */
public sealed interface Arrivals {
    /**
     * As {@code ab} does: each of a number of clients sends its next request when the last is answered, in bursts.
     *
     * @param period time from the start of one burst to the start of the next (X), positive
     * @param burst how long a burst lasts, positive, at most the period
     * @param requestsPerBurst requests in a burst (N); 0 = as many as fit in the burst's time. The burst ends when they are
     *     all answered or its time is over, whichever is first
     */
    record ClosedLoop(Duration period, Duration burst, long requestsPerBurst) implements Arrivals {}

    /**
     * Recorded moments at which a request began.
     *
     * @param source where they were read, for the report
     * @param offsets since the start of the experiment, in order
     */
    record Recorded(String source, List<Duration> offsets) implements Arrivals {
        /** Copies the list. */
        public Recorded {
            offsets = List.copyOf(offsets);
        }
    }
}
