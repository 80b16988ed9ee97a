package io.torosim.sweep;

import io.torosim.core.stats.Tally;
import java.io.Serializable;

/**
 * When a point has been run often enough: every point gets {@code least} replications, then as many again while an interval of one of
 * its outputs is too wide, up to {@code most}.
 *
 * <p>Runs that all gave the same say nothing of how far they spread: ten draws without a head are no proof of a coin without one. Such an output is precise once
 * another value has at most the probability {@code relativeHalfWidth} ({@link #otherValueAtMost}), so after some 3 / {@code relativeHalfWidth} runs at 95 %, whatever the
 * value, 0 too. Of an exact model one value is all there is.
 *
 * <p>Who stops as soon as an interval looks narrow has stopped at a lucky moment more often than not: the interval then encloses the mean less often than
 * {@code confidence} says, the less so the smaller {@code least}. {@link #USUAL_LEAST} keeps that within a percent of 95.
 *
 * @param least replications of every point, at least 1
 * @param most replications of a point at most, at least {@code least}
 * @param relativeHalfWidth half the width of each output's interval by its mean, in [0, 1); 0 for no rule. A mean of 0 of runs that differ is
 *     never precise
 * @param confidence of the intervals, in (0, 1)
 */
public record Stopping(int least, int most, double relativeHalfWidth, double confidence) implements Serializable {
    /** What a study's file has for {@code least} where it asks for a precision and says nothing else. */
    public static final int USUAL_LEAST = 10;

    /** Checks the numbers. */
    public Stopping {
        if (least < 1) {
            throw new StudyException("replications", "must be at least 1", least);
        }
        if (most < least) {
            throw new StudyException("max-replications", "must be at least replications, " + least, most);
        }
        if (!(relativeHalfWidth >= 0 && relativeHalfWidth < 1)) {
            throw new StudyException(
                    "precision",
                    "must be a share of the mean in (0, 1), such as 0.02 for 2 %",
                    Decimals.shown(relativeHalfWidth));
        }
        if (relativeHalfWidth > 0 && least < 2) {
            throw new StudyException(
                    "replications", "must be at least 2 where there is a precision: one run has no interval", least);
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new StudyException(
                    "confidence", "must be in (0, 1), such as 0.95 for 95 %", Decimals.shown(confidence));
        }
    }

    /**
     * Returns whether an output's interval is wider than asked for.
     *
     * @param exact whether the seed changes nothing
     */
    boolean isWide(Tally tally, boolean exact) {
        if (relativeHalfWidth == 0 || tally.count() == 0 || exact) { // all failed: more would fail too
            return false;
        }
        if (tally.count() == 1) {
            return true; // others failed: more may tell
        }
        if (tally.min() == tally.max()) {
            return otherValueAtMost(tally.count()) > relativeHalfWidth;
        }
        return tally.interval(confidence).halfWidth() > relativeHalfWidth * StrictMath.abs(tally.mean());
    }

    /**
     * Returns how probable another value is at most where {@code runs} independent runs have all given the same one: the one-sided bound of Clopper and Pearson
     * (1934), {@code 1 - (1 - confidence)^(1/runs)}, at 95 % about 3 / runs.
     *
     * @param runs at least 1
     */
    public double otherValueAtMost(long runs) {
        return -StrictMath.expm1(StrictMath.log1p(-confidence) / runs);
    }

    /** Returns a fixed number of replications. */
    public static Stopping after(int replications) {
        return new Stopping(replications, replications, 0, 0.95);
    }
}
