package io.torosim.bench.jmh.event;

import io.torosim.core.event.Simulation;
import umontreal.ssj.simevents.Event;
import umontreal.ssj.simevents.Simulator;
import umontreal.ssj.simevents.eventlist.Henriksen;

/** n events that reschedule themselves for ever. */
final class HoldContenders {
    private HoldContenders() {}

    /** The classic hold model: exponential delays of mean 2^30 ticks. */
    static Contender hold(Engine engine, int pending) {
        return create(engine, pending, Draws.exponential(1 << 30), false);
    }

    /** Ten events share a tick on average: delays of 1 to pending / 5 ticks; first in, first out is required. */
    static Contender ties(Engine engine, int pending) {
        return create(engine, pending, Draws.uniform(pending / 5), true);
    }

    /** Processes that wait for one tick, for ever: a firing is a switch in callback style. */
    static Contender processes(Engine engine, int count) {
        return create(engine, count, Draws.constant(1), false);
    }

    private static Contender create(Engine engine, int pending, Draws draws, boolean tied) {
        return switch (engine) {
            case TOROSIM -> new Toro(pending, draws, tied);
            case SSJ -> new Ssj(pending, draws, tied);
            case PRIORITY_QUEUE -> new Hand(pending, draws, tied);
        };
    }

    private static long start(int i, Draws draws, boolean tied) {
        return tied ? i / 10 : draws.next();
    }

    private static final class Toro implements Contender {
        private final Simulation simulation = new Simulation();
        private final Draws draws;
        private long checksum;

        Toro(int pending, Draws draws, boolean tied) {
            this.draws = draws;
            for (int i = 0; i < pending; i++) {
                simulation.at(start(i, draws, tied), this::fired, i, 0);
            }
        }

        private void fired(int op, long arg) {
            checksum = Draws.fold(checksum, simulation.nowPs(), op);
            simulation.after(draws.next(), handler, op, 0);
        }

        private final io.torosim.core.event.EventHandler handler = this::fired;

        @Override
        public void advance(int count) {
            simulation.runEvents(count);
        }

        @Override
        public long checksum() {
            return checksum;
        }
    }

    private static final class Ssj implements Contender {
        private final Simulator simulator = new Simulator(new Henriksen());
        private final Draws draws;
        private int left;
        private long checksum;

        Ssj(int pending, Draws draws, boolean tied) {
            this.draws = draws;
            simulator.init();
            for (int i = 0; i < pending; i++) {
                new Held(i).schedule(start(i, draws, tied));
            }
        }

        private final class Held extends Event {
            private final int id;

            Held(int id) {
                super(simulator);
                this.id = id;
            }

            @Override
            public void actions() {
                checksum = Draws.fold(checksum, (long) simulator.time(), id);
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

        @Override
        public long checksum() {
            return checksum;
        }
    }

    private static final class Hand implements Contender {
        private final HandQueue queue = new HandQueue();
        private final Draws draws;
        private long checksum;

        Hand(int pending, Draws draws, boolean tied) {
            this.draws = draws;
            for (int i = 0; i < pending; i++) {
                queue.schedule(start(i, draws, tied), 0, i);
            }
        }

        @Override
        public void advance(int count) {
            for (int i = 0; i < count; i++) {
                HandQueue.Event event = queue.take();
                checksum = Draws.fold(checksum, queue.now, event.id);
                queue.schedule(queue.now + draws.next(), 0, event.id);
            }
        }

        @Override
        public long checksum() {
            return checksum;
        }
    }
}
