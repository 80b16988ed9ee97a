package io.torosim.bench.jmh.event;

import io.torosim.core.direct.DirectThreads;
import io.torosim.core.direct.DirectThreads.ThreadKind;
import io.torosim.core.direct.Store;
import io.torosim.core.event.Simulation;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * M/M/1 at a load of 0.9, drawing included: what does a customer cost as two events, and what as an item that a producer puts into
 * a {@link Store} and a server takes out? ns a customer, wall clock. Cimba 3.0.0 RC1 publishes 83 to 95 ns for its process view, on another
 * CPU; expect the event view ahead of that. The process view takes JDK 21 to be quick.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Djdk.virtualThreadScheduler.parallelism=1")
public class ProcessViewBenchmark {
    private static final int BATCH = 10_000;
    private static final long GAP = 1L << 30;
    private static final long SERVICE = GAP * 9 / 10;

    private final Simulation events = new Simulation();
    private final SimRandom gaps = new RandomStreams(1).stream("gaps");
    private final SimRandom services = new RandomStreams(1).stream("services");
    private final ArrayDeque<Long> queue = new ArrayDeque<>();
    private final Simulation processes = new Simulation();
    private DirectThreads threads;
    private long served;
    private long spent;

    /** Starts both models. */
    @Setup(Level.Trial)
    public void start() {
        events.after(1, this::onEvent, 0, 0);
        SimRandom gapsToo = new RandomStreams(1).stream("gaps");
        SimRandom servicesToo = new RandomStreams(1).stream("services");
        threads = new DirectThreads(processes, ThreadKind.best());
        Store<Long> store = new Store<>(threads, Integer.MAX_VALUE);
        threads.start("customers", Simulation.DEFAULT_PRIORITY, self -> {
            while (true) {
                self.sleep(gapsToo.nextExponential(GAP));
                store.put(self.nowPs());
            }
        });
        threads.start("server", Simulation.DEFAULT_PRIORITY, self -> {
            while (true) {
                long since = store.take();
                self.sleep(servicesToo.nextExponential(SERVICE));
                spent += self.nowPs() - since;
                if (++served == BATCH) {
                    processes.stop();
                }
            }
        });
    }

    /** Ten thousand customers as events. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long eventView() {
        served = 0;
        events.runToEnd();
        return spent;
    }

    /** Ten thousand customers as items between two processes. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long processView() throws Exception {
        served = 0;
        DirectThreads.callInBestThread(processes::runToEnd);
        return spent;
    }

    private void onEvent(int op, long arg) {
        if (op == 0) {
            queue.add(events.nowPs());
            if (queue.size() == 1) {
                events.after(services.nextExponential(SERVICE), this::onEvent, 1, 0);
            }
            events.after(gaps.nextExponential(GAP), this::onEvent, 0, 0);
        } else {
            spent += events.nowPs() - queue.remove();
            if (!queue.isEmpty()) {
                events.after(services.nextExponential(SERVICE), this::onEvent, 1, 0);
            }
            if (++served == BATCH) {
                events.stop();
            }
        }
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
