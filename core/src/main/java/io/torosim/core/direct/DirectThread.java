package io.torosim.core.direct;

import io.torosim.core.direct.Resource.Container;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.time.Picos;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread of guest code in simulated time. {@link #sleep}, {@link #park} and {@link #join} make the body wait that calls
 * them; {@link #unpark}, {@link #interrupt} and {@link #kill} are for anyone who holds the baton: event handlers and other such
 * threads.
 *
 * <p>{@link DirectThreads} makes it and has the baton; a {@link WaitLine} is where it stands while it waits for a {@link Resource} or a {@link Store},
 * and its wake-ups are events of the {@link Simulation}.
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

    /** Carries a thread out of its body at {@link #kill} and {@link DirectThreads#close}. */
    private static final class Unwinding extends Error {
        private static final long serialVersionUID = 1;

        Unwinding() {
            super("the thread is being ended", null, false, false);
        }
    }

    /** The event that lets a thread go on. Whoever has the baton may take it from the simulation and hand the baton on directly. */
    static final class Resumption implements EventHandler {
        private final DirectThread thread;

        private Resumption(DirectThread thread) {
            this.thread = thread;
        }

        /** Returns whether a thread of {@code group} may hand the baton on to this one by itself. */
        boolean isDirect(DirectThreads group) {
            return thread.group == group && thread.carrier != null;
        }

        DirectThread thread() {
            return thread;
        }

        @Override
        public void onEvent(int op, long arg) {
            thread.resume();
        }
    }

    /** After so many refused waits a body that does not heed its end is left where it stands. */
    private static final int MOST_REFUSALS = 1000;

    private final DirectThreads group;
    private final Simulation simulation;
    private final String name;
    private final int priority;
    private final Body body;
    private final Resumption resume = new Resumption(this);
    private @Nullable Thread carrier;
    private long wakeHandle = Simulation.NO_HANDLE;
    /** The event that resumes it is due now; a second reason to wake it changes nothing. */
    private boolean waking;

    private boolean parked;
    private boolean permit;
    private int rank;
    /** The line it stands in, or null. */
    private @Nullable WaitLine line;
    /** Its place in the line. */
    @Nullable
    DirectThread nextInLine;
    /** What it waits for, as the line understands it. */
    long wantedAmount;

    @Nullable
    Object wanted;

    private boolean granted;
    /** What asking for what it wants threw, until its wait throws it. */
    private @Nullable Throwable waitFailure;
    /** Those who wait for its end, or null. */
    private @Nullable WaitLine joiners;

    private boolean interrupted;
    /** It is being unwound or has been: nothing wakes it any more, and its waits throw. */
    private boolean unwinding;

    private int refusals;
    /** Its carrier never comes to an end, and nobody waits for that. */
    private boolean abandoned;

    /** The body came to its end by itself. */
    private boolean returned;
    /** What it holds, newest first, or null. */
    Resource.@Nullable Holding holdings;

    private boolean ended;
    private @Nullable Throwable failure;
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
        long untilPs = Picos.later(simulation.nowPs(), delayPs, "delayPs");
        if (simulation.tryAdvance(untilPs, priority)) {
            return;
        }
        wakeHandle = simulation.at(untilPs, priority, resume, 0, 0);
        giveBaton();
        throwIfInterrupted();
    }

    /** Returns the rank. */
    public int rank() {
        return rank;
    }

    /**
     * Sets its place among those who wait for a {@link Resource}, {@link Store} or {@link Container}: lower ranks first,
     * equal ones in the order in which they came. 0 at the start; counts from the next wait on.
     */
    public void rank(int newRank) {
        rank = newRank;
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
            waitParked();
        }
        permit = false;
    }

    /**
     * Waits for {@link #unpark}, at most {@code timeoutPs}.
     *
     * @param timeoutPs at least 0
     * @return false if the time went by
     * @throws InterruptedException if it is or gets interrupted
     */
    public boolean park(long timeoutPs) throws InterruptedException {
        checkCaller();
        long untilPs = deadline(timeoutPs);
        throwIfInterrupted();
        if (!permit) {
            wakeHandle = simulation.at(untilPs, priority, resume, 0, 0);
            waitParked();
        }
        boolean unparked = permit;
        permit = false;
        return unparked;
    }

    private void waitParked() throws InterruptedException {
        parked = true;
        try {
            giveBaton();
        } finally {
            parked = false;
        }
        throwIfInterrupted();
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
        if (parked) {
            wakeNow();
        }
    }

    /** Interrupts a sleep or a wait, now or the next one. A thread that has got what it waited for keeps it. */
    public void interrupt() {
        if (ended || unwinding || interrupted) {
            return;
        }
        interrupted = true;
        if (carrier != null && !running) {
            wakeNow();
        }
    }

    /**
     * Makes the thread of the calling body wait until this one has ended.
     *
     * @throws InterruptedException if the caller is or gets interrupted
     */
    public void join() throws InterruptedException {
        DirectThread caller = joiner();
        joiners().enter(caller);
    }

    /**
     * Makes the thread of the calling body wait until this one has ended, at most {@code timeoutPs}.
     *
     * @return false if the time went by
     * @throws InterruptedException if the caller is or gets interrupted
     */
    public boolean join(long timeoutPs) throws InterruptedException {
        DirectThread caller = joiner();
        return joiners().enter(caller, timeoutPs);
    }

    private DirectThread joiner() {
        DirectThread caller = group.caller();
        if (caller == this) {
            throw new IllegalArgumentException("a thread may not wait for its own end, thread=" + name);
        }
        return caller;
    }

    private WaitLine joiners() {
        WaitLine line = joiners;
        if (line == null) {
            line = new WaitLine(group, thread -> ended);
            joiners = line;
        }
        return line;
    }

    /**
     * Ends the thread at the present time, as an event: its {@code finally} blocks run, and waits in them fail. It leaves the
     * line it stands in at once, and gives back what it still holds of a {@link Resource} when its blocks have run. One that has not begun
     * never will; one that kills itself does not return from here.
     *
     * <p>What carries it out of its body is an error. A body that catches {@code Throwable} may go on, but each of its waits fails again at
     * once; after 1,000 of them it is left where it stands, its {@code finally} blocks do not run, monitors that it holds stay locked, and an
     * {@link IllegalStateException} that names it comes out of the run (or of {@link DirectThreads#close}). If it ends before, all is well. One
     * that never waits again cannot be stopped, killed or not: nothing in Java ends another's computation, and the run hangs in it.
     */
    public void kill() {
        if (unwinding && !ended && group.baton() == this && Thread.currentThread() == carrier) {
            throw refusal();
        }
        if (ended || unwinding) {
            return;
        }
        unwinding = true;
        if (carrier == null) {
            simulation.cancel(wakeHandle);
            end();
        } else if (running && group.baton() == this) {
            throw new Unwinding();
        } else {
            leaveLine();
            if (!running) {
                wakeNow();
            }
        }
    }

    /** Own thread: waits in its line until it is granted something; false if the time went by. */
    boolean waitInLine(long untilPs) throws InterruptedException {
        if (untilPs != WaitLine.FOREVER) {
            wakeHandle = simulation.at(untilPs, priority, resume, 0, 0);
        }
        try {
            giveBaton();
        } catch (Unwinding e) {
            leaveLine(); // at a close; a kill has done it
            throw e;
        }
        if (grantedAtOnce()) {
            return true;
        }
        leaveLine();
        throwIfInterrupted();
        return false;
    }

    /** Own thread: stands in {@code where} from now on. */
    void standIn(WaitLine where) throws InterruptedException {
        checkCaller();
        throwIfInterrupted();
        line = where;
        granted = false;
    }

    /** The line has given it what it wanted. */
    void grant() {
        granted = true;
        if (!running) {
            wakeNow();
        }
    }

    /** The line has asked whether there is what it wants, and that threw: it stands there no longer, and its wait throws the same. */
    void refuse(Throwable failure) {
        waitFailure = failure;
        line = null;
        if (!running) {
            wakeNow();
        }
    }

    /** Own thread: whether it has got what it wanted; throws what asking for it has thrown. */
    boolean grantedAtOnce() {
        Throwable failure = waitFailure;
        waitFailure = null;
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
        if (granted) {
            granted = false;
            line = null;
            return true;
        }
        return false;
    }

    private void leaveLine() {
        WaitLine left = line;
        if (left != null) {
            boolean had = granted;
            line = null;
            granted = false;
            left.leave(this, had);
        }
    }

    long deadline(long timeoutPs) {
        if (timeoutPs < 0) {
            throw new IllegalArgumentException("timeoutPs must be at least 0, timeoutPs=" + timeoutPs);
        }
        return Picos.later(simulation.nowPs(), timeoutPs, "timeoutPs");
    }

    private void wakeNow() {
        if (!waking) {
            waking = true;
            if (!simulation.reschedule(wakeHandle, simulation.nowPs())) {
                wakeHandle = simulation.at(simulation.nowPs(), priority, resume, 0, 0);
            }
        }
    }

    private void end() {
        ended = true;
        group.ended(this);
        while (holdings != null) {
            holdings.holderEnded(returned && !unwinding);
        }
        if (joiners != null) {
            joiners.serve();
        }
    }

    void begin() {
        waking = true;
        wakeHandle = simulation.at(simulation.nowPs(), priority, resume, 0, 0);
    }

    /** Simulation thread: makes the thread run to its end now. */
    void unwind() {
        simulation.cancel(wakeHandle);
        unwinding = true;
        if (carrier == null) {
            end();
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
                group.baton(null);
                end();
            }
        }
    }

    /** Simulation thread: hands the baton over and waits until it comes back, from this thread or from one that it was handed on to. */
    private void resume() {
        group.lend();
        takeBaton();
        boolean wasInterrupted = group.awaitReturn();
        DirectThread last = Objects.requireNonNull(group.baton(), "who gives the baton back has it");
        group.baton(null);
        if (last.ended) {
            wasInterrupted |= !last.abandoned && last.awaitEnd();
            last.end();
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (last.failure != null) {
            last.throwFailure();
        }
    }

    /** Whoever has the baton: gives it to this thread. */
    private void takeBaton() {
        waking = false;
        group.baton(this); // before the other side can look
        running = true;
        if (carrier == null) {
            startCarrier();
        } else {
            LockSupport.unpark(carrier);
        }
    }

    private void runBody() {
        try {
            body.run(this);
            returned = true;
        } catch (Unwinding | InterruptedException e) {
            // the end that was asked for
        } catch (Throwable e) {
            failure = e;
        } finally {
            ended = true;
            running = false;
            group.giveBack();
        }
    }

    /** Own thread: hands the baton on to whom the next event resumes, or gives it back, and waits until it comes again. */
    private void giveBaton() {
        DirectThread next = group.takeNext();
        if (next == this) { // nobody else in between
            waking = false;
        } else {
            running = false;
            if (next == null) {
                group.giveBack();
            } else {
                next.takeBaton();
            }
            awaitBaton();
        }
        if (unwinding) {
            throw refusal();
        }
    }

    /** Own thread, which is being unwound and has called for a wait: what to throw, unless its body has not heeded that too often. */
    private Unwinding refusal() {
        refusals++;
        if (refusals > MOST_REFUSALS) {
            abandon();
        }
        return new Unwinding();
    }

    /** Own thread: counts as ended and stands still for ever, as a daemon or a virtual thread that nobody knows any more. */
    private void abandon() {
        failure = new IllegalStateException("a killed thread goes on: its body has swallowed what ends it "
                + MOST_REFUSALS + " times (a catch of Throwable or Error around a wait), thread=" + name);
        abandoned = true;
        ended = true;
        running = false;
        group.giveBack();
        while (true) {
            awaitBaton();
        }
    }

    private void awaitBaton() {
        while (!running) {
            LockSupport.park(this);
            Thread.interrupted(); // a real interrupt means nothing here
        }
    }

    private void throwIfInterrupted() throws InterruptedException {
        if (unwinding) {
            throw refusal();
        }
        if (interrupted) {
            interrupted = false;
            throw new InterruptedException(name);
        }
    }

    void checkCaller() {
        if (Thread.currentThread() != carrier) {
            throw new IllegalStateException("only the body of " + name + " may make it wait");
        }
    }

    private boolean awaitEnd() {
        boolean wasInterrupted = false;
        Thread ending = Objects.requireNonNull(carrier, "a thread that has run has a carrier");
        while (true) {
            try {
                ending.join();
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
