package io.torosim.bench.jmh.event;

import io.torosim.core.direct.DirectThreads;
import io.torosim.core.direct.DirectThreads.ThreadKind;
import io.torosim.core.event.Simulation;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to go from one direct-style thread to another? ns a switch, wall clock, as the work hops between threads.
 * Virtual threads on JDK 21 and later, a few hundred ns; platform threads on 17, some thousand. Baselines: JaamSim 840 / 816
 * and kalasim 52 / 351 ns for 2 / 1000 processes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Djdk.virtualThreadScheduler.parallelism=1")
public class DirectSwitchBenchmark {
    private static final int BATCH = 10_000;

    /** Processes. */
    @Param({"2", "1000"})
    public int processes;

    private final Simulation simulation = new Simulation();
    private DirectThreads threads;

    /** Starts the threads. */
    @Setup(Level.Trial)
    public void start() {
        threads = new DirectThreads(simulation, ThreadKind.best());
        for (int i = 0; i < processes; i++) {
            threads.start("process" + i, Simulation.DEFAULT_PRIORITY, self -> {
                while (true) {
                    self.sleep(1);
                }
            });
        }
    }

    /** Switches ten thousand times. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long advance() throws Exception {
        return DirectThreads.callInBestThread(() -> simulation.runEvents(BATCH));
    }

    /** Unwinds the threads. */
    @TearDown(Level.Trial)
    public void stop() throws Exception {
        DirectThreads.callInBestThread(() -> {
            threads.close();
            return null;
        });
    }
}
