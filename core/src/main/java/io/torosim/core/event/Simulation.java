package io.torosim.core.event;

import io.torosim.core.time.Picos;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The simulated clock and the events that move it. Events fire in order of (time, priority class, scheduling order);
 * between events no time passes. Events that schedule each other at the present instant for ever are an error, which
 * {@link IllegalStateException} tells after ten million of them.
 *
 * <p>A handle names one pending event; once that has fired or been cancelled the handle is stale, and using it is safe and does nothing, however often
 * its memory is used again.
 *
 * <p>Confined to one thread, the simulation thread; two simulations share nothing, and a handle of one is refused by the
 * other.
 *
 * <p>The events are in an {@link EventSet}; who schedules one is called back as an {@link EventHandler}. A
 * {@link io.torosim.core.machine.Machine Machine} has one, of which its vCPUs and devices live;
 * {@link io.torosim.core.direct.DirectThreads DirectThreads} writes models on it as threads.
 */
public final class Simulation {
    /** No event: never returned as a handle. */
    public static final long NO_HANDLE = EventSet.NO_HANDLE;
    /** The largest priority class; 0 fires first. */
    public static final int MAX_PRIORITY = EventSet.MAX_PRIORITY;
    /** The priority class of {@link #at(long, EventHandler, int, long)} and its like. */
    public static final int DEFAULT_PRIORITY = 16;

    /** So many events in a row at one instant are no progress any more. */
    private static final int MOST_AT_ONE_INSTANT = 10_000_000;

    /** A budget of events above this is none. */
    private static final long MANY = 1L << 62;

    private final EventSet events = new EventSet();
    private long nowPs;
    private long limitPs;
    private long budget;
    private long firedCount;
    /** How many events have fired after the first one of the present instant. */
    private int firedAtInstant;

    private boolean running;
    private boolean stopped;
    private int nowPriority;
    /** What ends the present run, or null. It is asked after every event, so it rules out run-ahead. */
    private @Nullable BooleanSupplier condition;
    /** Run-ahead to a time before this is granted without a look at the event set: a lower bound, 0 if nothing is known. */
    private long horizonPs;
    /** Whether {@link #horizonPs} may lie below the best bound that is known to hold. */
    private boolean horizonStale = true;
    /** Whether nothing is passed over in closed form any more. */
    private boolean stepwise;
    /** Told before a run that counts or looks at each event. */
    private final List<Runnable> settlers = new ArrayList<>();

    /** Creates a simulation at time 0 with nothing pending. */
    public Simulation() {}

    /** Returns the present time in picoseconds since power-on. */
    public long nowPs() {
        return nowPs;
    }

    /** Returns whether a run is in progress: whether this is asked from within an event. */
    public boolean isRunning() {
        return running;
    }

    /** Returns the number of events fired so far. */
    public long firedCount() {
        return firedCount;
    }

    /** Returns the number of events that are pending. */
    public int pendingCount() {
        return events.size();
    }

    /** Returns the time of the next event, or {@link Long#MAX_VALUE} if none is pending. */
    public long nextTimePs() {
        return events.nextTimePs();
    }

    /**
     * Returns the priority class of the event that is firing; after a run that reached its time, {@link Integer#MAX_VALUE}:
     * everything of that instant is over.
     */
    public int nowPriority() {
        return nowPriority;
    }

    /**
     * Schedules an event.
     *
     * @param timePs when, at least {@link #nowPs()}
     * @param priority class among equal times, in {@code [0, MAX_PRIORITY]}, lower first
     * @return a handle for {@link #cancel} and {@link #reschedule}
     */
    public long at(long timePs, int priority, EventHandler handler, int op, long arg) {
        if (timePs < nowPs) {
            throw tooEarly("timePs", timePs);
        }
        horizonPs = Math.min(horizonPs, timePs);
        return events.schedule(timePs, priority, handler, op, arg);
    }

    /** Schedules an event of the {@linkplain #DEFAULT_PRIORITY default class}. */
    public long at(long timePs, EventHandler handler, int op, long arg) {
        return at(timePs, DEFAULT_PRIORITY, handler, op, arg);
    }

    /**
     * Schedules an event of the default class {@code delayPs} from now.
     *
     * @throws IllegalArgumentException if {@code delayPs} is negative, or beyond the end of time, 2^63 - 1 ps or 106 days
     */
    public long after(long delayPs, EventHandler handler, int op, long arg) {
        if (delayPs < 0) {
            throw new IllegalArgumentException("delayPs must be at least 0, delayPs=" + delayPs);
        }
        return at(Picos.later(nowPs, delayPs, "delayPs"), DEFAULT_PRIORITY, handler, op, arg);
    }

