package io.torosim.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A search through numbered attempts on several threads whose answer does not depend on how many there are: the finding of the lowest number
 * wins. Numbers are handed out in order; once one has found something, only those below it are finished.
 *
 * @param number of the finding, or how many attempts were made in vain
 * @param finding what was found
 * @param <T> what an attempt finds
 */
public record LowestFinding<T>(long number, Optional<T> finding) {
    /** One attempt: a pure function of its number, called by any thread. */
    @FunctionalInterface
    public interface Attempt<T> {
        /** Returns what it finds, if anything. */
        Optional<T> run(long number);
    }

    /**
     * Searches.
     *
     * @param workers threads, at least 1
     * @param most attempts at most, at least 1
     * @param goesOn asked before each attempt but the first; false ends the search early, then a finding is the lowest of the attempts made
     * @throws RuntimeException what the attempt of the lowest number threw, if that comes before any finding
     */
    public static <T> LowestFinding<T> search(int workers, long most, BooleanSupplier goesOn, Attempt<T> attempt)
            throws InterruptedException {
        if (workers < 1 || most < 1) {
            throw new IllegalArgumentException(
                    "workers and attempts must be at least 1, workers=" + workers + ", attempts=" + most);
        }
        Best<T> best = new Best<>();
        AtomicLong next = new AtomicLong();
        AtomicLong made = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < workers; w++) {
            Thread thread = new Thread(
                    () -> {
                        for (long i = next.getAndIncrement(); i < most && i < best.number; i = next.getAndIncrement()) {
                            if (i > 0 && !goesOn.getAsBoolean()) {
                                return;
                            }
                            try {
                                Optional<T> found = attempt.run(i);
                                made.incrementAndGet();
                                if (found.isPresent()) {
                                    best.take(i, found, null);
                                }
                            } catch (RuntimeException | Error e) {
                                best.take(i, Optional.empty(), e);
                            }
                        }
                    },
                    "search-" + w);
            threads.add(thread);
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            best.take(-1, Optional.empty(), null); // nobody begins another attempt
            throw e;
        }
        if (best.thrown instanceof RuntimeException e) {
            throw e;
        }
        if (best.thrown instanceof Error e) {
            throw e;
        }
        return new LowestFinding<>(best.finding.isPresent() ? best.number : made.get(), best.finding);
    }

    /** The lowest number that ended the search so far. */
    private static final class Best<T> {
        private volatile long number = Long.MAX_VALUE;
        private Optional<T> finding = Optional.empty();
        private @Nullable Throwable thrown;

        synchronized void take(long at, Optional<T> found, @Nullable Throwable failure) {
            if (at < number) {
                number = at;
                finding = found;
                thrown = failure;
            }
        }
    }
}
