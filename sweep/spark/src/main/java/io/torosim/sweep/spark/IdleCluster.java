package io.torosim.sweep.spark;

import java.util.Optional;

/** Says that nobody makes runs: no worker has room, or all are gone. Spark waits for one in silence, however long. */
final class IdleCluster {
    private static final long FIRST_NANOS = 30_000_000_000L;

    private final String memory;
    private long since;
    private long next;
    private boolean idle;

    /** Looks at a cluster whose executors want so much memory, as Spark writes it. */
    IdleCluster(String memory) {
        this.memory = memory;
    }

    /** Returns a line after 30 seconds without an executor, after 60, 120 and so on; {@code nanos} is the clock. */
    Optional<String> look(int executors, long nanos) {
        if (executors > 0) {
            idle = false;
            return Optional.empty();
        }
        if (!idle) {
            idle = true;
            since = nanos;
            next = FIRST_NANOS;
        }
        if (nanos - since < next) {
            return Optional.empty();
        }
        long said = next;
        next = 2 * next;
        return Optional.of("no executor for " + said / 1_000_000_000L
                + " s, waiting for one: is the master there, with a worker that has a free core and " + memory
                + " of memory (spark.executor.memory)? What is over is kept, ctrl-C ends this");
    }
}
