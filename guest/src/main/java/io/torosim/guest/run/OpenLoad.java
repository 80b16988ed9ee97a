package io.torosim.guest.run;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.guest.load.RequestPort;

/** Requests that begin independently of each other and of the guest, at a mean rate (a Poisson process). */
final class OpenLoad {
    private final Machine machine;
    private final RequestPort port;
    private final long meanGapPs;
    private final SimRandom random;
    private long left;
    private final EventHandler handler = this::onEvent;

    /**
     * Begins now.
     *
     * @param meanGapPs mean time between requests, positive
     * @param requests how many; 0: without end
     */
    OpenLoad(Machine machine, RequestPort port, long meanGapPs, long requests) {
        if (meanGapPs <= 0) {
            throw new IllegalArgumentException("meanGapPs must be positive, meanGapPs=" + meanGapPs);
        }
        this.machine = machine;
        this.port = port;
        this.meanGapPs = meanGapPs;
        this.left = requests == 0 ? Long.MAX_VALUE : requests;
        this.random = machine.randoms().stream("open-load");
        later();
    }

    private void later() {
        long atPs = machine.simulation().nowPs() + random.nextExponential(meanGapPs);
        machine.simulation().at(atPs, Machine.DEVICE_PRIORITY, handler, 0, 0);
    }

    private void onEvent(int op, long arg) {
        port.request();
        if (--left > 0) {
            later();
        }
    }
}
