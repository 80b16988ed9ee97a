package io.torosim.guest.linux;

import io.torosim.guest.net.NetworkCard;

/**
 * The network's soft interrupt of one CPU (net/core/dev.c: net_rx_action; kernel/softirq.c). The card's interrupt schedules it
 * and stays off while it polls (NAPI). One run of it ends when the queue is empty, after the budget of frames, or after 2 ms,
 * which is looked at every 64 frames. If frames are left it is run again at once, for at most 2 ms and ten times in a row and
 * only while no task waits for the CPU; then ksoftirqd, a task like others, has to go on, and until it sleeps again the soft
 * interrupt runs nowhere else.
 */
final class SoftInterrupt {
    private final LinuxCosts costs;
    private final NetworkCard card;
    private boolean scheduled;
    private boolean running;
    private boolean handedOver;
    private int budget;
    private int frames;
    private int restarts;
    private long runEndPs;
    private long allEndPs;
    private long handOvers;

    SoftInterrupt(LinuxCosts costs, NetworkCard card) {
        this.costs = costs;
        this.card = card;
    }

    /** The card's interrupt: there are frames. */
    void schedule() {
        scheduled = true;
    }

    /** Returns whether it has work for the context of an interrupt. */
    boolean pendingHere() {
        return scheduled && !handedOver;
    }

    /** Returns whether ksoftirqd has work. */
    boolean pendingForTask() {
        return scheduled && handedOver;
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
     * Takes the next frame of a run.
     *
     * @param taskWaits whether the running task should give way
     * @return the frame, or -1: the run is over, and what is pending now is to be asked
     */
    long next(long nowPs, boolean taskWaits) {
        if (!running) {
            running = true;
            restarts = costs.softirqRestarts;
            allEndPs = nowPs + costs.softirqPs;
            beginRun(nowPs);
        }
        if (card.receivedCount() == 0) {
            card.readStatus(); // the card may interrupt again
            running = false;
            scheduled = false;
            handedOver = false;
            return -1;
        }
        if (runIsOver(nowPs)) {
            restarts--;
            if (nowPs >= allEndPs || restarts == 0 || taskWaits) {
                running = false;
                if (!handedOver) {
                    handedOver = true;
                    handOvers++;
                }
                return -1;
            }
            beginRun(nowPs);
        }
        budget--;
        frames++;
        return card.takeReceived();
    }

    private void beginRun(long nowPs) {
        budget = costs.rxBudget;
        frames = 0;
        runEndPs = nowPs + costs.rxBudgetPs;
    }

    private boolean runIsOver(long nowPs) {
        if (frames < costs.napiWeight && budget > 0) {
            return false;
        }
        frames = 0;
        return budget <= 0 || nowPs >= runEndPs;
    }
}
