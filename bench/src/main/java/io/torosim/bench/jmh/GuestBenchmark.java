package io.torosim.bench.jmh;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.VcpuMode;
import io.torosim.core.machine.VcpuUsage;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.code.OptimisationLevel;
import io.torosim.guest.console.Display;
import io.torosim.guest.remote.HttpLoadSpec;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The byte-exact guest: ToroHelloWorldMicroservice answers 500 requests. The score is the time that the simulation took; the
 * auxiliary counters are simulated figures, the same on every machine.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar GuestBenchmark}. To be seen: {@code -O2} takes a few percent off a
 * request under KVM, and more under software emulation. JMH adds auxiliary counters up over iterations, so there is one
 * iteration of one call.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public class GuestBenchmark {
    private static final int REQUESTS = 500;

    /** How vCPUs are executed. */
    @Param({"KVM", "TCG_MULTI"})
    public VcpuMode mode;

    /** How the guest was compiled. */
    @Param({"NONE", "O2"})
    public OptimisationLevel level;

    /** Creates the benchmark. */
    public GuestBenchmark() {}

    /** Simulated figures. Public fields, because JMH resets only those. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Simulated {
        /** Requests answered. */
        public double answered;
        /** Median time of a request in microseconds. */
        public double medianMicros;
        /** Time that the vCPU was busy, for each request, in microseconds. */
        public double busyMicros;

        /** Creates counters at 0. */
        public Simulated() {}
    }

    /** Runs the requests. */
    @Benchmark
    public RunResult requests(Simulated simulated) {
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice")
                .withMachine(MachineSpec.builder()
                        .vcpus(1)
                        .ramMib(256)
                        .vcpuMode(mode)
                        .build())
                .withLevel(level)
                .withDisplay(Display.HEADLESS)
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, 1).startingAt(Duration.ofMillis(500)));
        try (GuestSession session = GuestSession.open(spec, null)) {
            RunResult result = session.runUntil(Duration.ofSeconds(2));
            VcpuUsage usage = result.usage().get(0);
            simulated.answered = session.load().orElseThrow().answered();
            simulated.medianMicros = session.load().orElseThrow().latency().percentilePs(50) / 1e6;
            simulated.busyMicros = usage.busyPs() / 1e6 / REQUESTS;
            return result;
        }
    }
}
