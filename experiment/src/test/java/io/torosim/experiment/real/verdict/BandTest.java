package io.torosim.experiment.real.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BandTest {
    @ParameterizedTest
    @CsvSource({
        "50, 55, true",
        "50, 55.1, false",
        "50, 45, true",
        "50, 44.9, false",
        "1, 1.3, true",
        "1, 1.31, false",
        "1, 0.7, true",
        "4.9, 5.39, true",
        "4.9, 5.4, false",
        "0, 0.3, true",
        "5, 5.51, false"
    })
    void cpu_isTenPercent_orThreeTenthsOfAPointBelowFive(double measured, double predicted, boolean holds) {
        assertThat(Band.CPU.holds(measured, predicted)).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({"100, 115, true", "100, 116, false", "100, 85, true", "1, 1.3, false"})
    void boot_isFifteenPercent(double measured, double predicted, boolean holds) {
        assertThat(Band.BOOT.holds(measured, predicted)).isEqualTo(holds);
    }

    @Test
    void error_isInPointsWhereThoseCount() {
        assertThat(Band.CPU.error(1, 1.25)).isEqualTo("+0.25 points");
        assertThat(Band.CPU.error(50, 45)).isEqualTo("-10.0 %");
    }

    @Test
    void quantiles_lieBetweenValues() {
        double[] values = {4, 1, 3, 2};
        assertThat(Medians.of(values)).isEqualTo(2.5);
        assertThat(Medians.quantile(values, 0)).isEqualTo(1);
        assertThat(Medians.quantile(values, 1)).isEqualTo(4);
        assertThat(Medians.of(new double[0])).isZero();
        assertThat(values).containsExactly(4, 1, 3, 2);
    }
}
