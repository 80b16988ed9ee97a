package io.torosim.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.random.RandomStreams.EmpiricalDistribution;
import io.torosim.core.random.RandomStreams.SimRandom;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeds are fixed, so each test passes always or never; the bands are those of a sound generator at 5 sigma or more. */
class SimRandomTest {
    private static final int N = 200_000;
    private final SimRandom random = new RandomStreams(7).stream("test");

    @Test
    void xoshiro_givesThePublishedOutputs() {
        SimRandom reference = new SimRandom(1, 2, 3, 4);
        long[] published = {41943041L, 58720359L, 3588806011781223L, 3591011842654386L};
        for (long output : published) {
            assertThat(reference.nextLong()).isEqualTo(output);
        }
        assertThat(Long.toUnsignedString(reference.nextLong())).isEqualTo("9228616714210784205");
        assertThat(Long.toUnsignedString(reference.nextLong())).isEqualTo("9973669472204895162");
    }

    @Test
    void draws_areTheSameOnEveryJdk() {
        assertThat(Double.doubleToLongBits(random.nextNormal(0, 1))).isEqualTo(NORMAL);
        assertThat(Double.doubleToLongBits(random.nextPareto(1, 1.5))).isEqualTo(PARETO);
        assertThat(random.nextExponential(1_000_000_000_000L)).isEqualTo(EXPONENTIAL);
    }

    private static final long NORMAL = -4615215672143513539L;
    private static final long PARETO = 4611177191984420207L;
    private static final long EXPONENTIAL = 619232976963L;

    @Test
    void uniform_fillsItsCellsEvenly() {
        int cells = 256;
        int[] counts = new int[cells];
        for (int i = 0; i < N; i++) {
            counts[random.nextInt(cells)]++;
        }
        double expected = (double) N / cells;
        double chiSquare = 0;
        for (int count : counts) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        assertThat(chiSquare).isBetween(255 - 5 * 22.6, 255 + 5 * 22.6); // 255 degrees, deviation sqrt(510)
    }

