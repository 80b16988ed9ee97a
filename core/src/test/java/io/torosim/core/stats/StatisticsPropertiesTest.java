package io.torosim.core.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.stats.Replications.Warmup;
import io.torosim.core.stats.Tally.ConfidenceInterval;
import io.torosim.core.stats.Tally.TimeWeighted;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Statistics against the formulas that they stand for, written out. */
final class StatisticsPropertiesTest {
    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** Squared standard error of what is left of a series of group means after a cut. */
    private static double error(double[] groups, int cut) {
        double[] rest = Arrays.copyOfRange(groups, cut, groups.length);
        double mean = mean(rest);
        return Arrays.stream(rest).map(x -> (x - mean) * (x - mean)).sum() / ((double) rest.length * rest.length);
    }

    @Property(tries = 300)
    void mser5_cutsWhereTheStandardErrorIsLeast(
            @ForAll @Size(min = 10, max = 80) List<@IntRange(max = 99) Integer> values) {
        double[] series = values.stream().mapToDouble(Integer::doubleValue).toArray();
        double[] groups = IntStream.range(0, series.length / 5)
                .mapToDouble(g -> mean(Arrays.copyOfRange(series, 5 * g, 5 * g + 5)))
                .toArray();
        int cut = Warmup.mser5(series);
        assertThat(cut % 5).isZero();
        assertThat(cut / 5).isBetween(0, groups.length / 2);
        double least = IntStream.rangeClosed(0, groups.length / 2)
                .mapToDouble(g -> error(groups, g))
                .min()
                .orElseThrow();
        assertThat(error(groups, cut / 5)).isCloseTo(least, within(1e-9));
    }

    @Example
    void mser5_mayCutHalf_andNotMore() {
        double[] series = new double[40];
        Arrays.fill(series, 0, 20, 100);
        assertThat(Warmup.mser5(series)).isEqualTo(20);
        Arrays.fill(series, 0, 25, 100);
        assertThat(Warmup.mser5(series)).isLessThanOrEqualTo(20);
    }

    @Property(tries = 200)
    void neighbourCorrelation_isThatOfTheMeans(
            @ForAll @Size(min = 6, max = 60) List<@DoubleRange(min = -9, max = 9) Double> values) {
        BatchMeans batches = new BatchMeans(2);
        values.forEach(batches::add);
        double[] means = batches.means();
        double mean = mean(means);
        double products = 0;
        double squares = 0;
        for (int i = 0; i < means.length; i++) {
            squares += Math.pow(means[i] - mean, 2);
        }
        for (int i = 1; i < means.length; i++) {
            products += (means[i] - mean) * (means[i - 1] - mean);
        }
        if (squares > 1e-6) {
            assertThat(batches.neighbourCorrelation()).isCloseTo(products / squares, within(1e-6));
        }
    }

    @Example
    void neighbourCorrelation_ofASawIsMinusOneAndOfARampNearOne() {
        BatchMeans saw = new BatchMeans(1);
        BatchMeans ramp = new BatchMeans(1);
        for (int i = 0; i < 40; i++) {
            saw.add(i % 2);
            ramp.add(i);
        }
        assertThat(saw.neighbourCorrelation()).isCloseTo(-39.0 / 40, within(1e-12));
        assertThat(ramp.neighbourCorrelation()).isGreaterThan(0.9);
    }

    @Example
    void batchesGrow_theirSizeSaysSo() {
        BatchMeans batches = new BatchMeans(1);
        assertThat(batches.batchSize()).isEqualTo(1);
        for (int i = 0; i < 200; i++) {
            batches.add(1);
        }
        assertThat(batches.batchSize()).isEqualTo(4);
        assertThat(batches.means()).containsOnly(1.0);
        assertThatThrownBy(() -> new BatchMeans(0)).hasMessage("batchSize must be positive, batchSize=0");
    }

    @Property(tries = 300)
    void timeWeighted_isTheExactMean(
            @ForAll @LongRange(max = 1L << 61) long start,
            @ForAll @Size(min = 1, max = 20) List<@LongRange(min = -(1L << 60), max = 1L << 60) Long> changes,
            @ForAll @LongRange(min = 1, max = 1L << 56) long step) {
        TimeWeighted level = new TimeWeighted(start, changes.get(0));
        assertThat(level.max()).isEqualTo(changes.get(0));
        assertThat(level.mean(start)).isNaN();
        BigInteger sum = BigInteger.ZERO;
        long now = start;
        long present = changes.get(0);
        for (long next : changes) {
            sum = sum.add(BigInteger.valueOf(present).multiply(BigInteger.valueOf(step)));
            now += step;
            level.add(now, next - present);
            present = next;
            assertThat(level.level()).isEqualTo(next);
        }
        double exact = new BigDecimal(sum)
                .divide(BigDecimal.valueOf(now - start), MathContext.DECIMAL64)
                .doubleValue();
        assertThat(level.mean(now)).isCloseTo(exact, within(1e-9 * (1L << 60)));
        assertThat(level.max())
                .isEqualTo(changes.stream().mapToLong(c -> c).max().orElseThrow());
    }

