package io.torosim.bench.jmh.event;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceRecorder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does tracing cost? ns an event of the hold model with 100 pending: without a trace point, with one that nobody listens
 * to (only the digest is kept), and with the last 65,536 events kept in memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TraceBenchmark {
    private static final int BATCH = 1000;

    /** Who listens. */
    public enum Listening {
        /** There is no trace point. */
        NO_TRACE_POINT,
        /** The digest alone. */
        DIGEST,
        /** The digest and a recorder. */
        RECORDER
    }

    /** Who listens. */
    @Param
    public Listening listening;

    private final Simulation simulation = new Simulation();
    private final TraceBus trace = new TraceBus();
    private final Draws draws = Draws.exponential(1 << 30);
    private final EventHandler silent = this::fired;
    private final EventHandler telling = this::firedAndTold;

    /** Fills the event set. */
    @Setup(Level.Trial)
    public void fill() {
        if (listening == Listening.RECORDER) {
            trace.addSink(TraceRecorder.keepLast(1 << 16));
        }
        for (int i = 0; i < 100; i++) {
            simulation.at(draws.next(), listening == Listening.NO_TRACE_POINT ? silent : telling, i, 0);
        }
    }

    private void fired(int op, long arg) {
        simulation.after(draws.next(), silent, op, 0);
    }

    private void firedAndTold(int op, long arg) {
        trace.emit(simulation.nowPs(), op, TraceKind.USER, arg, 0);
        simulation.after(draws.next(), telling, op, 0);
    }

    /** Fires a thousand. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void advance(CpuTime cpu) {
        simulation.runEvents(BATCH);
        cpu.fired += BATCH;
    }
}
