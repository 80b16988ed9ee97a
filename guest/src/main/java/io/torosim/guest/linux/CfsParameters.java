package io.torosim.guest.linux;

import io.torosim.core.cost.CostModel;

/**
 * The constants of Linux's completely fair scheduler (kernel/sched/fair.c), for a number of CPUs.
 *
 * @param latencyPs in this time every runnable task gets a turn, in picoseconds
 * @param minGranularityPs no turn is shorter than that
 * @param wakeupGranularityPs by how much a task that wakes up must lag behind the running one to take its place
 */
record CfsParameters(long latencyPs, long minGranularityPs, long wakeupGranularityPs) {
    /** Weight of a task of nice 0. */
    static final int NICE_0 = 1024;

    /** Returns the constants times {@code 1 + log2(cpus)}, of at most 8 CPUs: the kernel's default scaling. */
    static CfsParameters of(CostModel costs, int cpus) {
        int factor = 1 + 31 - Integer.numberOfLeadingZeros(Math.min(cpus, 8));
        return new CfsParameters(
                factor * costs.ps("linux.sched_latency"),
                factor * costs.ps("linux.sched_min_granularity"),
                factor * costs.ps("linux.sched_wakeup_granularity"));
    }

    /** Returns the time in which each of so many tasks gets a turn. */
    long periodPs(int runnable) {
        return Math.max(latencyPs, runnable * minGranularityPs);
    }

    /**
     * Returns the weight of a nice level: a level is a factor of 1.25, so that one level more costs a tenth of the CPU. The
     * kernel's table is rounded differently by up to 2 %.
     *
     * @param nice in [-20, 19]
     */
    static int weightOf(int nice) {
        if (nice < -20 || nice > 19) {
            throw new IllegalArgumentException("nice must be in [-20, 19], nice=" + nice);
        }
        long thousandths = NICE_0 * 1000L;
        for (int i = 0; i < nice; i++) {
            thousandths = thousandths * 4 / 5;
        }
        for (int i = 0; i > nice; i--) {
            thousandths = thousandths * 5 / 4;
        }
        return (int) ((thousandths + 500) / 1000);
    }
}
