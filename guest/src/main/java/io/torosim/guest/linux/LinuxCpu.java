package io.torosim.guest.linux;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Counter;
import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.guest.spec.TickMode;
import java.util.ArrayList;
import java.util.List;

/**
 * One CPU of the Linux guest. In this order: work that interrupts have left (timers, ticks), the soft interrupt, a change of
 * task where one is due, the running task; else it is idle. Tasks work in stretches that an interrupt may cut; what the kernel
 * does is done in pieces that it may not. Idle enters {@code hlt} in one step with the last look for work, as
 * {@code sti; hlt} does.
 *
 * <p>Time in interrupts is not charged to the task they interrupt (as with CONFIG_IRQ_TIME_ACCOUNTING). A switch from idle to a
 * task costs a context switch; the switch to idle is in that cost.
 */
final class LinuxCpu implements Activity {
    private final LinuxHttpGuest guest;
    private final int id;
    private final LinuxCosts costs;
    private final TickMode tickMode;
    private final SoftInterrupt soft;
    private final CfsRunQueue runQueue;
    private final List<LinuxTask> tasks = new ArrayList<>();
    private final LinuxTask.SoftInterruptTask softTask;

    private LinuxTask running;
    private boolean needResched;
    private long kernelWorkPs;
    private long stretchPs;
    private long packet = -1;
    private boolean tickStopped = true;
    private boolean tickRestartDue;
    private boolean lookedOnce;
    private long ticks;

    LinuxCpu(LinuxHttpGuest guest, int id, LinuxCosts costs, TickMode tickMode, SoftInterrupt soft) {
        this.guest = guest;
        this.id = id;
        this.costs = costs;
        this.tickMode = tickMode;
        this.soft = soft;
        this.runQueue = new CfsRunQueue(costs.cfs);
        this.softTask = new LinuxTask.SoftInterruptTask(id);
        bind(softTask);
    }

    /** Binds a task to this CPU, for good. */
    void bind(LinuxTask task) {
        task.cpu = this;
        tasks.add(task);
    }

    int id() {
        return id;
    }

    SoftInterrupt softInterrupt() {
        return soft;
    }

    long ticks() {
        return ticks;
    }

    /** Adds work of a timer, to be done before anything else. */
    void kernelWork(long ps) {
        kernelWorkPs += ps;
    }

    /** The tick's interrupt: accounting, the end of a turn, the next tick. */
    void onTick(Vcpu vcpu) {
        ticks++;
        kernelWorkPs += costs.tickWorkPs;
        settle(vcpu);
        needResched |= runQueue.turnIsOver();
        if (wantsTick()) {
            vcpu.exit(ExitCause.TSC_DEADLINE);
            kernelWorkPs += costs.timerReprogramPs;
        } else {
            tickStopped = true;
        }
    }

    /** A tick was due and not wanted: there is none until it is started again. */
    void tickLapsed() {
        tickStopped = true;
    }

    /** Returns whether a tick that is due is wanted. */
    boolean wantsTick() {
        return switch (tickMode) {
            case PERIODIC -> true;
            case NOHZ_IDLE -> running != null;
            case NOHZ_FULL -> runQueue.runnable() > 1;
        };
    }

    /** A task of this CPU has work; returns whether the CPU must be told, because it is idle or another task runs. */
    boolean wakeUp(LinuxTask task) {
        boolean resched = runQueue.wakeUp(task.entity);
        needResched |= resched;
        if (tickMode == TickMode.NOHZ_FULL && tickStopped && wantsTick()) {
            startTick();
        }
        return resched;
    }

    @Override
    public long step(Vcpu vcpu) {
        settle(vcpu);
        if (packet >= 0) {
            long handled = packet;
            packet = -1;
            long cost = guest.onFrame(handled, vcpu);
            if (cost > 0) {
                return cost;
            }
        }
        if (kernelWorkPs > 0) {
            long work = kernelWorkPs;
            kernelWorkPs = 0;
            return work;
        }
        if (soft.pendingHere()) {
            long cost = softInterruptStep(vcpu);
            if (cost > 0) {
                return cost;
            }
            if (soft.pendingForTask()) {
                wakeUp(softTask);
            }
        }
        return runTask(vcpu);
    }

    /** One frame of the soft interrupt; 0 if its run is over. */
    long softInterruptStep(Vcpu vcpu) {
        long frame = soft.next(vcpu.nowPs(), needResched);
        if (frame < 0) {
            return 0;
        }
        packet = frame;
        if (running == softTask) {
            runQueue.ran(atPresentClock(costs.perPacketPs, vcpu));
        }
        return costs.perPacketPs;
    }

    private long runTask(Vcpu vcpu) {
        while (true) {
            boolean inSoftInterrupt = running == softTask && soft.running();
            if (running == null || needResched && !inSoftInterrupt) {
                LinuxTask before = running;
                CfsTask chosen = runQueue.choose();
                needResched = false;
                running = chosen == null ? null : taskOf(chosen);
                if (running == null) {
                    return idle(vcpu);
                }
                if (running != before) {
                    return switchTask(vcpu);
                }
            }
            if (tickRestartDue) {
                tickRestartDue = false;
                vcpu.exit(ExitCause.TSC_DEADLINE);
                return costs.timerReprogramPs;
            }
            long work = running.work();
            if (work > 0) {
                stretchPs = work;
                vcpu.interruptible();
                return work;
            }
            if (work == 0) {
                long cost = running.act(vcpu);
                if (cost > 0) {
                    if (running != softTask) {
                        runQueue.ran(atPresentClock(cost, vcpu));
                    }
                    return cost;
                }
            } else {
                runQueue.blocks();
                running = null;
            }
        }
    }

    private long switchTask(Vcpu vcpu) {
        lookedOnce = false;
        vcpu.increment(Counter.CONTEXT_SWITCHES);
        if (tickStopped && wantsTick()) {
            startTick();
        }
        return costs.contextSwitchPs;
    }

    /** The tick comes back; the CPU is to write its timer's deadline before it goes on with a task. */
    private void startTick() {
        tickStopped = false;
        tickRestartDue = tickMode != TickMode.PERIODIC;
        guest.tickWanted(id);
    }

    /** The tick is stopped, with a write to the timer's deadline, before {@code hlt}; an interrupt may come between. */
    private long idle(Vcpu vcpu) {
        if (!lookedOnce) {
            lookedOnce = true;
            if (tickMode != TickMode.PERIODIC && !tickStopped) {
                tickStopped = true;
                tickRestartDue = false;
                vcpu.exit(ExitCause.TSC_DEADLINE);
                return costs.timerReprogramPs;
            }
        }
        return HALT;
    }

    /** Books the stretch of work that has just ended or been cut. */
    private void settle(Vcpu vcpu) {
        if (stretchPs > 0) {
            long donePs = stretchPs - vcpu.takeUnfinishedPs();
            stretchPs = 0;
            running.worked(donePs);
            runQueue.ran(atPresentClock(donePs, vcpu));
        }
    }

    private LinuxTask taskOf(CfsTask entity) {
        for (LinuxTask task : tasks) {
            if (task.entity == entity) {
                return task;
            }
        }
        throw new AssertionError(entity);
    }

    private static long atPresentClock(long ps, Vcpu vcpu) {
        return ps * 1000 / vcpu.clockPermille();
    }
}
