package io.torosim.system.docs;

import io.torosim.core.event.Simulation;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.stats.BatchMeans;
import io.torosim.core.stats.Replications.Warmup;
import io.torosim.core.stats.Tally.TimeWeighted;
import java.util.ArrayDeque;

/** An M/M/1 queue, written from outside against the public API alone. */
final class MM1Queue {
    private static final int ARRIVAL = 0;
    private static final int DEPARTURE = 1;

    final TimeWeighted inSystem = new TimeWeighted(0, 0);
    final BatchMeans timeInSystem = new BatchMeans(256);
    private final Simulation simulation = new Simulation();
    private final SimRandom gaps;
    private final SimRandom services;
    private final long meanGapPs;
    private final long meanServicePs;
    private final ArrayDeque<Long> arrivals = new ArrayDeque<>();

    MM1Queue(long seed, long meanGapPs, long meanServicePs) {
        RandomStreams streams = new RandomStreams(seed);
        this.gaps = streams.stream("gaps");
        this.services = streams.stream("services");
        this.meanGapPs = meanGapPs;
        this.meanServicePs = meanServicePs;
        simulation.after(gaps.nextExponential(meanGapPs), this::event, ARRIVAL, 0);
    }

    void run(long warmUpPs, long untilPs) {
        Warmup.endAt(simulation, warmUpPs, inSystem, timeInSystem);
        simulation.runUntil(untilPs);
    }

    double meanInSystem() {
        return inSystem.mean(simulation.nowPs());
    }

    private void event(int op, long arg) {
        long now = simulation.nowPs();
        if (op == ARRIVAL) {
            simulation.after(gaps.nextExponential(meanGapPs), this::event, ARRIVAL, 0);
            arrivals.add(now);
            inSystem.add(now, 1);
            if (arrivals.size() == 1) {
                serve();
            }
        } else {
            timeInSystem.add(now - arrivals.remove());
            inSystem.add(now, -1);
            if (!arrivals.isEmpty()) {
                serve();
            }
        }
    }

    private void serve() {
        simulation.after(services.nextExponential(meanServicePs), this::event, DEPARTURE, 0);
    }
}
