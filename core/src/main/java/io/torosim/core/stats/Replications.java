package io.torosim.core.stats;

import com.google.common.hash.Hashing;
import io.torosim.core.event.Simulation;
import io.torosim.core.stats.Tally.ConfidenceInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/**
 * The same experiment run several times with independent seeds. Results come in the order of the replications, whatever
 * order they ended in, so a parallel run is equal to a serial one bit for bit, provided that a replication uses nothing but
 * what it creates.
 */
public final class Replications {
    private final long seed;
    private final int count;

    /**
     * Plans replications.
     *
     * @param seed decides the seeds of all
     * @param count how many, positive
     */
    public Replications(long seed, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be positive, count=" + count);
        }
        this.seed = seed;
        this.count = count;
    }

    /** One run of the experiment. */
    @FunctionalInterface
    public interface Replication<T> {
        /**
         * Runs it.
         *
         * @param number of the replication, from 0
         * @param seed its own seed
         */
        T run(int number, long seed);
    }

    /** Returns the seed of replication {@code number}: a keyed hash, so that neighbouring seeds share nothing. */
    public long seedOf(int number) {
        return Hashing.sipHash24(seed, 0x7265706c696361L).hashInt(number).asLong();
    }

    /** Runs one after the other in the calling thread. */
    public <T> List<T> serial(Replication<T> replication) {
        List<T> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            results.add(replication.run(i, seedOf(i)));
        }
        return results;
    }

    /** Runs on all processors. */
    public <T> List<T> parallel(Replication<T> replication) {
        return parallel(Runtime.getRuntime().availableProcessors(), replication);
    }

    /**
     * Runs on {@code threads} threads, which end before this returns. If replications throw, the exception of the one with
     * the lowest number is thrown; those not yet begun are dropped.
     */
    public <T> List<T> parallel(int threads, Replication<T> replication) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                Callable<T> run = () -> replication.run(number, seedOf(number));
                futures.add(pool.submit(run));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while replications ran", e);
        } finally {
            pool.shutdownNow();
            awaitEnd(pool);
        }
    }

    /** Returns mean and interval of one figure over the results. */
    public static <T> ConfidenceInterval interval(
            List<T> results, double confidence, ToDoubleFunction<? super T> figure) {
        Objects.requireNonNull(results, "results");
        Objects.requireNonNull(figure, "figure");
        Tally tally = new Tally();
        for (T result : results) {
            tally.add(figure.applyAsDouble(result));
        }
        return tally.interval(confidence);
    }

    private static void awaitEnd(ExecutorService pool) {
        boolean interrupted = Thread.interrupted();
        while (true) {
            try {
                if (pool.awaitTermination(1, java.util.concurrent.TimeUnit.DAYS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removal of the warm-up: the time before a run has forgotten its beginning. */
    public static final class Warmup {
        private Warmup() {}

        /**
         * Resets {@code statistics} at {@code timePs}, before anything else of that instant. Watching does not change the run:
         * only the number of fired events grows by one.
         */
        public static void endAt(Simulation simulation, long timePs, Resettable... statistics) {
            Objects.requireNonNull(simulation, "simulation");
            Objects.requireNonNull(statistics, "statistics");
            List<Resettable> all = List.of(statistics);
            simulation.at(timePs, 0, (op, arg) -> all.forEach(s -> s.reset(timePs)), 0, 0);
        }

        /**
         * Returns how many observations to drop from the front of a series, by the MSER-5 rule: the cut, in whole groups of
         * five and at most half the series, that leaves the smallest standard error (White, "An effective truncation heuristic
         * for bias reduction in simulation output", 1997). O(n).
         */
        public static int mser5(double[] series) {
            Objects.requireNonNull(series, "series");
            int groups = series.length / 5;
            double sum = 0;
            double squares = 0;
            double best = Double.POSITIVE_INFINITY;
            int cut = 0;
            for (int g = groups - 1; g >= 0; g--) {
                double mean = 0;
                for (int i = 0; i < 5; i++) {
                    mean += series[5 * g + i] / 5;
                }
                sum += mean;
                squares += mean * mean;
                double left = groups - g;
                double error = (squares - sum * sum / left) / (left * left);
                if (g <= groups / 2 && error <= best) {
                    best = error;
                    cut = g;
                }
            }
            return 5 * cut;
        }

        /** A statistic that can forget the warm-up. */
        @FunctionalInterface
        public interface Resettable {
            /**
             * Forgets everything up to now.
             *
             * @param nowPs the present time
             */
            void reset(long nowPs);
        }
    }
}
