package io.torosim.guest.linux;

/**
 * The network's soft interrupt of one CPU (net/core/dev.c: net_rx_action; kernel/softirq.c). The card's interrupt schedules it
 * and stays off while it polls (NAPI). A poll takes up to 64 frames, has the receive queue filled up, and asks for interrupts again if it found
 * the queue empty. A run ends then, or after the poll in which its budget or 2 ms are used up. If frames are left it is run again at once, for at
 * most 2 ms and ten times in a row and only while no task waits for the CPU; then ksoftirqd, a task like others, has to go on, and until it sleeps
 * again the soft interrupt runs nowhere else.
 *
 * <p>It says what comes next; who executes that tells it what came of it ({@link #received}, {@link #completed}).
 */
final class SoftInterrupt {
    /** What comes next. */
    enum Next {
        /** Look for a frame. */
        RECEIVE,
        /** Fill the receive queue up, if it is due. */
        REFILL,
        /** Ask for interrupts again. */
        COMPLETE,
        /** Nothing: a run is over, and what is pending now is to be asked. */
        OVER
    }

    private enum Phase {
        RECEIVING,
        POLLED,
        EMPTY,
        REFILLED,
        COMPLETED
    }

    private final LinuxCosts costs;
    private Phase phase = Phase.RECEIVING;
    private boolean scheduled;
    private boolean running;
    private boolean handedOver;
    private int budget;
    private int frames;
    private int restarts;
    private long runEndPs;
    private long allEndPs;
    private long handOvers;

    SoftInterrupt(LinuxCosts costs) {
        this.costs = costs;
    }

    /** The card's interrupt: there are frames. */
    void schedule() {
        scheduled = true;
    }

    /** Returns whether it has work for the context of an interrupt. */
    boolean pendingHere() {
        return (scheduled || running) && !handedOver;
    }

    /** Returns whether ksoftirqd has work. */
    boolean pendingForTask() {
        return (scheduled || running) && handedOver;
    }

    /** Returns whether a run is under way: until it ends no task is scheduled. */
    boolean running() {
        return running;
    }

    /** Returns how often ksoftirqd had to go on. */
    long handOvers() {
        return handOvers;
    }

    /**
     * Goes on.
     *
     * @param taskWaits whether the running task should give way
     */
    Next next(long nowPs, boolean taskWaits) {
        if (!running) {
            running = true;
            restarts = costs.softirqRestarts;
            allEndPs = nowPs + costs.softirqPs;
            beginRun(nowPs);
        }
        switch (phase) {
            case RECEIVING -> {
                return Next.RECEIVE;
            }
            case POLLED -> {
                phase = Phase.REFILLED;
                return Next.REFILL;
            }
            case EMPTY -> {
                phase = Phase.COMPLETED;
                return Next.REFILL;
            }
            case COMPLETED -> {
                scheduled = false;
                return Next.COMPLETE;
            }
            default -> {
                return pollIsOver(nowPs, taskWaits);
            }
        }
    }

    /** {@link Next#RECEIVE} has found a frame, or none. */
    void received(boolean frame) {
        if (!frame) {
            phase = Phase.EMPTY;
            return;
        }
        budget--;
        frames++;
        if (frames == costs.napiWeight) {
            phase = Phase.POLLED;
        }
    }

    /** {@link Next#COMPLETE} is done; {@code more} says whether it has found another frame. An interrupt may have come meanwhile. */
    void completed(boolean more) {
        scheduled |= more;
        phase = Phase.REFILLED;
    }

    private Next pollIsOver(long nowPs, boolean taskWaits) {
        phase = Phase.RECEIVING;
        frames = 0;
        if (!scheduled) {
            running = false;
            handedOver = false;
            return Next.OVER;
        }
        if (budget <= 0 || nowPs >= runEndPs) {
            restarts--;
            if (nowPs >= allEndPs || restarts == 0 || taskWaits) {
                running = false;
                if (!handedOver) {
                    handedOver = true;
                    handOvers++;
                }
                return Next.OVER;
            }
            beginRun(nowPs);
        }
        return Next.RECEIVE;
    }

    private void beginRun(long nowPs) {
        budget = costs.rxBudget;
        runEndPs = nowPs + costs.rxBudgetPs;
    }
}
