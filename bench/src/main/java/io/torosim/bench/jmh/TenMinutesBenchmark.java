package io.torosim.bench.jmh;

import io.torosim.core.host.HostProfile;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.Load;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.sched.IdlePolicy;
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
 * Ten simulated minutes of one guest of the CPU-usage experiment, with a burst of N requests of each client every minute. The score
 * is the time that the simulation took; the aim is a second.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar TenMinutes}. To be seen: time follows the number of requests, which is
 * the secondary result, and not the simulated time.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 3)
@Fork(1)
@State(Scope.Benchmark)
public class TenMinutesBenchmark {
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    /** Toro before its idle threads, after them, or Linux. */
    public enum Guest {
        /** Toro: an empty core halts, a polling thread never does. */
        TORO_BEFORE,
        /** Toro: halts after 200 ms of polling. */
        TORO_AFTER,
        /** Ubuntu. */
        UBUNTU
    }

    /** Which guest. */
    @Param
    public Guest guest;

    /** N: requests of each client in a burst. */
    @Param({"1000", "3000", "10000"})
    public long requests;

    /** Clients at a time. */
    @Param({"1", "8"})
    public int clients;

    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public TenMinutesBenchmark() {}

    /** Runs the guest. */
    @Benchmark
    public GuestOutcome tenMinutes() {
        Duration minute = Duration.ofMinutes(1);
        GuestOutcome outcome = GuestRun.of(kind(), HostProfile.kvm2018())
                .seed(seed)
                .load(new Load.Bursts(minute, minute.dividedBy(2), requests * clients, clients))
                .settling(Duration.ZERO)
                .watched(TEN_MINUTES)
                .run();
        SimulatedFigures.record("answered", outcome.answered(), "requests");
        return outcome;
    }

    private GuestKind kind() {
        return switch (guest) {
            case UBUNTU -> GuestKind.linux(LinuxConfig.defaults());
            case TORO_BEFORE -> GuestKind.toro(IdlePolicy.haltWithoutHint());
            case TORO_AFTER -> GuestKind.toro(IdlePolicy.pollThenHalt());
        };
    }
}
