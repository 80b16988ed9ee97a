package io.torosim.experiment.runs;

import io.torosim.experiment.Experiment.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Runs that share nothing, on all processors. Results come in the order in which the runs were added, whatever the order
 * in which they end, so they are the same as one after the other.
 */
public final class IndependentRuns<T> {
    private final List<String> names = new ArrayList<>();
    private final List<Supplier<T>> runs = new ArrayList<>();

    /** Creates an empty set of runs. */
    public IndependentRuns() {}

    /** Adds a run. */
    public void add(String name, Supplier<T> run) {
        names.add(name);
        runs.add(run);
    }

    /** Runs them all; returns their results in the order in which they were added. */
    public List<T> run(Progress progress) {
        int threads = Math.min(runs.size(), Runtime.getRuntime().availableProcessors());
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (Supplier<T> run : runs) {
                futures.add(pool.submit(run::get));
            }
            List<T> results = new ArrayList<>();
            for (int i = 0; i < futures.size(); i++) {
                progress.at(names.get(i), i, futures.size());
                results.add(futures.get(i).get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }
}
