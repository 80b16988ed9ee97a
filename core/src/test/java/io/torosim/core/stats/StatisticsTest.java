package io.torosim.core.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.stats.Replications.Warmup;
import io.torosim.core.stats.Tally.ConfidenceInterval;
import io.torosim.core.stats.Tally.TimeWeighted;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void tally_andItsInterval_agreeWithATextbook() {
        Tally tally = new Tally();
        for (double x : new double[] {1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09}) {
            tally.add(x); // Law and Kelton, example 4.26: 1.34 and 0.24 at 90 %
        }
        assertThat(tally.mean()).isCloseTo(1.343, within(1e-12));
        assertThat(tally.variance()).isCloseTo(0.1675122, within(1e-6));
        ConfidenceInterval interval = tally.interval(0.90);
        assertThat(interval.halfWidth()).isCloseTo(0.24, within(0.005));
        assertThat(interval.contains(1.5)).isTrue();
        assertThat(interval.contains(1.6)).isFalse();
        assertThat(tally.min()).isEqualTo(0.5);
        assertThat(tally.max()).isEqualTo(1.89);
        tally.reset(0);
        assertThat(tally.mean()).isNaN();
        assertThatThrownBy(() -> tally.interval(0.9)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void timeWeighted_isExactBeyondSixtyFourBits() {
        TimeWeighted level = new TimeWeighted(0, 3);
        level.set(10, 7);
        assertThat(level.mean(40)).isEqualTo((30 + 210) / 40.0);
        level.reset(40);
        assertThat(level.mean(50)).isEqualTo(7);
        level.set(50, 1L << 40);
        long end = 50 + (1L << 60);
        assertThat(level.mean(end)).isCloseTo(0x1.0p40, within(1.0));
        assertThat(level.max()).isEqualTo(1L << 40);
        assertThatThrownBy(() -> level.set(49, 0)).hasMessageContaining("nowPs=49");
    }

    @Test
    void latencies_haveTheirPercentilesWithinAThousandth() {
        LatencyHistogram histogram = new LatencyHistogram();
        for (int i = 1; i <= 1000; i++) {
            histogram.record(i * 1_000_000L);
        }
        assertThat(histogram.percentilePs(50) / 1e6).isCloseTo(500, within(0.5));
        assertThat(histogram.percentilePs(99) / 1e6).isCloseTo(990, within(1.0));
        LatencyHistogram both = new LatencyHistogram();
        both.add(histogram);
        both.add(histogram);
        assertThat(both.count()).isEqualTo(2000);
        both.reset(0);
        assertThat(both.count()).isZero();
    }

    @Test
    void warmUp_isForgottenAtItsEnd() {
        Simulation simulation = new Simulation();
        Counters counters = new Counters();
        Tally tally = new Tally();
        EventHandler[] tick = new EventHandler[1];
        tick[0] = (op, arg) -> {
            counters.counter("ticks").increment();
            tally.add(simulation.nowPs());
            simulation.after(10, tick[0], 0, 0);
        };
        simulation.at(0, tick[0], 0, 0);
        Warmup.endAt(simulation, 50, counters, tally);
        simulation.runUntil(100);
        assertThat(counters.values()).containsExactly(java.util.Map.entry("ticks", 6L));
        assertThat(tally.min()).isEqualTo(50);
    }

    @Test
    void mser5_cutsTheTransientAndLittleElse() {
        SimRandom random = new RandomStreams(5).stream("noise");
        double[] series = new double[2000];
        for (int i = 0; i < series.length; i++) {
            series[i] = random.nextNormal(0, 1) + (i < 200 ? 20 - i / 10.0 : 0);
        }
        assertThat(Warmup.mser5(series)).isBetween(150, 300);
        assertThat(Warmup.mser5(new double[100])).isZero();
    }

    @Test
    void batchMeans_coverTheTrueMeanAboutAsOftenAsTheySay() {
        int covered = 0;
        for (int run = 0; run < 200; run++) {
            SimRandom random = new RandomStreams(run).stream("ar1");
            BatchMeans batches = new BatchMeans(16);
            double x = 0;
            for (int i = 0; i < 20_000; i++) {
                x = 0.8 * x + random.nextNormal(0, 1);
                batches.add(x + 3);
            }
            covered += batches.interval(0.95).contains(3) ? 1 : 0;
            assertThat(batches.means()).hasSizeBetween(32, 63);
            assertThat(batches.neighbourCorrelation()).isBetween(-0.6, 0.6);
        }
        assertThat(covered).isBetween(180, 199);
    }

    @Test
    void parallelReplications_equalSerialOnesBitForBit() {
        Replications plan = new Replications(99, 24);
        Replications.Replication<List<Long>> run = (number, seed) -> {
            SimRandom random = new RandomStreams(seed).stream("x");
            long sum = 0;
            for (int i = 0; i < 10_000 * (24 - number); i++) {
                sum = sum * 31 + random.nextExponential(1000);
            }
            return List.of((long) number, seed, sum);
        };
        List<List<Long>> serial = plan.serial(run);
        assertThat(plan.parallel(run)).isEqualTo(serial);
        assertThat(plan.parallel(7, run)).isEqualTo(serial);
        assertThat(serial.stream().map(r -> r.get(1)).distinct()).hasSize(24);
        assertThat(Replications.interval(serial, 0.95, r -> r.get(0)).mean()).isEqualTo(11.5);
    }

    @Test
    void failingReplication_isToldAndLeavesNoThread() throws InterruptedException {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        assertThatThrownBy(() -> new Replications(1, 100).parallel(2, (number, seed) -> {
                    threads.add(Thread.currentThread());
                    if (number == 3) {
                        throw new IllegalStateException("replication 3");
                    }
                    return number;
                }))
                .hasMessage("replication 3");
        assertThat(threads).isNotEmpty().doesNotContain(Thread.currentThread());
        for (Thread thread : threads) {
            thread.join(10_000); // the pool has let go of it; to end takes it a moment
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void latencies_refuseWhatIsNone() {
        LatencyHistogram latencies = new LatencyHistogram();
        latencies.record(7);
        assertThatThrownBy(() -> latencies.record(-5)).hasMessage("ps must be at least 0, ps=-5");
        for (double percent : new double[] {-1, 101, Double.NaN}) {
            assertThatThrownBy(() -> latencies.percentilePs(percent))
                    .hasMessage("percent must be in [0, 100], percent=" + percent);
        }
        assertThat(latencies.percentilePs(0)).isEqualTo(7);
        assertThat(latencies.percentilePs(100)).isEqualTo(7);
    }
}
