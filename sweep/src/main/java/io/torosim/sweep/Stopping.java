package io.torosim.sweep;

import java.io.Serializable;

/**
 * When a point has been run often enough: every point gets {@code least} replications, then as many again while an interval of one of
 * its outputs is too wide, up to {@code most}.
 *
 * @param least replications of every point, at least 1
 * @param most replications of a point at most, at least {@code least}
 * @param relativeHalfWidth half the width of each output's interval by its mean; 0 for no rule. A mean of 0 is never precise unless every
 *     run gave 0
 * @param confidence of the intervals, in (0, 1)
 */
public record Stopping(int least, int most, double relativeHalfWidth, double confidence) implements Serializable {
    /** Checks the numbers. */
    public Stopping {
        if (least < 1 || most < least) {
            throw new IllegalArgumentException(
                    "replications must be at least 1 and at most the maximum, least=" + least + ", most=" + most);
        }
        if (!(relativeHalfWidth >= 0) || (relativeHalfWidth > 0 && least < 2)) {
            throw new IllegalArgumentException("a precision must be at least 0 and takes two replications, precision="
                    + relativeHalfWidth + ", replications=" + least);
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("confidence must be in (0, 1), confidence=" + confidence);
        }
    }

    /** Returns a fixed number of replications. */
    public static Stopping after(int replications) {
        return new Stopping(replications, replications, 0, 0.95);
    }
}
