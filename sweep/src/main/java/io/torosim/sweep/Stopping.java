package io.torosim.sweep;

import io.torosim.core.stats.Tally;
import java.io.Serializable;

/**
 * When a point has been run often enough: every point gets {@code least} replications, then as many again while an interval of one of
 * its outputs is too wide, up to {@code most}.
 *
 * @param least replications of every point, at least 1
 * @param most replications of a point at most, at least {@code least}
 * @param relativeHalfWidth half the width of each output's interval by its mean, in [0, 1); 0 for no rule. A mean of 0 is never precise unless every
 *     run gave 0
 * @param confidence of the intervals, in (0, 1)
 */
public record Stopping(int least, int most, double relativeHalfWidth, double confidence) implements Serializable {
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

    /** Returns whether an output's interval is wider than asked for. */
    boolean isWide(Tally tally) {
        if (relativeHalfWidth == 0 || tally.count() < 2) {
            return relativeHalfWidth > 0
                    && tally.count() == 1; // one of several failed: more may tell; all failed: more would fail too
        }
        return tally.interval(confidence).halfWidth() > relativeHalfWidth * StrictMath.abs(tally.mean());
    }

    /** Returns a fixed number of replications. */
    public static Stopping after(int replications) {
        return new Stopping(replications, replications, 0, 0.95);
    }
}
