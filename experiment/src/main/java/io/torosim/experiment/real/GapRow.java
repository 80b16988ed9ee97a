package io.torosim.experiment.real;

import io.torosim.experiment.real.verdict.Finding;

/**
 * One line of the gap table.
 *
 * @param figure what was measured, in words
 * @param unit its unit
 * @param measured the real figure; NaN where it is not testable
 * @param predicted the model's
 * @param error the difference, for people
 * @param finding the verdict
 * @param cause why the model is off, why the host was busy, or why it is not testable; else empty
 */
public record GapRow(
        String figure, String unit, double measured, double predicted, String error, Finding finding, String cause) {
    static GapRow of(String figure, String unit, double predicted, String reason) {
        return new GapRow(figure, unit, Double.NaN, predicted, "", Finding.NOT_TESTABLE, reason);
    }
}
