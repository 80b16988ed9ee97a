package io.torosim.bench.jmh;

import io.torosim.sched.IdlePolicy;

/** The idle policies by name, for the parameters of benchmarks. */
public enum Policy {
    /** Polls for ever. */
    BUSY_POLL(IdlePolicy.busyPoll()),
    /** An empty core halts, a polling thread never does. */
    HALT_WITHOUT_HINT(IdlePolicy.haltWithoutHint()),
    /** Polls for 200 ms, then halts. */
    POLL_THEN_HALT(IdlePolicy.pollThenHalt()),
    /** Looks at the last interrupt, as in 2020. */
    LAST_IRQ_2020(IdlePolicy.lastIrq2020()),
    /** Halts without a window. */
    HALT_AT_ONCE(IdlePolicy.haltAtOnce()),
    /** Waits for a write with MWAIT. */
    MWAIT(IdlePolicy.mwait());

    private final IdlePolicy policy;

    Policy(IdlePolicy policy) {
        this.policy = policy;
    }

    /** Returns the policy. */
    public IdlePolicy idlePolicy() {
        return policy;
    }
}
