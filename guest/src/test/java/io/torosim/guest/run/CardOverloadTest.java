package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.host.HostProfile;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.driver.CardRoutines.CardQuirk;
import io.torosim.guest.spec.LinkSpec.NicCard;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole guests with an e1000 and an ne2000 under more and under less than they can take. */
final class CardOverloadTest {
    private static final Duration TIME = Duration.ofMillis(100);

    /** Asks evenly for {@code TIME}, when the e1000 hears already, and looks for {@code watched}. */
    private static GuestOutcome pinged(GuestSpec guest, NicCard card, int perSecond, Duration watched) {
        return GuestRun.of(GuestKind.pinged(guest.withCard(card, guest.backend()), 64), HostProfile.kvm2018())
                .vcpus(1)
                .load(Load.evenly(perSecond, TIME))
                .settling(Duration.ofMillis(1200))
                .watched(watched)
                .run();
    }

    private static GuestSpec repaired() {
        return GuestSpec.of("ToroHttpSuspended").repaired();
    }

    @ParameterizedTest
    @CsvSource({"E1000, 100000, 500", "NE2000, 5000, 180", "NE2000, 50000, 180"})
    void moreThanTheHandlerTakes_isAnsweredAsFastAsTheGuestCan_onceReceivingHasAnEnd(
            NicCard card, int perSecond, long least) {
        GuestSpec livelock = repaired().with(CardQuirk.RECEIVES_WITHOUT_END, true);
        assertThat(pinged(livelock, card, perSecond, TIME).answered()).isZero();
        assertThat(pinged(repaired(), card, perSecond, TIME).answered()).isGreaterThan(least);
    }

    /** One answer costs 499 us with an ne2000; an e1000 sends one in 128 us. */
    @ParameterizedTest
    @CsvSource({"E1000, 7000", "NE2000, 1900"})
    void whatTheGuestCanTake_isAnsweredWhole(NicCard card, int perSecond) {
        GuestOutcome outcome = pinged(repaired(), card, perSecond, Duration.ofMillis(200));
        assertThat(outcome.answered()).isEqualTo(outcome.started()).isEqualTo(perSecond / 10);
    }

    @Test
    void e1000_sendsOnePacketInEachIntervalOfItsInterrupts() {
        long answered = pinged(repaired(), NicCard.E1000, 20_000, TIME).answered();
        assertThat(answered).isBetween(770L, 782L);
    }
}
