package io.torosim.core.event;

import java.util.function.BooleanSupplier;

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
public final class PeriodicSpin {
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
        handle = simulation.at(Math.addExact(simulation.nowPs(), delayPs), priority, round, 0, 0);
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
        handle = simulation.at(Math.addExact(simulation.nowPs(), periodPs), priority, round, 0, 0);
    }
}
