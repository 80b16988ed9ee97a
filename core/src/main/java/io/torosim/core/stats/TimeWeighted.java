package io.torosim.core.stats;

import io.torosim.core.stats.Warmup.Resettable;

/**
 * The mean over time of a level that changes in steps: customers in a queue, busy servers. The level is a whole number and
 * so are the sums (128 bits), so the order of additions cannot show. O(1) a change, allocates nothing.
 */
public final class TimeWeighted implements Resettable {
    private long level;
    private long sincePs;
    private long startPs;
    private long max;
    private long sumLow;
    private long sumHigh;

    /** Creates a level of {@code level} that begins at {@code nowPs}. */
    public TimeWeighted(long nowPs, long level) {
        this.level = level;
        reset(nowPs);
    }

    /** Sets the level; times must not go back. */
    public void set(long nowPs, long newLevel) {
        advance(nowPs);
        level = newLevel;
        max = Long.max(max, newLevel);
    }

    /** Changes the level by {@code delta}. */
    public void add(long nowPs, long delta) {
        set(nowPs, level + delta);
    }

    /** Returns the present level. */
    public long level() {
        return level;
    }

    /** Returns the largest level since the last reset. */
    public long max() {
        return max;
    }

    /** Returns the mean level from the last reset to {@code nowPs}, or NaN if no time has passed. */
    public double mean(long nowPs) {
        advance(nowPs);
        double sum = sumHigh * 0x1.0p64 + (sumLow >>> 1) * 2.0 + (sumLow & 1);
        return nowPs == startPs ? Double.NaN : sum / (nowPs - startPs);
    }

    @Override
    public void reset(long nowPs) {
        sincePs = nowPs;
        startPs = nowPs;
        sumLow = 0;
        sumHigh = 0;
        max = level;
    }

    private void advance(long nowPs) {
        long span = nowPs - sincePs;
        if (span < 0) {
            throw new IllegalArgumentException("time went back, nowPs=" + nowPs + ", last=" + sincePs);
        }
        long low = level * span;
        long sum = sumLow + low;
        sumHigh += Math.multiplyHigh(level, span) + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
        sumLow = sum;
        sincePs = nowPs;
    }
}
