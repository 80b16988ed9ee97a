package io.torosim.sweep;

/**
 * An interval that is wider than the stopping rule asks for.
 *
 * @param point number of the point
 * @param output of the study
 * @param mean of its replications
 * @param halfWidth half the width of its interval; NaN where all replications gave the same, as a single one does: they say nothing of it
 * @param wanted at most
 * @param replications that gave the output
 */
public record WideInterval(int point, String output, double mean, double halfWidth, double wanted, long replications) {}
