package io.torosim.fat.toro;

import io.torosim.fat.toro.DiskWork.DiskCosts;
import java.io.IOException;

/**
 * Executes a request at once and adds up its cost: steps, and for every wait the disk's latency, the interrupt, and the
 * two passes of the scheduler by which the thread leaves and comes back. On a machine with other threads, these would
 * run during the wait; so the sum is what the reading thread sees alone on its processor.
 */
final class AccountingRunner implements DiskRunner {
    private final DiskCosts costs;

    AccountingRunner(DiskCosts costs) {
        this.costs = costs;
    }

    @Override
    public void run(DiskRequest request, int bytes, DiskWork work) throws IOException {
        for (long cost = request.step(); cost != DiskRequest.DONE; cost = request.step()) {
            if (cost == DiskRequest.WAIT) {
                work.threadSwitch();
                work.spend(costs.threadSwitchPs() + costs.idleLatencyPs());
                work.spend(request.onInterrupt());
                work.threadSwitch();
                work.spend(costs.threadSwitchPs());
            } else {
                work.spend(cost);
            }
        }
    }
}