    /** Of the 63-bit numbers those beyond the last whole multiple of the bound are drawn again: with these bounds up to half of them. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                1,
                2,
                3,
                7,
                10,
                256,
                1L << 61,
                3L << 61,
                (1L << 62) - 1,
                1L << 62,
                (1L << 62) + 1,
                Long.MAX_VALUE - 1,
                Long.MAX_VALUE
            })
    void bounded_drawsAgainWhatWouldNotBeEven(long bound) {
        BigInteger all = BigInteger.ONE.shiftLeft(63);
        BigInteger even = all.subtract(all.mod(BigInteger.valueOf(bound)));
        SimRandom raw = new RandomStreams(7).stream("test");
        for (int i = 0; i < 200; i++) {
            BigInteger bits;
            do {
                bits = BigInteger.valueOf(raw.nextLong() >>> 1);
            } while (bits.compareTo(even) >= 0);
            assertThat(random.nextLong(bound)).isEqualTo(bits.longValue() % bound);
        }
        assertThat(random.nextLong()).as("as many numbers taken").isEqualTo(raw.nextLong());
    }

    @Test
    void bounded_ofNothing_isRefused() {
        assertThatThrownBy(() -> random.nextLong(0)).hasMessageContaining("bound=0");
        assertThatThrownBy(() -> random.nextInt(-1)).hasMessageContaining("bound=-1");
    }

    @Test
    void draws_scaleWithTheirParameter_downTo0() {
        SimRandom one = new RandomStreams(7).stream("test");
        assertThat(random.nextExponential(1000.0)).isEqualTo(1000 * one.nextExponential(1.0));
        assertThat(random.nextExponential(0.0)).isZero();
        assertThat(random.nextNormal(3, 0)).isEqualTo(3);
        assertThatThrownBy(() -> random.nextNormal(0, -1)).hasMessageContaining("deviation=-1");
        assertThatThrownBy(() -> random.nextPareto(1, 0)).hasMessageContaining("shape=0");
    }

    @Test
    void weights_mayAddUpToTheLargestNumber_andNoFurther() {
        assertThat(EmpiricalDistribution.ofWeights(new long[] {4, 5}, new long[] {0, Long.MAX_VALUE})
                        .draw(random))
                .isEqualTo(5);
        assertThatThrownBy(() -> EmpiricalDistribution.ofWeights(new long[] {4, 5}, new long[] {1, Long.MAX_VALUE}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void streamsOfSimilarNames_areUncorrelated() {
        RandomStreams streams = new RandomStreams(1);
        SimRandom[] near = {
            streams.stream("vcpu0"),
            streams.stream("vcpu1"),
            new RandomStreams(2).stream("vcpu0"),
            streams.stream("vcpu0 ")
        };
        double[][] draws = new double[near.length][N];
        for (int s = 0; s < near.length; s++) {
            for (int i = 0; i < N; i++) {
                draws[s][i] = near[s].nextDouble() - 0.5;
            }
        }
        double band = 5 / StrictMath.sqrt(N);
        for (int s = 0; s < near.length; s++) {
            for (int t = 0; t < near.length; t++) {
                for (int lag = 0; lag < 3; lag++) {
                    if (s == t && lag == 0) {
                        continue;
                    }
                    double sum = 0;
                    for (int i = 0; i + lag < N; i++) {
                        sum += draws[s][i] * draws[t][i + lag];
                    }
                    assertThat(sum / N * 12).as(s + " " + t + " lag " + lag).isBetween(-band, band);
                }
            }
        }
    }

    @Test
    void extraDraw_movesNoOtherStream() {
        RandomStreams streams = new RandomStreams(3);
        long before = streams.stream("b").nextLong();
        SimRandom a = streams.stream("a");
        a.nextLong();
        streams.stream("new").nextLong();
        assertThat(streams.stream("b").nextLong()).isEqualTo(before);
    }

    @Test
    void exponential_hasItsMeanAndTail() {
        double sum = 0;
        int beyond = 0;
        for (int i = 0; i < N; i++) {
            long x = random.nextExponential(1_000_000);
            sum += x;
            beyond += x > 3_000_000 ? 1 : 0;
        }
        assertThat(sum / N).isCloseTo(1_000_000, within(5 * 1_000_000 / StrictMath.sqrt(N)));
        assertThat(beyond / (double) N).isCloseTo(0.049787, within(5 * 0.2175 / StrictMath.sqrt(N)));
    }

    @Test
    void normal_hasItsMoments() {
        double sum = 0;
        double squares = 0;
        int beyond = 0;
        for (int i = 0; i < N; i++) {
            double x = (random.nextNormal(10, 2) - 10) / 2;
            sum += x;
            squares += x * x;
            beyond += StrictMath.abs(x) > 1.959964 ? 1 : 0;
        }
        assertThat(sum / N).isCloseTo(0, within(5 / StrictMath.sqrt(N)));
        assertThat(squares / N).isCloseTo(1, within(5 * StrictMath.sqrt(2.0 / N)));
        assertThat(beyond / (double) N).isCloseTo(0.05, within(5 * 0.218 / StrictMath.sqrt(N)));
    }

    @Test
    void pareto_hasItsTail() {
        int beyond = 0;
        double smallest = Double.MAX_VALUE;
        for (int i = 0; i < N; i++) {
            double x = random.nextPareto(2, 1.5);
            smallest = StrictMath.min(smallest, x);
            beyond += x > 8 ? 1 : 0; // (2 / 8)^1.5 = 1 / 8
        }
        assertThat(smallest).isBetween(2.0, 2.001);
        assertThat(beyond / (double) N).isCloseTo(0.125, within(5 * 0.331 / StrictMath.sqrt(N)));
        assertThatThrownBy(() -> random.nextPareto(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void empirical_drawsByWeight() {
        var distribution = EmpiricalDistribution.ofWeights(new long[] {10, 20, 30, 40}, new long[] {1, 0, 6, 3});
        int[] counts = new int[5];
        for (int i = 0; i < N; i++) {
            counts[(int) distribution.draw(random) / 10]++;
        }
        assertThat(counts[2]).isZero();
        double band = 5 * 0.5 / StrictMath.sqrt(N);
        assertThat(counts[1] / (double) N).isCloseTo(0.1, within(band));
        assertThat(counts[3] / (double) N).isCloseTo(0.6, within(band));
        assertThat(counts[4] / (double) N).isCloseTo(0.3, within(band));
        assertThatThrownBy(() -> EmpiricalDistribution.ofWeights(new long[] {1}, new long[] {0}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(EmpiricalDistribution.ofSample(5).draw(random)).isEqualTo(5);
    }

    @Test
    void exponential_inDoublesKeepsAMeanOfOne_inTicksIsRoundedDown() {
        SimRandom real = new RandomStreams(5).stream("e");
        SimRandom ticks = new RandomStreams(5).stream("e");
        double sum = 0;
        long tickSum = 0;
        int draws = 200_000;
        for (int i = 0; i < draws; i++) {
            double x = real.nextExponential(1.0);
            long t = ticks.nextExponential(1L);
            assertThat(t).isEqualTo((long) x);
            sum += x;
            tickSum += t;
        }
        assertThat(sum / draws).isBetween(0.99, 1.01); // 4.5 standard errors
        assertThat(tickSum / (double) draws).isBetween(0.572, 0.592); // 1 / (e - 1) = 0.582
    }

    @Test
    void exponential_ofANegativeMean_isRefused() {
        SimRandom random = new RandomStreams(5).stream("e");
        assertThatThrownBy(() -> random.nextExponential(-1L)).hasMessageContaining("mean=-1");
        assertThatThrownBy(() -> random.nextExponential(-0.5)).hasMessageContaining("mean=-0.5");
        assertThatThrownBy(() -> random.nextExponential(Double.NaN)).hasMessageContaining("mean=NaN");
        assertThatThrownBy(() -> random.nextExponential(Double.POSITIVE_INFINITY))
                .hasMessageContaining("Infinity");
        assertThat(random.nextExponential(0L)).isZero();
    }

    @Test
    void normalWithoutAMean_isRefused() {
        SimRandom random = new RandomStreams(1).stream("normal");
        assertThatThrownBy(() -> random.nextNormal(Double.NaN, 1)).hasMessage("mean must be a number, mean=NaN");
    }
}
