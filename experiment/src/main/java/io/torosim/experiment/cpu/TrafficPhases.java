package io.torosim.experiment.cpu;

import io.torosim.experiment.ExperimentResult.Series.Interval;
import java.util.List;

/** Says how a sample of {@code top} lies against the traffic. */
final class TrafficPhases {
    static final String BURST = "burst";
    static final String IDLE = "idle";
    static final String TAIL = "tail";
    static final String MIXED = "mixed";

    private TrafficPhases() {}

    /** Returns whether a sample of that phase saw traffic. */
    static boolean isTraffic(String phase) {
        return phase.equals(BURST) || phase.equals(MIXED);
    }

    /**
     * Classifies the interval from {@code start} to {@code end}, in seconds.
     *
     * @param traffic stretches of traffic, in order
     * @param afterTraffic whether the sample before saw traffic
     */
    static String classify(List<Interval> traffic, double start, double end, boolean afterTraffic) {
        for (Interval stretch : traffic) {
            if (stretch.startSeconds() <= start && end <= stretch.endSeconds()) {
                return BURST;
            }
            if (stretch.startSeconds() < end && start < stretch.endSeconds()) {
                return MIXED;
            }
        }
        return afterTraffic ? TAIL : IDLE;
    }
}
