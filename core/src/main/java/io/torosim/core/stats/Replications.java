package io.torosim.core.stats;

import com.google.common.hash.Hashing;
import java.util.ArrayList;
import java.util.List;
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
}
