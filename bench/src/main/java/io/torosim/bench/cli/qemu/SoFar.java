package io.torosim.bench.cli.qemu;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C, or SIGTERM, while QEMU is measured: what has been measured so far is kept before the process ends, as it does with status 130 or 143. Who comes to the
 * end of his work, or to an error of it, says so; then the end of the process waits until that is written, and nothing is written twice.
 */
final class SoFar implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 5;

    private final Runnable keep;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final CountDownLatch written = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onSignal, "qemu-interrupted");

    /**
     * Waits for a signal from now on.
     *
     * @param keep keeps what there is; called by another thread, once at most
     */
    SoFar(Runnable keep) {
        this.keep = keep;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Says that the caller writes what there is. Does not return if a signal was first. */
    void over() {
        if (!claimed.compareAndSet(false, true)) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e); // nobody interrupts it
            }
        }
    }

    private void onSignal() {
        if (claimed.compareAndSet(false, true)) {
            keep.run();
            return;
        }
        try {
            written.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        written.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is on its way out
        }
    }
}
