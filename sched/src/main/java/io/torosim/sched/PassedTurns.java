package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.Counter;
import java.util.Arrays;

/**
 * When the threads of a core last got a turn, although rounds of its ring that repeat are passed over and nobody gets one there: a thread of such a round had its
 * last turn so many periods later as rounds were passed over, and as much later as interrupts that changed nothing have held the round up since.
 */
final class PassedTurns {
    private static final int NONE = -1;

    private final Vcpu vcpu;
    /** Whose turns were in the round under way, and in the round that was proved to repeat. */
    private ThreadRecord[] round = new ThreadRecord[4];

    private int turns;
    private ThreadRecord[] proved = new ThreadRecord[4];
    private int provedTurns;
    private long periodPs;

    /** The head of the round under way: when, and for how long interrupts had then held the threads up. */
    private long headPs;

    private long heldUpAtHeadPs;
    /** Up to the last interrupt that is over. */
    private long heldUpPs;
    /** When the interrupt began that no step of the scheduler has followed yet. */
    private long interruptedAtPs = NONE;
    /** Of those that the vCPU counts: stepped here, or passed over and settled. */
    private long rounds;

    PassedTurns(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    /** A thread gets a turn. */
    void turn(ThreadRecord thread) {
        settle();
        thread.lastTurnPs = vcpu.nowPs();
        thread.heldUpPs = heldUpPs;
        if (turns == round.length) {
            round = Arrays.copyOf(round, 2 * turns);
        }
        round[turns++] = thread;
    }

    /** The core is at the head of a round, before it asks whether that repeats. */
    void atHead() {
        settle();
    }

    /** It repeats. */
    void repeats() {
        ThreadRecord[] free = proved;
        proved = round;
        provedTurns = turns;
        round = free;
        turns = 0;
        periodPs = vcpu.nowPs() - headPs - (heldUpPs - heldUpAtHeadPs);
    }

    /** It is stepped. */
    void begins() {
        turns = 0;
        headPs = vcpu.nowPs();
        heldUpAtHeadPs = heldUpPs;
        rounds++;
    }

    /** An interrupt is taken, maybe within another. */
    void interrupted() {
        settleRounds();
        if (interruptedAtPs == NONE) {
            interruptedAtPs = vcpu.nowPs();
        }
    }

    boolean isInterrupted() {
        return interruptedAtPs != NONE;
    }

    /** A step of the scheduler: interrupts are over, and rounds may have been passed over after them. */
    void settle() {
        settleRounds();
        if (interruptedAtPs != NONE) {
            heldUpPs += vcpu.nowPs() - interruptedAtPs;
            interruptedAtPs = NONE;
        }
    }

    /** Of whoever looks: the vCPU is brought up to now, maybe in the middle of an interrupt. */
    void settleRounds() {
        long passed = vcpu.count(Counter.POLL_ROUNDS) - rounds;
        if (passed == 0) {
            return;
        }
        rounds += passed;
        long passedPs = passed * periodPs;
        if (interruptedAtPs != NONE) { // over, or no round had been passed over
            heldUpPs += vcpu.nowPs() - interruptedAtPs - passedPs;
            interruptedAtPs = NONE;
        }
        for (int i = 0; i < provedTurns; i++) {
            ThreadRecord thread = proved[i];
            thread.lastTurnPs += passedPs + heldUpPs - thread.heldUpPs;
            thread.heldUpPs = heldUpPs;
        }
    }
}
