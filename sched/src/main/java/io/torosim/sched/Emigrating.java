package io.torosim.sched;

import io.torosim.core.machine.Vcpu;

/** Emigrating (Process.pas): the messages of the core's own lists go to the slots that are free, and who is idle is woken. */
final class Emigrating implements KernelRoutine {
    private static final int FIND = 0;
    private static final int FILL = 1;
    private static final int LOOK = 2;

    private final CoreMail core;
    private final KernelCosts costs;
    private final int cores;
    private int target;
    private int stage;

    Emigrating(CoreMail core, KernelCosts costs) {
        this.core = core;
        this.costs = costs;
        this.cores = core.cores();
    }

    void begin() {
        target = 0;
        stage = FIND;
    }

    @Override
    public long step(Vcpu vcpu) {
        switch (stage) {
            case FIND:
                return find();
            case FILL:
                return fill();
            default:
                boolean idle = core.isIdle(target++);
                stage = FIND;
                return idle ? WAKE : costs.mailboxCheckPs;
        }
    }

    /** The own outgoing messages, which nobody else sees: one step up to the first target that has some. */
    private long find() {
        long cost = 0;
        while (target < cores) {
            cost += costs.mailboxCheckPs;
            if (core.outgoing(target) != null) {
                stage = FILL;
                return cost;
            }
            target++;
        }
        return cost > 0 ? cost : OVER;
    }

    private long fill() {
        if (core.matrix().slot(target, core.id()) != null) {
            target++;
            stage = FIND;
            return costs.mailboxCheckPs;
        }
        core.beforeTouch();
        core.matrix().fill(target, core.id(), core.takeOutgoing(target));
        core.sent(target);
        stage = LOOK;
        return costs.sharedStorePs;
    }

    @Override
    public int wakes() {
        return stage == LOOK ? target : -1;
    }
}
