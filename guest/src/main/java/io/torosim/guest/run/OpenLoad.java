package io.torosim.guest.run;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.core.random.SimRandom;
import io.torosim.guest.load.RequestPort;

/** Requests that begin independently of each other and of the guest, at a mean rate (a Poisson process). */
final class OpenLoad {
    private final Machine machine;
    private final RequestPort port;
    private final long meanGapPs;
    private final SimRandom random;
    private final EventHandler handler = this::onEvent;

    /**
     * Begins now.
     *
     * @param meanGapPs mean time between requests, positive
     */
    OpenLoad(Machine machine, RequestPort port, long meanGapPs) {
        if (meanGapPs <= 0) {
            throw new IllegalArgumentException("meanGapPs must be positive, meanGapPs=" + meanGapPs);
        }
        this.machine = machine;
        this.port = port;
        this.meanGapPs = meanGapPs;
        this.random = machine.randoms().stream("open-load");
        later();
    }

    private void later() {
        long atPs = machine.simulation().nowPs() + random.nextExponential(meanGapPs);
        machine.simulation().at(atPs, Machine.DEVICE_PRIORITY, handler, 0, 0);
    }

    private void onEvent(int op, long arg) {
        port.request();
        later();
    }
}
