package io.torosim.sweep.model;

import io.torosim.sweep.Study;
import io.torosim.sweep.analysis.Conclusion;
import java.util.List;

/** The studies that {@code torosim study} knows by name: one to learn from, two that show what an executor adds to a run. */
public final class BuiltInStudies {
    private BuiltInStudies() {}

    /**
     * Returns what the CPU usage experiment concludes, over everything about it that is guessed or fitted: the long form of {@code torosim run
     * sensitivity}. Factors are the assumed cost parameters over their ranges, outputs the figures behind {@link #cpuConclusions}.
     *
     * @param draws how many, joint, independent and uniform over every range, one run each
     */
    public static Study sensitivity(int draws, long seed) {
        return CpuConclusionsModel.study(draws, seed);
    }

    /** Returns the conclusions of {@link #sensitivity} with their bands. */
    public static List<Conclusion> cpuConclusions() {
        return CpuConclusionsModel.conclusions();
    }

    /**
     * Returns runs of about a twentieth of a millisecond: Toro on two cores with a poller and a worker that sleeps at random, for some simulated milliseconds.
     * Factor {@code ms} is the simulated time, {@code poll-ns} the length of a poll.
     */
    public static Study shortGuest(int runs, long seed) {
        return ShortGuest.study(runs, seed);
    }

    /** Returns runs of {@code draws} random numbers each, which are added up: 1, 10 or 100 ms, as one likes. */
    public static Study busyWork(int runs, long draws, long seed) {
        return BusyWork.study(runs, draws, seed);
    }
}
