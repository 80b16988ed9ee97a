package io.torosim.core.machine;

/**
 * How long KVM polls on behalf of a halted vCPU before it blocks the thread: per vCPU, adapted to how long the vCPU stayed
 * halted (Linux Documentation/virt/kvm/halt-polling.rst; shrink = 0, which means reset).
 */
final class HaltPolling {
    private final long maxPs;
    private final long startPs;
    private final long grow;
    private long intervalPs;

    HaltPolling(MachineCosts costs) {
        this.maxPs = costs.haltPollMaxPs();
        this.startPs = costs.haltPollStartPs();
        this.grow = costs.haltPollGrow();
    }

    long intervalPs() {
        return intervalPs;
    }

    /** The vCPU has been woken after {@code haltedPs}. */
    void woke(long haltedPs) {
        if (haltedPs <= intervalPs) {
            return;
        }
        if (intervalPs > 0 && haltedPs > maxPs) {
            intervalPs = 0;
        } else if (intervalPs < maxPs && haltedPs < maxPs) {
            intervalPs = Math.min(maxPs, Math.max(startPs, intervalPs * grow));
        }
    }
}
