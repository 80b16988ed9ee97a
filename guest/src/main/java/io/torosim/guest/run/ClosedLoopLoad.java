package io.torosim.guest.run;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.guest.load.RequestPort;

/**
 * Bursts of requests as {@code ab -c CONCURRENCY} makes them: each client sends its next request when the last is
 * answered; a burst begins every period and ends when its requests are sent or its time is over.
 */
final class ClosedLoopLoad {
    private static final int OP_BURST = 0;
    private static final int OP_NEXT = 1;

    private final Machine machine;
    private final RequestPort clients;
    private final long periodPs;
    private final long burstPs;
    private final long requestsPerBurst;
    private final int concurrency;
    private final EventHandler handler = this::onEvent;
    private long burstEndPs;
    private long leftInBurst;

    /**
     * Starts the first burst half a period minus half a burst from now, so that quiet lies on both sides.
     *
     * @param periodPs from the start of a burst to the next, positive
     * @param burstPs length of a burst, in (0, periodPs]
     * @param requestsPerBurst requests in a burst; 0 = as many as fit
     * @param concurrency clients at a time, at least 1
     */
    ClosedLoopLoad(
            Machine machine, RequestPort clients, long periodPs, long burstPs, long requestsPerBurst, int concurrency) {
        this.machine = machine;
        this.clients = clients;
        this.periodPs = periodPs;
        this.burstPs = burstPs;
        this.requestsPerBurst = requestsPerBurst;
        this.concurrency = concurrency;
        clients.onAnswer(() -> later(clients.turnPs(), OP_NEXT));
        later((periodPs - burstPs) / 2, OP_BURST);
    }

    private void later(long delayPs, int op) {
        machine.simulation().at(machine.simulation().nowPs() + delayPs, Machine.DEVICE_PRIORITY, handler, op, 0);
    }

    private void onEvent(int op, long arg) {
        if (op == OP_NEXT) {
            next();
            return;
        }
        burstEndPs = machine.simulation().nowPs() + burstPs;
        leftInBurst = requestsPerBurst == 0 ? Long.MAX_VALUE : requestsPerBurst;
        for (int client = 0; client < concurrency; client++) {
            next();
        }
        later(periodPs, OP_BURST);
    }

    private void next() {
        if (leftInBurst > 0 && machine.simulation().nowPs() < burstEndPs) {
            leftInBurst--;
            clients.request();
        }
    }
}
