package io.torosim.system.docs;

import io.torosim.core.cost.CostModel;
import io.torosim.core.time.Picos;
import io.torosim.sched.IdlePolicy;

/** A user's idle policy: polls twice as long after a short halt, half as long after a long one, between 100 us and 200 ms. */
public final class AdaptiveWindow implements IdlePolicy {
    private static final long LEAST_PS = 100 * Picos.PER_MICRO;
    private static final long MOST_PS = 200 * Picos.PER_MILLI;

    private long windowPs = 10 * Picos.PER_MILLI;

    /** For {@code --idle} and for {@link IdlePolicy#ofClass}. */
    public AdaptiveWindow() {}

    @Override
    public String name() {
        return "adaptive";
    }

    @Override
    public long windowPs(CostModel costs) {
        return windowPs;
    }

    @Override
    public IdlePolicy forCore(int core) {
        return new AdaptiveWindow();
    }

    @Override
    public void woke(long haltedPs) {
        windowPs = haltedPs < windowPs ? Math.min(MOST_PS, 2 * windowPs) : Math.max(LEAST_PS, windowPs / 2);
    }
}
