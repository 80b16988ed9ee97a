package io.torosim.bench.jmh.event;

import java.util.PriorityQueue;

/** What one would write in an afternoon: a priority queue of event objects with a sequence number, lazy cancellation. */
final class HandQueue {
    static final class Event implements Comparable<Event> {
        final long time;
        final long sequence;
        final int op;
        final int id;
        boolean cancelled;

        Event(long time, long sequence, int op, int id) {
            this.time = time;
            this.sequence = sequence;
            this.op = op;
            this.id = id;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private long nextSequence;
    long now;

    Event schedule(long time, int op, int id) {
        Event event = new Event(time, nextSequence++, op, id);
        queue.add(event);
        return event;
    }

    Event take() {
        Event event;
        do {
            event = queue.remove();
        } while (event.cancelled);
        now = event.time;
        return event;
    }
}
