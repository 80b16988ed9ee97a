package io.torosim.experiment.real;

import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.experiment.real.verdict.Medians;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * A cost as it was measured.
 *
 * @param parameter of the cost model
 * @param samples single measurements in the parameter's unit, at least 1
 * @param how what was measured
 */
record MeasuredCost(CostParameter parameter, double[] samples, String how) {
    private static final int DIGITS = 3;
    private static final double NARROW = 0.1;
    private static final double WIDE = 0.4;

    double median() {
        return Medians.of(samples);
    }

    /** The line of a profile: median, and the middle nine tenths of the samples as its range. */
    String line() {
        BigDecimal value = rounded(median());
        BigDecimal low = rounded(Medians.quantile(samples, 0.05)).min(value);
        BigDecimal high = rounded(Medians.quantile(samples, 0.95)).max(value);
        double spread = median() == 0 ? 0 : (high.doubleValue() - low.doubleValue()) / median();
        String confidence = spread <= NARROW ? "high" : spread <= WIDE ? "medium" : "low";
        return String.join(
                "\t",
                parameter.name(),
                value.toPlainString(),
                parameter.unit().symbol(),
                low.toPlainString(),
                high.toPlainString(),
                "measured",
                confidence,
                how + String.format(Locale.ROOT, "; median of %d, spread %.0f %%", samples.length, 100 * spread));
    }

    private static BigDecimal rounded(double value) {
        BigDecimal exact = BigDecimal.valueOf(Math.max(0, value));
        int scale = Math.max(0, DIGITS - (exact.precision() - exact.scale()));
        return exact.setScale(scale, RoundingMode.HALF_UP);
    }
}
