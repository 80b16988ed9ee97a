package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.Counter;

/**
 * When the threads of a core last got a turn, although rounds of its ring that repeat are passed over and nobody gets one there: a thread of such a round had its
 * last turn so many periods later as rounds were passed over, and as much later as interrupts that changed nothing have held the round up since.
 *
 * <p>Of a core whose every step is done it is asked nothing.
 */
final class PassedTurns {
    private static final int NONE = -1;

    private final Vcpu vcpu;
    private final ThreadRing ring;

    /** The head of the round under way: when, and for how long interrupts had then held the threads up. */
    private long headPs;

    private long heldUpAtHeadPs;
    /** Of the round that was last proved to repeat: the threads with a turn in it have had one since. */
    private long provedHeadPs = NONE;

    private long periodPs;
    /** Up to the last interrupt that is over. */
    private long heldUpPs;
    /** When the interrupt began that no step of the scheduler has followed yet. */
    private long interruptedAtPs = NONE;
    /** Of those that the vCPU counts: stepped here, or passed over and settled. */
    private long rounds;

    PassedTurns(Vcpu vcpu, ThreadRing ring) {
        this.vcpu = vcpu;
        this.ring = ring;
    }

    /** A thread is about to get a turn. */
    void turn(ThreadRecord thread) {
        settleRounds();
        thread.heldUpPs = heldUpPs;
    }

    /** The core is at the head of a round, which repeats. */
    void repeats() {
        settleRounds();
        provedHeadPs = headPs;
        periodPs = vcpu.nowPs() - headPs - (heldUpPs - heldUpAtHeadPs);
    }

    /** The core is at the head of a round, which is stepped, and is counted next. */
    void begins() {
        settleRounds();
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

    /** The first step of the scheduler after interrupts: rounds may have been passed over in between. */
    void resumed() {
        settleRounds();
        if (interruptedAtPs != NONE) {
            interruptsOver(0);
        }
    }

    /** The vCPU is brought up to now, maybe in the middle of an interrupt, and what was passed over is made good. (Without a proof nothing was.) */
    void settleRounds() {
        if (provedHeadPs == NONE) {
            return;
        }
        long passed = vcpu.count(Counter.POLL_ROUNDS) - rounds;
        if (passed != 0) {
            passed(passed);
        }
    }

    private void passed(long passed) {
        rounds += passed;
        long passedPs = passed * periodPs;
        if (interruptedAtPs != NONE) { // over, or no round would have been passed over
            interruptsOver(passedPs);
        }
        ThreadRecord thread = ring.head();
        for (int i = 0; thread != null && i < ring.size(); i++, thread = thread.next) {
            if (thread.lastTurnPs >= provedHeadPs) {
                thread.lastTurnPs += passedPs + heldUpPs - thread.heldUpPs;
                thread.heldUpPs = heldUpPs;
            }
        }
    }

    private void interruptsOver(long passedSincePs) {
        heldUpPs += vcpu.nowPs() - interruptedAtPs - passedSincePs;
        interruptedAtPs = NONE;
    }
}
