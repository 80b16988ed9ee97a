package io.torosim.core.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class PicosPropertiesTest {
    @Test
    void of_convertsExactly() {
        assertThat(Picos.of(Duration.ofSeconds(3, 7))).isEqualTo(3_000_000_007_000L);
        assertThat(Picos.toDuration(3_000_000_007_999L)).isEqualTo(Duration.ofSeconds(3, 7));
    }

    @Test
    void of_refusesWhatTheClockCannotHold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Picos.of(Duration.ofDays(107)))
                .withMessageContaining("PT2568H");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Picos.of(Duration.ofMillis(-1)))
                .withMessageContaining("PT-0.001S");
    }

    @Property
    void toCycles_isTheFloorOfTheExactProduct(
            @ForAll @LongRange(min = 0) long ps, @ForAll @LongRange(min = 1, max = 10_000_000_000L) long hz) {
        BigInteger exact =
                BigInteger.valueOf(ps).multiply(BigInteger.valueOf(hz)).divide(BigInteger.valueOf(Picos.PER_SECOND));
        assertThat(Picos.toCycles(ps, hz)).isEqualTo(exact.longValueExact());
    }

    @Property
    void scaled_isTheFloorOfTheExactQuotient_orNever(
            @ForAll @LongRange(min = 0) long ps,
            @ForAll @IntRange(min = 1, max = 1_000_000) int numerator,
            @ForAll @IntRange(min = 1, max = 1_000_000) int denominator) {
        BigInteger exact =
                BigInteger.valueOf(ps).multiply(BigInteger.valueOf(numerator)).divide(BigInteger.valueOf(denominator));
        assertThat(Picos.scaled(ps, numerator, denominator))
                .isEqualTo(exact.bitLength() <= 63 ? exact.longValueExact() : Picos.NEVER);
    }

    @Test
    void later_refusesWhatTheClockCannotHold() {
        assertThat(Picos.later(7, Long.MAX_VALUE - 7, "delayPs")).isEqualTo(Long.MAX_VALUE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Picos.later(8, Long.MAX_VALUE - 7, "delayPs"))
                .withMessage(Picos.END_OF_TIME + ": nowPs=8, delayPs=9223372036854775800");
    }

    @Property
    void wholeMegahertz_giveTheSameAsTheExactQuotient(
            @ForAll @LongRange(min = 0) long ps,
            @ForAll @LongRange(min = 0) long cycles,
            @ForAll @LongRange(min = 1, max = 10_000) long mhz) {
        BigInteger hz = BigInteger.valueOf(mhz * 1_000_000);
        BigInteger second = BigInteger.valueOf(Picos.PER_SECOND);
        BigInteger count = BigInteger.valueOf(ps).multiply(hz).divide(second);
        assertThat(Picos.toCycles(ps, hz.longValueExact())).isEqualTo(count.longValueExact());
        BigInteger time = BigInteger.valueOf(cycles)
                .multiply(second)
                .add(hz)
                .subtract(BigInteger.ONE)
                .divide(hz);
        assertThat(Picos.ofCycles(cycles, hz.longValueExact()))
                .isEqualTo(time.bitLength() <= 63 ? time.longValueExact() : Picos.NEVER);
    }

    @Property
    void ofCycles_isTheFirstTimeAtWhichTheCounterHasArrived(
            @ForAll @LongRange(min = 1, max = 1_000_000_000_000_000L) long cycles,
            @ForAll @LongRange(min = 100_000_000L, max = 10_000_000_000L) long hz) {
        long ps = Picos.ofCycles(cycles, hz);
        if (ps == Picos.NEVER) {
            assertThat(Picos.toCycles(Long.MAX_VALUE - 1, hz)).isLessThan(cycles);
        } else {
            assertThat(Picos.toCycles(ps, hz)).isGreaterThanOrEqualTo(cycles);
            assertThat(Picos.toCycles(ps - 1, hz)).isLessThan(cycles);
        }
    }
}
