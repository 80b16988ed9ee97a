package io.torosim.bench.jmh;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.sched.KernelConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
 * secondary results are {@link SimulatedFigures}: requests answered, the median time of one, and how long the vCPU was busy for one.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar GuestBenchmark}. To be seen: {@code -O2} takes a few percent off a
 * request under KVM, and more under software emulation.
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

    /** What idle cores do. */
    @Param("POLL_THEN_HALT")
    public Policy policy;

    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public GuestBenchmark() {}

    /** Runs the requests. */
    @Benchmark
    public RunResult requests() {
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice")
                .withMachine(MachineSpec.builder()
                        .vcpus(1)
                        .ramMib(256)
                        .vcpuMode(mode)
                        .seed(seed)
                        .build())
                .withKernel(KernelConfig.defaults().withIdlePolicy(policy.idlePolicy()))
                .withLevel(level)
                .withDisplay(Display.HEADLESS)
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, 1).startingAt(Duration.ofMillis(500)));
        try (GuestSession session = GuestSession.open(spec, null)) {
            RunResult result = session.runUntil(Duration.ofSeconds(2));
            VcpuUsage usage = result.usage().get(0);
            HttpLoad load = session.load().orElseThrow();
            SimulatedFigures.record("answered", load.answered(), "requests");
            SimulatedFigures.record("median", load.latency().percentilePs(50) / 1e6, "us");
            SimulatedFigures.record("busy", usage.busyPs() / 1e6 / load.answered(), "us/request");
            return result;
        }
    }
}
