package io.torosim.bench.cli.study;

import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.StudyRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C, or SIGTERM, while a study runs: what has begun may end, if it ends soon; what is over is kept, and one line says how far it came and how to go
 * on. Then the process ends with status 130. A model that calls System.exit ends it the same way, but the line names the place and the status is 2.
 */
final class Interruption implements StudyRun.Progress, AutoCloseable {
    /** What shells say of a command that a signal ended. */
    static final int STATUS = 130;

    /** What a model that ends the process comes to: no result is right. */
    static final int EXITED = 2;

    private static final int PATIENCE_SECONDS = 5;

    /** Java gives 128 and the signal for a process that one ended, as shells do. */
    private static final int SIGNALS = 128;

    private final PrintWriter err;
    private final Path out;
    private final String resume;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onSignal, "study-interrupted");
    private volatile boolean asked;
    private volatile @Nullable Process child;
    private volatile @Nullable Supplier<int[]> look;
    private int done;
    private int known;

    /**
     * Waits for a signal from now on.
     *
     * @param resume the command that goes on
     */
    Interruption(PrintWriter err, Path out, String resume) {
        this.err = err;
        this.out = out;
        this.resume = resume;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Returns whether the process is about to end. */
    boolean isAsked() {
        return asked;
    }

    /** Says that the runs are over, for whatever reason: nothing more will be written. */
    void runsAreOver() {
        over.countDown();
    }

    /**
     * Waits for another process; a signal ends it first. What it says of errors is passed on, but for what it says while it is being ended: Spark mourns every
     * task that it loses.
     *
     * @param whatIsThere counts what it has left behind: runs done, and known
     */
    int await(Process process, Supplier<int[]> whatIsThere) throws InterruptedException {
        look = whatIsThere;
        child = process;
        Thread passing = new Thread(() -> pass(process), "study-errors");
        passing.setDaemon(true);
        passing.start();
        int status = process.waitFor();
        passing.join();
        child = null;
        return status;
    }

    /**
     * Says of a process that ended as no runner of studies does, killed or by the model, how far it came and how to go on.
     *
     * @param status its status, neither 0 nor 2
     * @param counts runs done, and known
     */
    void endedInTheMiddle(int status, int[] counts) {
        if (!asked) { // else the signal that ended both has its own line
            err.println("torosim: Spark's process ended in the middle, with status " + status
                    + (status > SIGNALS ? ", by signal " + (status - SIGNALS) : "") + ": " + counts[0] + " of "
                    + counts[1] + " runs are done and kept in " + out + "; go on with: " + resume);
            err.flush();
        }
    }

    private void pass(Process process) {
        try (BufferedReader said = process.errorReader()) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (!asked) {
                    err.println(line);
                    err.flush();
                }
            }
        } catch (IOException e) {
            // it has ended
        }
    }

    @Override
    public synchronized void at(int doneNow, int knownNow) {
        done = Math.max(done, doneNow);
        known = Math.max(known, knownNow);
    }

    private void onSignal() {
        String caller = CellExecutor.exitPlace().orElse(null); // before the study ends, whose end is an exit too
        asked = true;
        try {
            Process other = child;
            if (other != null) {
                other.destroy();
                if (!other.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    other.destroyForcibly().waitFor();
                }
                int[] counts = Objects.requireNonNull(look).get();
                at(counts[0], counts[1]);
            } else {
                // the run that calls exit does not come to its end any more
                over.await(caller == null ? PATIENCE_SECONDS : 1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String why = caller == null ? "interrupted" : "the model ended the process, by System.exit at " + caller;
        synchronized (this) {
            err.println("torosim: " + why
                    + (known == 0
                            ? "; no run is over"
                            : ": " + done + " of " + known + " runs are done and kept in " + out + "; go on with: "
                                    + resume));
        }
        err.flush();
        Runtime.getRuntime().halt(caller == null ? STATUS : EXITED);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is on its way out
        }
    }
}