    /** A negative instant is most often a sum that has gone past the end of time. */
    private IllegalArgumentException tooEarly(String name, long timePs) {
        String beyond = timePs < 0 ? "; a sum beyond the end of time is negative, and " + Picos.END_OF_TIME : "";
        return new IllegalArgumentException(
                name + " must be at least now, " + name + "=" + timePs + ", nowPs=" + nowPs + beyond);
    }

    /** Cancels a pending event; false if it has fired or been cancelled before. */
    public boolean cancel(long handle) {
        return events.cancel(handle);
    }

    /** Returns whether the handle names an event that is still pending. */
    public boolean isPending(long handle) {
        return events.isPending(handle);
    }

    /**
     * Returns when a pending event fires.
     *
     * @throws IllegalArgumentException if it has fired or been cancelled
     */
    public long timePs(long handle) {
        return events.timePs(handle);
    }

    /**
     * Returns the priority class of a pending event.
     *
     * @throws IllegalArgumentException if it has fired or been cancelled
     */
    public int priority(long handle) {
        return events.priority(handle);
    }

    /** Moves a pending event to {@code timePs}; false if the handle is stale. */
    public boolean reschedule(long handle, long timePs) {
        if (timePs < nowPs) {
            throw tooEarly("timePs", timePs);
        }
        horizonPs = Math.min(horizonPs, timePs);
        return events.reschedule(handle, timePs);
    }

    /**
     * Fires every event up to and including {@code untilPs}, then sets the clock there, unless {@link #stop} was called.
     *
     * @return the time at which it ended
     */
    public long runUntil(long untilPs) {
        if (untilPs < nowPs) {
            throw tooEarly("untilPs", untilPs);
        }
        run(untilPs, Long.MAX_VALUE, null);
        if (!stopped) {
            nowPs = untilPs;
            nowPriority = Integer.MAX_VALUE;
        }
        return nowPs;
    }

    /**
     * Fires every event until none is left, or {@link #stop} is called; the clock stays at the last one. A model that
     * always schedules another event never ends: then give {@link #runUntil(long)} a time.
     *
     * @return the time at which it ended
     */
    public long runToEnd() {
        run(Long.MAX_VALUE, Long.MAX_VALUE, null);
        return nowPs;
    }

