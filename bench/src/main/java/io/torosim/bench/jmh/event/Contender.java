package io.torosim.bench.jmh.event;

/** One engine at one workload. All contenders of a workload take the same draws and must fire the same events in order. */
interface Contender {
    /** Fires {@code count} more events of the kind that the workload counts. */
    void advance(int count);

    /** Returns a digest of (time, id) of everything fired so far. */
    long checksum();
}
