package io.torosim.core.stats;

import io.torosim.core.stats.Replications.Warmup.Resettable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counters by name, read in the order of their names. */
final class Counters implements Resettable {
    private final TreeMap<String, Counter> counters = new TreeMap<>();

    /** One counter; keep it in a field rather than look it up for every event. */
    public static final class Counter {
        private long value;

        private Counter() {}

        /** Adds one. */
        public void increment() {
            value++;
        }

        /** Adds {@code amount}. */
        public void add(long amount) {
            value += amount;
        }

        /** Returns the sum since the last reset. */
        public long value() {
            return value;
        }
    }

    /** Creates no counters. */
    public Counters() {}

    /** Returns the counter called {@code name}, which begins at 0. */
    public Counter counter(String name) {
        return counters.computeIfAbsent(name, n -> new Counter());
    }

    /** Returns the present values. */
    public SortedMap<String, Long> values() {
        TreeMap<String, Long> values = new TreeMap<>();
        counters.forEach((name, counter) -> values.put(name, counter.value));
        return Collections.unmodifiableSortedMap(values);
    }

    @Override
    public void reset(long nowPs) {
        counters.values().forEach(counter -> counter.value = 0);
    }
}
