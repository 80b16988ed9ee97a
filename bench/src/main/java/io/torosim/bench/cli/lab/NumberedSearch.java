package io.torosim.bench.cli.lab;

import io.torosim.bench.cli.output.Patience;
import io.torosim.sweep.CellExecutor.LowestFinding;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Option;

/** Options of a search through numbered runs, and the search: what it finds does not depend on the number of threads. */
final class NumberedSearch {
    static final int FOUND = 3;
    private static final int CUT = 1;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1000",
            description = "runs at most (default: ${DEFAULT-VALUE})")
    private long runs;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "seed of the first run; the others follow (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--seconds", paramLabel = "S", description = "seconds at most; no limit by default")
    private Long seconds;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "threads; what is found does not depend on it (default: one for each processor)")
    private int workers = Runtime.getRuntime().availableProcessors();

    NumberedSearch() {}

    /** Throws {@link IllegalArgumentException} naming the option that is wrong. */
    void check() {
        if (runs < 1) {
            throw new IllegalArgumentException("--runs must be at least 1, runs=" + runs);
        }
        if (workers < 1 || workers > 1024) {
            throw new IllegalArgumentException("--workers must be in [1, 1024], workers=" + workers);
        }
        if (seconds != null && seconds < 1) {
            throw new IllegalArgumentException("--seconds must be at least 1, seconds=" + seconds);
        }
    }

    /** What a run of a seed finds, as text. */
    @FunctionalInterface
    interface Run {
        Optional<String> of(long seed);
    }

    /** Searches, prints what was found or that nothing was, and returns the exit status. */
    int search(String what, Run run, PrintWriter out) throws InterruptedException {
        long begun = System.nanoTime();
        long limit = seconds == null ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
        AtomicBoolean cut = new AtomicBoolean();
        LongAdder made = new LongAdder();
        LowestFinding<String> found = Patience.during(
                () -> made + " of " + runs + " runs",
                () -> LowestFinding.search(
                        workers,
                        runs,
                        () -> {
                            made.increment();
                            boolean goesOn = System.nanoTime() - begun < limit;
                            cut.compareAndSet(false, !goesOn);
                            return goesOn;
                        },
                        number -> run.of(seed + number)));
        if (found.finding().isPresent()) {
            out.println(what + ": found by seed " + (seed + found.number()) + ", run " + found.number());
            out.print(found.finding().get());
            out.flush();
            return FOUND;
        }
        out.println(what + ": " + (cut.get() ? "cut" : "nothing found") + " after " + found.number() + " runs, seeds "
                + seed + " to " + (seed + found.number() - 1));
        out.flush();
        return cut.get() ? CUT : 0;
    }
}
