package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which segments measure a round trip. */
final class SentTimesTest {
    private final SentTimes times = new SentTimes();

    @Test
    void anAcknowledgement_measuresTheOldestSegmentThatItCovers() {
        times.sent(100, 1);
        times.sent(200, 2);
        times.sent(300, 3);
        assertThat(times.acknowledged(200)).isEqualTo(1);
        assertThat(times.acknowledged(250)).isEqualTo(SentTimes.NONE);
        assertThat(times.acknowledged(300)).isEqualTo(3);
        assertThat(times.acknowledged(300)).isEqualTo(SentTimes.NONE);
    }

    @Test
    void whatWasSentTwice_measuresNothing_whatFollowsDoes() {
        times.sent(100, 1);
        times.sent(200, 2);
        times.sentAgain(100);
        assertThat(times.acknowledged(100)).isEqualTo(SentTimes.NONE);
        assertThat(times.acknowledged(200)).isEqualTo(2);
        times.sent(300, 3);
        times.sentAgain(300);
        times.sent(400, 4);
        assertThat(times.acknowledged(400)).isEqualTo(SentTimes.NONE);
        times.sent(500, 5);
        assertThat(times.acknowledged(500)).isEqualTo(5);
    }

    @Test
    void itGrows_alsoWhereItsRingHasTurned_andAcrossTheEndOfTheNumbers() {
        int number = Integer.MAX_VALUE - 1000;
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 10 * (round + 1); i++) {
                times.sent(number + 100 * (i + 1), 1000 * round + i);
            }
            for (int i = 0; i < 10 * (round + 1); i++) {
                number += 100;
                assertThat(times.acknowledged(number)).isEqualTo(1000 * round + i);
            }
        }
    }
}