    @Example
    void timeWeighted_carriesIntoTheUpperWord() {
        TimeWeighted level = new TimeWeighted(0, 3);
        level.set(1L << 62, 3); // three quarters of 2^64, and once more: the low word overflows once
        level.set((1L << 62) + (1L << 61), 3);
        assertThat(level.mean((1L << 62) + (1L << 61))).isEqualTo(3);
    }

    @Property(tries = 200)
    void tally_agreesWithTheFormulas(
            @ForAll @Size(min = 2, max = 50) List<@DoubleRange(min = -9, max = 9) Double> values) {
        Tally tally = new Tally();
        values.forEach(tally::add);
        double[] all = values.stream().mapToDouble(v -> v).toArray();
        double mean = mean(all);
        double variance = Arrays.stream(all).map(x -> (x - mean) * (x - mean)).sum() / (all.length - 1);
        assertThat(tally.mean()).isCloseTo(mean, within(1e-9));
        assertThat(tally.variance()).isCloseTo(variance, within(1e-9));
        assertThat(tally.deviation()).isCloseTo(Math.sqrt(variance), within(1e-6));
        ConfidenceInterval interval = tally.interval(0.9);
        assertThat(interval.low()).isEqualTo(interval.mean() - interval.halfWidth());
        assertThat(interval.contains(interval.low())).isTrue();
        assertThat(interval.contains(interval.high())).isTrue();
        assertThat(interval.contains(Math.nextDown(interval.low()))).isFalse();
        assertThat(interval.contains(Math.nextUp(interval.high()))).isFalse();
    }

    @Example
    void anIntervalNeedsTwoObservations_andAConfidenceInsideItsRange() {
        Tally tally = new Tally();
        tally.add(1);
        assertThat(tally.variance()).isNaN();
        assertThatThrownBy(() -> tally.interval(0.9)).hasMessage("an interval takes two observations, count=1");
        tally.add(2);
        assertThat(tally.interval(0.9).count()).isEqualTo(2);
        for (double wrong : new double[] {0, 1, Double.NaN}) {
            assertThatThrownBy(() -> tally.interval(wrong)).hasMessageStartingWith("confidence must be in (0, 1)");
        }
    }

    @Property(tries = 100)
    void latencies_areCountedInBucketsOfAThousandth(
            @ForAll @Size(min = 1, max = 50) List<@LongRange(max = 1L << 50) Long> values) {
        LatencyHistogram histogram = new LatencyHistogram();
        LatencyHistogram same = new LatencyHistogram();
        values.forEach(histogram::record);
        values.forEach(same::record);
        long most = values.stream().mapToLong(v -> v).max().orElseThrow();
        double mean = values.stream().mapToLong(v -> v).average().orElseThrow();
        assertThat((double) histogram.maxPs()).isCloseTo(most, within(1 + most / 1e3));
        assertThat(histogram.meanPs()).isCloseTo(mean, within(1 + mean / 1e3));
        List<LatencyHistogram.Bucket> buckets = histogram.buckets();
        assertThat(buckets.stream().mapToLong(LatencyHistogram.Bucket::count).sum())
                .isEqualTo(values.size());
        for (LatencyHistogram.Bucket bucket : buckets) {
            long upTo = bucket.upToPs();
            long inIt = values.stream()
                    .filter(v -> v <= upTo && v >= upTo - 1 - upTo / 1000)
                    .count();
            assertThat(inIt).isGreaterThanOrEqualTo(bucket.count());
        }
        assertThat(histogram).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo("latencies");
        assertThat(histogram.toString()).startsWith("LatencyHistogram(" + values.size() + " latencies, mean ");
        same.record(0);
        assertThat(histogram).isNotEqualTo(same);
        assertThat(histogram.hashCode()).isNotZero();
    }

    @Example
    void aCounterCountsByMoreThanOne() {
        Counters counters = new Counters();
        Counters.Counter bytes = counters.counter("bytes");
        bytes.add(40);
        bytes.increment();
        assertThat(bytes.value()).isEqualTo(41);
        assertThat(counters.counter("bytes")).isSameAs(bytes);
        counters.reset(0);
        assertThat(bytes.value()).isZero();
    }
}
