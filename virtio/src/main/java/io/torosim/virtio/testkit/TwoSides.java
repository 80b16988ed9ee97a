package io.torosim.virtio.testkit;

import io.torosim.core.choice.Choices;
import io.torosim.virtio.blame.Thrown;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Runs a driver's and a device's program as if at once: one thread each, of which exactly one runs, and before every
 * memory access {@link Choices} says whether the other goes on. So any interleaving of accesses can be had, and the same
 * choices give the same one.
 */
final class TwoSides {
    /** Thrown into a side that sleeps for ever, to end its program. */
    private static final class Stopped extends Error {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("stopped", null, false, false);
        }
    }

    private static final int MOST_POINTS = 100_000;

    private final Choices choices;
    private final Semaphore[] baton = {new Semaphore(0), new Semaphore(0)};
    private final boolean[] sleeping = new boolean[2];
    private final boolean[] woken = new boolean[2];
    private final boolean[] ended = new boolean[2];
    private boolean stopping;
    private int points;
    private @Nullable String failure;
    private @Nullable Throwable fatal; // to go on in the caller's thread

    TwoSides(Choices choices) {
        this.choices = choices;
    }

    /** Runs both programs, the driver's first, until they end or both sleep; returns what went wrong, or null. */
    @Nullable
    String run(Runnable driver, Runnable device) {
        Thread other = new Thread(
                () -> {
                    baton[1].acquireUninterruptibly();
                    program(Side.DEVICE, device);
                },
                "device side");
        other.setDaemon(true);
        other.start();
        program(Side.DRIVER, driver);
        // the driver has ended; let the device see that and end too
        stopping = true;
        if (!ended[1]) {
            baton[1].release();
        }
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (fatal != null) {
            Thrown.orRethrow(fatal);
        }
        return failure;
    }

    private void program(Side side, Runnable body) {
        int me = side.ordinal();
        try {
            if (!stopping) {
                body.run();
            }
        } catch (Stopped e) {
            // both sides sleep
        } catch (Throwable e) {
            fatal = e instanceof VirtualMachineError && !(e instanceof StackOverflowError) ? e : fatal;
            failure = failure == null ? "C3: exception out of the " + side + ": " + Thrown.line(e) : failure;
        }
        ended[me] = true;
        if (me == 1 || !ended[1]) {
            if (me == 1) {
                baton[0].release();
            }
        }
    }

    /** A memory access is about to happen: perhaps the other side goes first. */
    void point(Side side) {
        if (stopping) {
            throw new Stopped();
        }
        if (++points > MOST_POINTS) {
            failure = "C3: no end after " + MOST_POINTS + " accesses";
            stopping = true;
            throw new Stopped();
        }
        int other = 1 - side.ordinal();
        if (!ended[other] && (!sleeping[other] || woken[other]) && choices.choose("virtio.interleave", 2) == 1) {
            hand(side.ordinal(), other);
        }
    }

    /** The side sleeps until it is woken; at once over if it was woken since it slept last. */
    void sleep(Side side) {
        int me = side.ordinal();
        int other = 1 - me;
        sleeping[me] = true;
        while (!woken[me]) {
            if (stopping || ended[other] || sleeping[other] && !woken[other]) {
                stopping = true;
                throw new Stopped();
            }
            hand(me, other);
        }
        sleeping[me] = false;
        woken[me] = false;
    }

    /** Wakes the other side. */
    void wake(Side side) {
        woken[side.ordinal()] = true;
    }

    private void hand(int me, int other) {
        baton[other].release();
        baton[me].acquireUninterruptibly();
        if (stopping) {
            throw new Stopped();
        }
    }
}
