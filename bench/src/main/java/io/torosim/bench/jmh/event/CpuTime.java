package io.torosim.bench.jmh.event;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * CPU time of the benchmark's thread beside the wall clock: on a machine that others use too, {@code cpuNs / fired} is the
 * figure to read. JMH adds both up over the measured iterations, so the quotient of the sums is right.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class CpuTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** CPU time in ns. */
    public long cpuNs;
    /** Operations fired. */
    public long fired;

    private long startNs;

    /** Begins an iteration. */
    @Setup(Level.Iteration)
    public void start() {
        startNs = THREADS.getCurrentThreadCpuTime();
    }

    /** Ends an iteration. */
    @TearDown(Level.Iteration)
    public void stop() {
        cpuNs = THREADS.getCurrentThreadCpuTime() - startNs;
    }
}
