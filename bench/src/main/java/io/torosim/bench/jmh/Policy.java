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
    /** Polling threads spin for ever again, as from August 2019 on. */
    POLLERS_SPIN_2019(IdlePolicy.pollersSpin2019()),
    /** Looks at the last interrupt, as in September 2020. */
    LAST_IRQ_2020(IdlePolicy.lastIrq2020()),
    /** The same without Idle flag and wake-up interrupts, as in November 2020: an empty core spins. */
    NO_IDLE_FLAG_2020(IdlePolicy.noIdleFlag2020()),
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
