package io.torosim.bench.jmh;

import io.torosim.experiment.nic.NicRow;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.spec.LinkSpec.NicCard;
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
 * Toro with one network card that is asked so rarely that each packet finds it idle: exits, CPU of the guest and mean time from arrival to
 * answer, for a packet and its answer. The score is the time that the simulation took.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar NicBenchmark}. To be seen: exits of a packet grow from virtio-net
 * with event indices over Toro's virtio-net and e1000 to ne2000.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
@State(Scope.Benchmark)
public class NicBenchmark {
    /** The card and its driver. */
    @Param
    public NicCard card;

    /** Size of each frame in bytes. */
    @Param({"64", "1514"})
    public int frameBytes;

    /** Creates the benchmark. */
    public NicBenchmark() {}

    /** Runs ten packets. */
    @Benchmark
    public NicRow packets() {
        NicRow row = NicRow.of(card, Specification.defaults(), frameBytes, NicRow.LIGHT_RATE);
        SimulatedFigures.record("exits", row.exitsPerAnswer(), "exits");
        SimulatedFigures.record("cpu", row.busyMicrosPerAnswer(), "us");
        SimulatedFigures.record("latency", row.latencyMicros(), "us");
        return row;
    }
}
