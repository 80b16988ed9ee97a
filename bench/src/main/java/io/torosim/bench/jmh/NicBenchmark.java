package io.torosim.bench.jmh;

import io.torosim.core.cost.CostModel;
import io.torosim.virtio.NicCard;
import io.torosim.virtio.nic.NicComparison;
import io.torosim.virtio.nic.NicCosts;
import io.torosim.virtio.nic.NicRow;
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
 * A network card under 20,000 packets a second: exits, CPU of the guest and mean time from arrival to answer, for a packet and
 * its answer. The score is the time that the simulation took.
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

    /** Runs 2000 packets. */
    @Benchmark
    public NicRow packets() {
        NicRow row = NicComparison.run(card, NicCosts.of(CostModel.standard()), frameBytes, 20_000, 2000);
        SimulatedFigures.record("exits", row.exitsPerThousand() / 1000.0, "exits");
        SimulatedFigures.record("cpu", row.cpuPsPerPacket() / 1e6, "us");
        SimulatedFigures.record("latency", row.meanLatencyPs() / 1e6, "us");
        return row;
    }
}
