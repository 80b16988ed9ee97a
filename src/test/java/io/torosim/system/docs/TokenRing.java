package io.torosim.system.docs;

import io.torosim.core.direct.DirectThread;
import io.torosim.core.direct.DirectThreads;
import io.torosim.core.direct.DirectThreads.ThreadKind;
import io.torosim.core.event.Simulation;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceBus.TraceKind;

/** Stations that pass a token round, each a thread of plain Java; written from outside against the public API alone. */
final class TokenRing implements AutoCloseable {
    final Simulation simulation = new Simulation();
    final TraceBus trace = new TraceBus();
    private final DirectThreads threads;
    private final DirectThread[] stations;
    private int holder;
    private long rounds;

    TokenRing(ThreadKind kind, int count, long holdPs, long wirePs) {
        threads = new DirectThreads(simulation, kind);
        stations = new DirectThread[count];
        for (int i = 0; i < count; i++) {
            int station = i;
            stations[i] = threads.start("station" + i, Simulation.DEFAULT_PRIORITY, self -> {
                while (true) {
                    while (holder != station) {
                        self.park();
                    }
                    trace.emit(self.nowPs(), station, TraceKind.USER, rounds, 0);
                    self.sleep(holdPs + wirePs);
                    holder = (station + 1) % count;
                    rounds += holder == 0 ? 1 : 0;
                    stations[holder].unpark();
                }
            });
        }
    }

    long roundsUntil(long timePs) {
        simulation.runUntil(timePs);
        return rounds;
    }

    @Override
    public void close() {
        threads.close();
    }
}
