package io.torosim.experiment.cpu;

import java.util.List;

/** Says how a sample of {@code top} lies against the traffic. */
final class TrafficPhases {
    static final String BURST = "burst";
    static final String IDLE = "idle";
    static final String TAIL = "tail";
    static final String MIXED = "mixed";

    private TrafficPhases() {}

    /**
     * Classifies the interval from {@code startPs} to {@code endPs}.
     *
     * @param traffic stretches of traffic, in order
     * @param afterTraffic whether the sample before saw traffic
     */
    static String classify(List<long[]> traffic, long startPs, long endPs, boolean afterTraffic) {
        for (long[] stretch : traffic) {
            if (stretch[0] <= startPs && endPs <= stretch[1]) {
                return BURST;
            }
            if (stretch[0] < endPs && startPs < stretch[1]) {
                return MIXED;
            }
        }
        return afterTraffic ? TAIL : IDLE;
    }
}
