package io.torosim.core.direct;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.EventSet;
import io.torosim.core.event.Simulation;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread of guest code in simulated time. {@link #sleep} and {@link #park} are called by its own body; {@link #unpark} and
 * {@link #interrupt} by anyone who holds the baton: event handlers and other such threads.
 */
public final class DirectThread {
    /** What a thread does. */
    @FunctionalInterface
    public interface Body {
        /**
         * Runs the thread from beginning to end.
         *
         * @throws InterruptedException to end quietly after {@link DirectThread#interrupt}
         */
        void run(DirectThread self) throws InterruptedException;
    }

    /** Carries a thread out of its body at {@link DirectThreads#close}. */
    private static final class Unwinding extends Error {
        private static final long serialVersionUID = 1;

        Unwinding() {
            super("the simulation is being closed", null, false, false);
        }
    }

    private final DirectThreads group;
    private final Simulation simulation;
    private final String name;
    private final int priority;
    private final Body body;
    private final EventHandler resume = (op, arg) -> resume();
    private Thread carrier;
    private Thread simulationThread;
    private long wakeHandle = EventSet.NO_HANDLE;
    private boolean parked;
    private boolean permit;
    private boolean interrupted;
    /** It is being unwound or has been: nothing wakes it any more, and its waits throw. */
    private boolean unwinding;

    private boolean ended;
    private Throwable failure;
    /** Whether the baton is here. The only field that two threads touch at a time; it orders all others. */
    private volatile boolean running;

    DirectThread(DirectThreads group, String name, int priority, Body body) {
        this.group = group;
        this.simulation = group.simulation();
        this.name = name;
        this.priority = priority;
        this.body = body;
    }

    /** Returns the name given at the start. */
    public String name() {
        return name;
    }

    /** Returns whether it has ended. */
    public boolean hasEnded() {
        return ended;
    }

    /** Returns the present time in ps. */
    public long nowPs() {
        return simulation.nowPs();
    }

    /**
     * Lets {@code delayPs} of simulated time pass. If nothing else lies in between, the clock moves on without a switch.
     *
     * @param delayPs at least 0
     * @throws InterruptedException if it is or gets interrupted; the rest of the time does not pass
     */
    public void sleep(long delayPs) throws InterruptedException {
        checkCaller();
        if (delayPs < 0) {
            throw new IllegalArgumentException("delayPs must be at least 0, delayPs=" + delayPs);
        }
        throwIfInterrupted();
        long untilPs = Math.addExact(simulation.nowPs(), delayPs);
        if (simulation.tryAdvance(untilPs, priority)) {
            return;
        }
        wakeHandle = simulation.at(untilPs, priority, resume, 0, 0);
        giveBaton();
        throwIfInterrupted();
    }

    /**
     * Waits for {@link #unpark}; returns at once if one came since the last wait.
     *
     * @throws InterruptedException if it is or gets interrupted
     */
    public void park() throws InterruptedException {
        checkCaller();
        throwIfInterrupted();
        if (!permit) {
            parked = true;
            try {
                giveBaton();
            } finally {
                parked = false;
            }
            throwIfInterrupted();
        }
        permit = false;
    }

    /**
     * Ends the thread's wait, as an event at the present time; a second one before it runs has no further effect, nor has
     * one after its end.
     */
    public void unpark() {
        if (ended || unwinding) {
            return;
        }
        permit = true;
        if (parked && !simulation.isPending(wakeHandle)) {
            wakeHandle = simulation.at(simulation.nowPs(), priority, resume, 0, 0);
        }
    }

    /** Interrupts a sleep or a wait, now or the next one. */
    public void interrupt() {
        if (ended || unwinding || interrupted) {
            return;
        }
        interrupted = true;
        boolean waits = carrier != null && !running;
        if (waits) {
            simulation.cancel(wakeHandle);
            wakeHandle = simulation.at(simulation.nowPs(), priority, resume, 0, 0);
        }
    }

    void begin() {
        wakeHandle = simulation.at(simulation.nowPs(), priority, resume, 0, 0);
    }

    /** Simulation thread: makes the thread run to its end now. */
    void unwind() {
        simulation.cancel(wakeHandle);
        unwinding = true;
        if (carrier == null) {
            ended = true;
            group.ended(this);
        } else {
            resume();
        }
    }

    /** Makes the carrier; a thread that cannot be started has ended, so that nobody waits for it. */
    private void startCarrier() {
        boolean started = false;
        try {
            carrier = group.newCarrier(name, this::runBody);
            carrier.start();
            started = true;
        } finally {
            if (!started) {
                carrier = null;
                running = false;
                ended = true;
                group.ended(this);
            }
        }
    }

    /** Simulation thread: hands the baton over and waits until it comes back. */
    private void resume() {
        simulationThread = Thread.currentThread();
        running = true;
        if (carrier == null) {
            startCarrier();
        } else {
            LockSupport.unpark(carrier);
        }
        group.baton(this);
        boolean wasInterrupted = false;
        while (running) {
            LockSupport.park(this);
            wasInterrupted |= Thread.interrupted(); // else park returns at once for ever
        }
        group.baton(null);
        if (ended) {
            wasInterrupted |= awaitEnd();
            group.ended(this);
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throwFailure();
        }
    }

    private void runBody() {
        try {
            body.run(this);
        } catch (Unwinding | InterruptedException e) {
            // the end that was asked for
        } catch (Throwable e) {
            failure = e;
        } finally {
            ended = true;
            Thread waiting = simulationThread;
            running = false;
            LockSupport.unpark(waiting);
        }
    }

    /** Own thread: gives the baton back and waits until it comes again. */
    private void giveBaton() {
        Thread waiting = simulationThread;
        running = false;
        LockSupport.unpark(waiting);
        while (!running) {
            LockSupport.park(this);
            Thread.interrupted(); // a real interrupt means nothing here
        }
        if (unwinding) {
            throw new Unwinding();
        }
    }

    private void throwIfInterrupted() throws InterruptedException {
        if (unwinding) {
            throw new Unwinding();
        }
        if (interrupted) {
            interrupted = false;
            throw new InterruptedException(name);
        }
    }

    private void checkCaller() {
        if (Thread.currentThread() != carrier) {
            throw new IllegalStateException("only the body of " + name + " may make it wait");
        }
    }

    private boolean awaitEnd() {
        boolean wasInterrupted = false;
        while (true) {
            try {
                carrier.join();
                return wasInterrupted;
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
    }

    private void throwFailure() {
        Throwable thrown = failure;
        failure = null;
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        throw new IllegalStateException(thrown); // a checked exception thrown in secret
    }
}
