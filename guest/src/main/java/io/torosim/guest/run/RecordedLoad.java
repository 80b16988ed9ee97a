package io.torosim.guest.run;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import io.torosim.guest.load.RequestPort;
import java.time.Duration;
import java.util.List;

/** Requests that begin at recorded moments, whatever the guest does. */
final class RecordedLoad {
    private final Machine machine;
    private final RequestPort clients;
    private final List<Duration> offsets;
    private final long startPs;
    private final EventHandler handler = this::onEvent;
    private int next;

    /**
     * Schedules the requests from now on.
     *
     * @param offsets since now, in order
     */
    RecordedLoad(Machine machine, RequestPort clients, List<Duration> offsets) {
        this.machine = machine;
        this.clients = clients;
        this.offsets = List.copyOf(offsets);
        this.startPs = machine.simulation().nowPs();
        later();
    }

    private void later() {
        if (next < offsets.size()) {
            long atPs = Math.max(machine.simulation().nowPs(), startPs + Picos.of(offsets.get(next)));
            machine.simulation().at(atPs, Machine.DEVICE_PRIORITY, handler, 0, 0);
        }
    }

    private void onEvent(int op, long arg) {
        next++;
        clients.request();
        later();
    }
}
