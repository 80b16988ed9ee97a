package io.torosim.bench.jmh.event;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import umontreal.ssj.simevents.Event;
import umontreal.ssj.simevents.Simulator;
import umontreal.ssj.simevents.eventlist.Henriksen;

/** M/M/1 at a load of 0.8: two events and a visit to a queue for each customer. */
final class QueueContenders {
    private static final int MEAN_SERVICE = 1 << 20;
    private static final int MEAN_GAP = (int) (MEAN_SERVICE / 0.8);
    private static final int ARRIVAL = 0;
    private static final int DEPARTURE = 1;

    private QueueContenders() {}

    static Contender create(Engine engine) {
        return switch (engine) {
            case TOROSIM -> new Toro();
            case SSJ -> new Ssj();
            case PRIORITY_QUEUE -> new Hand();
        };
    }

    /** The service station, without an engine. */
    private abstract static class Base implements Contender {
        final Draws gaps = Draws.exponential(MEAN_GAP);
        final Draws services = Draws.exponential(MEAN_SERVICE);
        private final long[] arrivals = new long[1 << 16];
        private int head;
        private int tail;
        private long waited;
        private long fold;
        int left;

        /** Returns whether the server was idle. */
        final boolean arrive(long now) {
            fold = Draws.fold(fold, now, ARRIVAL);
            arrivals[tail++ & 0xffff] = now;
            return tail - head == 1;
        }

        /** Returns whether another customer waits. */
        final boolean depart(long now) {
            fold = Draws.fold(fold, now, DEPARTURE);
            waited += now - arrivals[head++ & 0xffff];
            left--;
            return tail != head;
        }

        @Override
        public final long checksum() {
            return fold ^ waited;
        }
    }

    private static final class Toro extends Base {
        private final Simulation simulation = new Simulation();
        private final EventHandler handler = this::fired;

        Toro() {
            simulation.after(gaps.next(), handler, ARRIVAL, 0);
        }

        private void fired(int op, long arg) {
            if (op == ARRIVAL) {
                simulation.after(gaps.next(), handler, ARRIVAL, 0);
                if (arrive(simulation.nowPs())) {
                    simulation.after(services.next(), handler, DEPARTURE, 0);
                }
            } else {
                if (depart(simulation.nowPs())) {
                    simulation.after(services.next(), handler, DEPARTURE, 0);
                }
                if (left == 0) {
                    simulation.stop();
                }
            }
        }

        @Override
        public void advance(int count) {
            left = count;
            simulation.runUntil(Long.MAX_VALUE);
        }
    }

    private static final class Ssj extends Base {
        private final Simulator simulator = new Simulator(new Henriksen());
        private final Event departure = new Departure();
        private final Event arrival = new Arrival();

        Ssj() {
            simulator.init();
            arrival.schedule(gaps.next());
        }

        private final class Arrival extends Event {
            Arrival() {
                super(simulator);
            }

            @Override
            public void actions() {
                schedule(gaps.next());
                if (arrive((long) simulator.time())) {
                    departure.schedule(services.next());
                }
            }
        }

        private final class Departure extends Event {
            Departure() {
                super(simulator);
            }

            @Override
            public void actions() {
                if (depart((long) simulator.time())) {
                    schedule(services.next());
                }
                if (left == 0) {
                    simulator.stop();
                }
            }
        }

        @Override
        public void advance(int count) {
            left = count;
            simulator.start();
        }
    }

    private static final class Hand extends Base {
        private final HandQueue queue = new HandQueue();

        Hand() {
            queue.schedule(gaps.next(), ARRIVAL, 0);
        }

        @Override
        public void advance(int count) {
            left = count;
            while (left > 0) {
                HandQueue.Event event = queue.take();
                if (event.op == ARRIVAL) {
                    queue.schedule(queue.now + gaps.next(), ARRIVAL, 0);
                    if (arrive(queue.now)) {
                        queue.schedule(queue.now + services.next(), DEPARTURE, 0);
                    }
                } else if (depart(queue.now)) {
                    queue.schedule(queue.now + services.next(), DEPARTURE, 0);
                }
            }
        }
    }
}
