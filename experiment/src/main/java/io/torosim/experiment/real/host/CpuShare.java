package io.torosim.experiment.real.host;

import io.torosim.experiment.real.host.CpuTimes.ThreadTime;

/**
 * CPU of a process over an interval; 100 is one CPU.
 *
 * @param seconds length of the interval
 * @param topPercent as {@code top} shows it: in ticks of 10 ms
 * @param percent exactly
 * @param vcpuPercent the vCPU threads alone, exactly
 * @param mainLoopPercent all other threads
 * @param waitPercent time that the vCPU threads and the main loop waited for a CPU although they could run
 * @param stealPercent time that the hypervisor below took from this host, in CPUs
 * @param othersPercent what the host's CPUs did for everybody else
 */
public record CpuShare(
        double seconds,
        double topPercent,
        double percent,
        double vcpuPercent,
        double mainLoopPercent,
        double waitPercent,
        double stealPercent,
        double othersPercent) {
    private static final double STEAL_LIMIT = 1.0;
    private static final double WAIT_SHARE_LIMIT = 0.03;
    private static final double WAIT_LIMIT = 0.3;

    static CpuShare between(CpuTimes from, CpuTimes to) {
        double nanos = to.atNanos() - from.atNanos();
        double vcpus = 0;
        double others = 0;
        double wait = 0;
        for (ThreadTime thread : to.threads()) {
            ThreadTime before = from.threads().stream()
                    .filter(t -> t.id() == thread.id())
                    .findFirst()
                    .orElse(new ThreadTime(thread.name(), thread.id(), 0, 0));
            double run = thread.runNanos() - before.runNanos();
            wait += thread.waitNanos() - before.waitNanos();
            if (thread.name().startsWith("CPU ") || thread.name().startsWith("ALL CPUs")) {
                vcpus += run;
            } else {
                others += run;
            }
        }
        double ticks = 1e9 / CpuTimes.USER_HZ;
        double own = 100 * (vcpus + others) / nanos;
        return new CpuShare(
                nanos / 1e9,
                100 * (to.ticks() - from.ticks()) * ticks / nanos,
                own,
                100 * vcpus / nanos,
                100 * others / nanos,
                100 * wait / nanos,
                100 * (to.stealTicks() - from.stealTicks()) * ticks / nanos,
                Math.max(0, 100 * (to.busyTicks() - from.busyTicks()) * ticks / nanos - own));
    }

    /**
     * Returns why this says little about the guest, or an empty text: the threads had to wait for a CPU for a noticeable part of
     * what they used, or the host itself was robbed.
     */
    public String disturbance() {
        if (stealPercent > STEAL_LIMIT) {
            return String.format(java.util.Locale.ROOT, "steal %.1f %%", stealPercent);
        }
        if (waitPercent > Math.max(WAIT_LIMIT, WAIT_SHARE_LIMIT * percent)) {
            return String.format(java.util.Locale.ROOT, "waited for a CPU %.1f %% of the time", waitPercent);
        }
        return "";
    }
}