    /** Fires at most {@code count} events; returns how many. */
    public long runEvents(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("count must be at least 0, count=" + count);
        }
        if (count <= MANY) {
            settle();
        }
        long before = firedCount;
        run(Long.MAX_VALUE, count, null);
        return firedCount - before;
    }

    /** Fires events until {@code condition} holds after one of them, or none is left; returns whether it holds. */
    public boolean runUntil(BooleanSupplier condition) {
        settle();
        boolean[] held = {condition.getAsBoolean()};
        if (!held[0]) {
            run(Long.MAX_VALUE, Long.MAX_VALUE, () -> held[0] = condition.getAsBoolean());
        }
        return held[0];
    }

    /**
     * From now on every step is an event of its own, in every run, as on a machine with {@code MachineSpec.exactStepping}: no run-ahead through {@link #horizonPs}, no
     * stretch of steps that counts at its end, and no rounds that are passed over uncounted. So an event number names one place of a run, however one came
     * there. For debuggers; results are the same, and slower.
     *
     * @throws IllegalStateException from within an event
     */
    public void stepwise() {
        if (running) {
            throw new IllegalStateException("a run is in progress: it is made stepwise between runs");
        }
        stepwise = true;
        settle();
    }

    /** Returns whether nothing may be passed over uncounted: {@link #stepwise()} has been called. */
    public boolean isStepwise() {
        return stepwise;
    }

    /**
     * Returns whether each event has to be looked at, or counted, singly in the present run ({@link #runEvents}, {@link #runUntil(BooleanSupplier)}, {@link
     * #stepwise()}): nothing may stand for several at once.
     */
    public boolean looksAtEach() {
        return stepwise || condition != null || budget <= MANY;
    }

    /**
     * Calls {@code settler} before each run that {@linkplain #looksAtEach looks at each event}, and when this becomes {@linkplain #stepwise() stepwise}: a stretch of
     * steps that is under way and would count at its end is then done up to now, and {@linkplain #countPassed counted}.
     */
    public void beforeLookingAtEach(Runnable settler) {
        settlers.add(Objects.requireNonNull(settler, "settler"));
    }

    private void settle() {
        if (!running) {
            settlers.forEach(Runnable::run);
        }
    }

    /** Ends the present run after the event that is firing; the rest stays pending. */
    public void stop() {
        stopped = true;
        forgetHorizon();
    }

    private void forgetHorizon() {
        horizonPs = 0;
        horizonStale = true;
    }

    /**
     * Returns a time before which, exclusive, nothing else can happen in the present run: {@link #advanceTo} may move the clock to
     * any instant before it. At least 0, which is what is returned where every event {@linkplain #looksAtEach has to be looked at}
     * singly. Cost: one look at the event set for each event that fires, else none.
     */
    public long horizonPs() {
        if (horizonStale && running && !stopped && !looksAtEach()) {
            horizonPs = Math.min(limitPs, events.nextTimePs() - 1) + 1;
            horizonStale = false;
        }
        return horizonPs;
    }

    /**
     * Run-ahead by many events at once, without a look at the event set.
     *
     * @param toPs before {@link #horizonPs}, and not before now
     * @param count how many {@link #tryAdvance} this stands for; they count as events
     */
    public void advanceTo(long toPs, long count, int priority) {
        assert toPs < horizonPs && toPs >= nowPs : toPs + " is not in [" + nowPs + ", " + horizonPs + ")";
        firedCount += count;
        nowPs = toPs;
        nowPriority = priority;
    }

    /** Counts {@code count} events that were passed over in closed form together with the one that is firing. */
    public void countPassed(long count) {
        firedCount += count;
    }

    /**
     * Run-ahead: moves the clock to {@code toPs} at once if an event of {@code priority} scheduled there now would be the
     * next to fire in the present run. It counts as that event.
     *
     * @return false if something else comes first or the run ends before; then nothing has changed
     */
    public boolean tryAdvance(long toPs, int priority) {
        if (toPs < horizonPs) {
            firedCount++;
            nowPs = toPs;
            nowPriority = priority;
            return true;
        }
        return (horizonStale || toPs == horizonPs) && tryAdvanceSlow(toPs, priority);
    }

    private boolean tryAdvanceSlow(long toPs, int priority) {
        long nextPs = events.nextTimePs();
        if (toPs > nextPs || (toPs == nextPs && priority >= events.nextPriority())) {
            return false;
        }
        if (!running || stopped || toPs > limitPs || budget <= 0 || condition != null) {
            return false;
        }
        budget--;
        firedCount++;
        nowPs = toPs;
        nowPriority = priority;
        horizonPs();
        return true;
    }

    /**
     * Run-ahead by whole periods: as many {@link #tryAdvance} steps of {@code periodPs} as would be granted one after the
     * other, at the cost of one. Each counts as an event.
     *
     * @param periodPs positive
     * @return how many, 0 if there is no room for one
     */
    public long advanceWhole(long periodPs, int priority) {
        if (periodPs <= 0) {
            throw new IllegalArgumentException("periodPs must be positive, periodPs=" + periodPs);
        }
        if (!running || stopped || condition != null) {
            return 0;
        }
        long lastPs = limitPs;
        if (events.size() > 0) {
            long nextPs = events.nextTimePs();
            lastPs = Math.min(lastPs, priority < events.nextPriority() ? nextPs : nextPs - 1);
        }
        long periods = lastPs <= nowPs ? 0 : Math.min(budget, (lastPs - nowPs) / periodPs);
        if (periods > 0) {
            budget -= periods;
            firedCount += periods;
            nowPs += periods * periodPs;
            nowPriority = priority;
        }
        return periods;
    }

    /**
     * Run-ahead for handlers that know each other: fires the next event of the present run without a call if {@code known} accepts its
     * handler. The caller, which is inside an event itself, does at once what that handler would have done.
     *
     * @return the handler; null if the next event is another's, or the run ends before it, or each event has to be looked at singly
     *     ({@link #runUntil(BooleanSupplier)}); then nothing has changed
     */
    public @Nullable EventHandler takeNextIf(Predicate<EventHandler> known) {
        if (!running || stopped || budget <= 0 || condition != null || events.nextTimePs() > limitPs) {
            return null;
        }
        EventHandler next = events.nextHandler();
        if (next == null || !known.test(next)) {
            return null;
        }
        fire(events.take(limitPs));
        return next;
    }

    private void fire(int taken) {
        forgetHorizon();
        long timePs = events.takenTimePs(taken);
        if (timePs != nowPs) {
            nowPs = timePs;
            firedAtInstant = 0;
        } else if (++firedAtInstant == MOST_AT_ONE_INSTANT) {
            throw noProgress(taken);
        }
        nowPriority = events.takenPriority(taken);
        firedCount++;
        budget--;
    }

    private IllegalStateException noProgress(int taken) {
        firedAtInstant = 0;
        return new IllegalStateException("no progress: " + MOST_AT_ONE_INSTANT + " events in a row at " + nowPs
                + " ps, the last of priority class " + events.takenPriority(taken) + ", op " + events.op(taken)
                + ", of " + events.handler(taken).getClass().getName());
    }

    private void run(long untilPs, long maxEvents, @Nullable BooleanSupplier until) {
        if (running) {
            throw new IllegalStateException("a run is in progress: events may not start another");
        }
        running = true;
        stopped = false;
        forgetHorizon();
        limitPs = untilPs;
        budget = maxEvents;
        condition = until;
        try {
            while (!stopped && budget > 0) {
                int taken = events.take(untilPs);
                if (taken < 0) {
                    return;
                }
                fire(taken);
                events.handler(taken).onEvent(events.op(taken), events.arg(taken));
                if (until != null && until.getAsBoolean()) {
                    return;
                }
            }
        } finally {
            running = false;
            forgetHorizon();
            condition = null;
        }
    }

    /**
     * A loop that asks the same question every {@code periodPs} until the answer is yes: a poll of a flag, a busy wait.
     *
     * <p>Rounds that cannot see a change are passed over in closed form: nothing changes between two events, so every round
     * before the next event gets the answer of the round before. Clock, counters, event numbers and order come out as if each
     * round had been an event; a property test holds the two ways against each other. The saving ends where another event lies
     * in between, another spin's round included: two spins of one simulation do not pass each other over.
     *
     * <p>The question must depend only on what events change, not on the clock, and must change nothing itself. Confined to the
     * simulation thread.
     */
    public static final class PeriodicSpin {
        private final Simulation simulation;
        private final long periodPs;
        private final int priority;
        private final BooleanSupplier question;
        private final EventHandler onYes;
        private final boolean fastForward;
        private final EventHandler round = this::round;
        private long handle = Simulation.NO_HANDLE;
        private long rounds;
        private long passedOver;

        /**
         * Creates a spin that does not run yet.
         *
         * @param periodPs time of a round, positive
         * @param priority class of its rounds among equal times
         * @param question asked at the beginning of each round
         * @param onYes called when the answer is yes, with op 0 and the number of rounds of this start; the spin has ended then
         *     and may be started again
         * @param fastForward whether rounds are passed over; the outcome is the same
         */
        public PeriodicSpin(
                Simulation simulation,
                long periodPs,
                int priority,
                BooleanSupplier question,
                EventHandler onYes,
                boolean fastForward) {
            if (periodPs <= 0) {
                throw new IllegalArgumentException("periodPs must be positive, periodPs=" + periodPs);
            }
            this.simulation = simulation;
            this.periodPs = periodPs;
            this.priority = priority;
            this.question = question;
            this.onYes = onYes;
            this.fastForward = fastForward;
        }

        /** Begins to spin: the first round is at {@code delayPs} from now. */
        public void start(long delayPs) {
            if (isSpinning()) {
                throw new IllegalStateException("the spin has begun already");
            }
            rounds = 0;
            handle = simulation.at(Picos.later(simulation.nowPs(), delayPs, "delayPs"), priority, round, 0, 0);
        }

        /** Ends it without an answer; false if it was not spinning. */
        public boolean stop() {
            return simulation.cancel(handle);
        }

        /** Returns whether it goes on. */
        public boolean isSpinning() {
            return simulation.isPending(handle);
        }

        /** Returns how many rounds got the answer no since the last start. */
        public long rounds() {
            return rounds;
        }

        /** Returns how many rounds of all starts were passed over. The one figure that fast-forward changes. */
        public long passedOver() {
            return passedOver;
        }

        private void round(int op, long arg) {
            if (question.getAsBoolean()) {
                onYes.onEvent(0, rounds);
                return;
            }
            rounds++;
            if (fastForward) {
                long skipped = simulation.advanceWhole(periodPs, priority);
                rounds += skipped;
                passedOver += skipped;
            }
            handle = simulation.at(Picos.later(simulation.nowPs(), periodPs, "periodPs"), priority, round, 0, 0);
        }
    }
}
