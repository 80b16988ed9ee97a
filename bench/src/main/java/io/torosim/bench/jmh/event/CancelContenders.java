package io.torosim.bench.jmh.event;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import umontreal.ssj.simevents.Event;
import umontreal.ssj.simevents.Simulator;
import umontreal.ssj.simevents.eventlist.Henriksen;

/**
 * Flows with retransmission timers. Each operation of a flow cancels the timer pending (nine times in ten; the tenth is
 * left to fire), arms a new one 16 mean gaps ahead and schedules the flow's next operation.
 */
final class CancelContenders {
    private static final int MEAN_GAP = 1 << 24;
    private static final int OPERATION = 0;
    private static final int TIMEOUT = 1;

    private CancelContenders() {}

    static Contender create(Engine engine, int flows) {
        return switch (engine) {
            case TOROSIM -> new Toro(flows);
            case SSJ -> new Ssj(flows);
            case PRIORITY_QUEUE -> new Hand(flows);
        };
    }

    private abstract static class Base implements Contender {
        final Draws draws = Draws.exponential(MEAN_GAP);
        long checksum;
        int left;
        private int turn;

        final boolean cancels() {
            turn = turn == 9 ? 0 : turn + 1;
            return turn != 0;
        }

        @Override
        public final long checksum() {
            return checksum;
        }
    }

    private static final class Toro extends Base {
        private final Simulation simulation = new Simulation();
        private final long[] timers;
        private final EventHandler handler = this::fired;

        Toro(int flows) {
            timers = new long[flows];
            for (int i = 0; i < flows; i++) {
                simulation.at(draws.next(), handler, OPERATION, i);
            }
        }

        private void fired(int op, long flow) {
            checksum = Draws.fold(checksum, simulation.nowPs(), flow * 2 + op);
            if (op == OPERATION) {
                int f = (int) flow;
                if (cancels() && timers[f] != Simulation.NO_HANDLE) {
                    simulation.cancel(timers[f]);
                }
                timers[f] = simulation.after(16L * MEAN_GAP, handler, TIMEOUT, flow);
                simulation.after(draws.next(), handler, OPERATION, flow);
                if (--left == 0) {
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
        private final Timeout[] timers;

        Ssj(int flows) {
            simulator.init();
            timers = new Timeout[flows];
            for (int i = 0; i < flows; i++) {
                new Operation(i).schedule(draws.next());
            }
        }

        private final class Timeout extends Event {
            private final int flow;

            Timeout(int flow) {
                super(simulator);
                this.flow = flow;
            }

            @Override
            public void actions() {
                checksum = Draws.fold(checksum, (long) simulator.time(), flow * 2L + TIMEOUT);
            }
        }

        private final class Operation extends Event {
            private final int flow;

            Operation(int flow) {
                super(simulator);
                this.flow = flow;
            }

            @Override
            public void actions() {
                checksum = Draws.fold(checksum, (long) simulator.time(), flow * 2L + OPERATION);
                if (cancels() && timers[flow] != null && timers[flow].time() > simulator.time()) {
                    timers[flow].cancel();
                }
                timers[flow] = new Timeout(flow);
                timers[flow].schedule(16.0 * MEAN_GAP);
                schedule(draws.next());
                if (--left == 0) {
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
        private final HandQueue.Event[] timers;

        Hand(int flows) {
            timers = new HandQueue.Event[flows];
            for (int i = 0; i < flows; i++) {
                queue.schedule(draws.next(), OPERATION, i);
            }
        }

        @Override
        public void advance(int count) {
            left = count;
            while (left > 0) {
                HandQueue.Event event = queue.take();
                int flow = event.id;
                checksum = Draws.fold(checksum, queue.now, flow * 2L + event.op);
                if (event.op == OPERATION) {
                    if (cancels() && timers[flow] != null) {
                        timers[flow].cancelled = true;
                    }
                    timers[flow] = queue.schedule(queue.now + 16L * MEAN_GAP, TIMEOUT, flow);
                    queue.schedule(queue.now + draws.next(), OPERATION, flow);
                    left--;
                }
            }
        }
    }
}
