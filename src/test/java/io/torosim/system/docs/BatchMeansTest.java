package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

final class BatchMeansTest {
    @Example
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

    @Property(tries = 200)
    void neighbourCorrelation_isThatOfTheMeans(
            @ForAll @Size(min = 6, max = 60) List<@DoubleRange(min = -9, max = 9) Double> values) {
        BatchMeans batches = new BatchMeans(2);
        values.forEach(batches::add);
        double[] means = batches.means();
        double mean = Arrays.stream(means).average().orElseThrow();
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
}
