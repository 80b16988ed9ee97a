package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.time.Picos;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Time-outs by measured round trips. */
final class RoundTripTest {
    private static final TcpParameters TCP = TcpParameters.of(CostModel.standard());

    private final RoundTrip trip = new RoundTrip(TCP);
    private int number;

    RoundTripTest() {
        trip.begin();
    }

    private void sample(long millis) {
        number += 100;
        trip.sample(millis * Picos.PER_MILLI, number, number + 100);
    }

    private long millis() {
        return trip.timeoutPs() / Picos.PER_MILLI;
    }

    @Example
    void before_itIsASecond_withoutAMeasuredHandshakeThree() {
        assertThat(millis()).isEqualTo(1000);
        trip.unknown();
        assertThat(millis()).isEqualTo(3000);
        sample(1);
        assertThat(millis()).isEqualTo(204);
    }

    @Example
    void theFirstSample_givesThreeTimesItself_atLeast200MillisecondsMoreThanItself() {
        sample(400);
        assertThat(millis()).isEqualTo(1200);
        trip.begin();
        sample(60);
        assertThat(millis()).isEqualTo(260);
    }

    @Example
    void steadySamples_bringTheMarginDownTo200Milliseconds() {
        for (int i = 0; i < 100; i++) {
            sample(400);
        }
        assertThat(millis()).isBetween(600L, 604L);
    }

    @Example
    void aTimeOut_doublesItUntilTheNextSample_upTo120Seconds() {
        sample(1);
        trip.backsOff();
        trip.backsOff();
        assertThat(millis()).isEqualTo(816);
        for (int i = 0; i < 20; i++) {
            trip.backsOff();
        }
        assertThat(millis()).isEqualTo(120_000);
        sample(1);
        assertThat(millis()).isEqualTo(204);
    }

    /** RFC 6298 in real numbers, of samples that do not fall: there Linux does as it says, but for the margin, which may stay for a while. */
    @Property
    void samplesThatGrow_giveWhatTheRfcGives(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int samples) {
        trip.begin();
        Random random = new Random(seed);
        long millis = 1 + random.nextInt(300);
        double mean = 0;
        double deviation = 0;
        double margin = 0;
        for (int i = 0; i < samples; i++) {
            sample(millis);
            if (i == 0) {
                mean = millis;
                deviation = millis / 2.0;
            } else {
                deviation += (Math.abs(millis - mean) - deviation) / 4;
                mean += (millis - mean) / 8;
            }
            margin = Math.max(200, 4 * deviation);
            assertThat(millis()).isGreaterThanOrEqualTo((long) (mean + margin));
            assertThat(millis() % 4).isZero();
            millis += random.nextInt(100);
        }
    }

    @Property
    void whateverTheSamples_itLiesBetween200MillisecondsAnd120Seconds_andAboveTheMean(@ForAll long seed) {
        trip.begin();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            sample(random.nextInt(1 << random.nextInt(18)));
            assertThat(millis()).isBetween(200L, 120_000L);
        }
    }
}
