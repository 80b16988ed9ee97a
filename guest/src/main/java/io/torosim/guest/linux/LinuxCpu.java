package io.torosim.guest.linux;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.guest.driver.NapiNet;
import io.torosim.guest.spec.LinuxConfig.TickMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One CPU of the Linux guest. In this order: a routine of the network driver that is under way, the stack's work on a received frame, work that
 * interrupts have left (timers, ticks), time-outs of connections, the soft interrupt, a change of task where one is due, the running task; else it is idle. Tasks work in
 * stretches that an interrupt may cut; what the kernel does is done in pieces that it may not, the driver's routines ring word by ring word
 * ({@link DriverCalls}). Idle enters {@code hlt} in one step with the last look for work, as {@code sti; hlt} does.
 *
 * <p>Time in interrupts is not charged to the task they interrupt (as with CONFIG_IRQ_TIME_ACCOUNTING). A switch from idle to a
 * task costs a context switch; the switch to idle is in that cost.
 */
final class LinuxCpu implements Activity {
    /** Of a task: it has begun a routine of the driver. */
    private static final long CALLED = StepResult.CALL;

    private static final int NOTHING = 0;
    private static final int RECEIVE = 1;
    private static final int COMPLETE = 2;

    private final LinuxHttpGuest guest;
    private final NapiNet net;
    private final DriverCalls calls;
    private final GuestCpu cpu;
    private final int id;
    private final LinuxCosts costs;
    private final TickMode tickMode;
    private final SoftInterrupt soft;
    private final CfsRunQueue runQueue;
    private final List<LinuxTask> tasks = new ArrayList<>();
    private final LinuxTask.SoftInterruptTask softTask;

    private @Nullable LinuxTask running;
    private boolean needResched;
    private long kernelWorkPs;
    private long stretchPs;
    /** What the soft interrupt waits for of the driver. */
    private int awaited;
    /** Whether the driver works for the running task. */
    private boolean forTask;
    /** Bytes of the frame that the stack works on, -1 without one. */
    private int frameBytes = -1;

    private boolean transmitInterrupt;
    private boolean tickStopped = true;
    private boolean tickRestartDue;
    private boolean lookedOnce;
    private long ticks;

    LinuxCpu(LinuxHttpGuest guest, Vcpu vcpu, NapiNet net, LinuxCosts costs, TickMode tickMode) {
        this.guest = guest;
        this.id = vcpu.id();
        this.net = net;
        this.calls = new DriverCalls(vcpu, net.transmit());
        this.cpu = new GuestCpu(vcpu);
        this.costs = costs;
        this.tickMode = tickMode;
        this.soft = new SoftInterrupt(costs);
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
            kernelWorkPs += setTimer(guest.nextTickPs());
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

    /** The interrupt of the card's transmit queue. */
    void onTransmitInterrupt() {
        transmitInterrupt = true;
    }

    /**
     * Packets have been queued: if nobody sends them this CPU does, before anything else.
     *
     * @param task whether the running task pays
     */
    void transmitIfDue(boolean task) {
        if (net.mustTransmit()) {
            calls.begin(net.transmit());
            forTask = task;
        }
    }

    /** Returns how much of a task's work the driver has done already. */
    long takeOwed(long workPs) {
        return calls.takeOwed(workPs);
    }

    @Override
    public long step(Vcpu vcpu) {
        settle(vcpu);
        while (true) {
            long ps = kernel(vcpu);
            if (ps == 0 && !calls.active()) {
                ps = runTask(vcpu);
            }
            if (ps != 0 && ps != CALLED) {
                return ps;
            }
        }
    }

    /** The next piece of what comes before tasks; 0 if there is none, or if it has begun a routine of the driver. */
    private long kernel(Vcpu vcpu) {
        while (calls.active()) {
            long ps = calls.step(vcpu);
            if (forTask || running == softTask) {
                runQueue.ran(atPresentClock(calls.tookPs(), vcpu));
            }
            if (ps > 0) {
                return ps;
            }
            if (ps < 0) {
                forTask = false;
                long work = driverIsDone(vcpu);
                if (work > 0) {
                    return work;
                }
            }
        }
        if (frameBytes >= 0) {
            int bytes = frameBytes;
            frameBytes = -1;
            long cost = guest.onFrame(bytes, vcpu);
            kernelWorkPs += guest.takeRepeatsPs();
            transmitIfDue(false);
            if (cost > 0 || calls.active()) {
                return cost;
            }
        }
        if (kernelWorkPs > 0) {
            return takeKernelWork();
        }
        if (guest.hasTimedOut(id)) {
            guest.onTimers();
            kernelWorkPs += guest.takeRepeatsPs();
            transmitIfDue(false);
            if (!calls.active() && kernelWorkPs > 0) {
                return takeKernelWork();
            }
        } else if (transmitInterrupt) {
            transmitInterrupt = false;
            net.transmitInterrupt();
            transmitIfDue(false);
        }
        if (!calls.active() && soft.pendingHere()) {
            softInterruptStep(vcpu);
            if (soft.pendingForTask()) {
                wakeUp(softTask);
            }
        }
        return 0;
    }

    private long takeKernelWork() {
        long work = kernelWorkPs;
        kernelWorkPs = 0;
        return work;
    }

    /** What the soft interrupt waited for has come; returns what the stack's work on it takes, 0 if it is nothing. */
    private long driverIsDone(Vcpu vcpu) {
        int what = awaited;
        awaited = NOTHING;
        if (what == COMPLETE) {
            soft.completed(net.moreReceived());
        } else if (what == RECEIVE) {
            frameBytes = guest.takeReceived();
            soft.received(frameBytes >= 0);
            if (frameBytes >= 0) {
                long workPs = costs.perPacketPs - calls.takeOwed(costs.perPacketPs);
                if (running == softTask) {
                    runQueue.ran(atPresentClock(workPs, vcpu));
                }
                return workPs;
            }
        }
        return 0;
    }

    /** Goes on with the soft interrupt up to the next routine of the driver, or to the end of a run. */
    void softInterruptStep(Vcpu vcpu) {
        while (true) {
            switch (soft.next(vcpu.nowPs(), needResched)) {
                case RECEIVE -> {
                    awaited = RECEIVE;
                    calls.begin(net.receive());
                    return;
                }
                case COMPLETE -> {
                    awaited = COMPLETE;
                    calls.begin(net.complete());
                    return;
                }
                case REFILL -> {
                    if (net.needsRefill()) {
                        calls.begin(net.refill());
                        return;
                    }
                }
                default -> {
                    return;
                }
            }
        }
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
                    return idle();
                }
                if (running != before) {
                    return switchTask(vcpu);
                }
            }
            if (tickRestartDue) {
                tickRestartDue = false;
                return setTimer(guest.nextTickPs());
            }
            long work = running.work();
            if (work > 0) {
                stretchPs = work;
                vcpu.interruptible();
                return work;
            }
            if (work == 0) {
                running.act(vcpu);
                if (calls.active()) {
                    return CALLED;
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

    /** Writes the deadline of its timer, 0 to stop it: one access; returns what that takes. */
    private long setTimer(long deadlinePs) {
        cpu.stepBegins();
        cpu.writeMsr(ApicRegisters.TSC_DEADLINE_MSR, guest.tscAt(deadlinePs));
        return cpu.stepEnds("Linux", "write the timer's deadline");
    }

    /** Sends an interrupt to another CPU: one access, since Linux has the x2APIC; returns what that takes. */
    long sendIpi(int target, int vector) {
        cpu.stepBegins();
        cpu.sendIpiX2(target, vector);
        return cpu.stepEnds("Linux", "write the interrupt command");
    }

    /** The tick is stopped, with a write to the timer's deadline, before {@code hlt}; an interrupt may come between. */
    private long idle() {
        if (!lookedOnce) {
            lookedOnce = true;
            if (tickMode != TickMode.PERIODIC && !tickStopped) {
                tickStopped = true;
                tickRestartDue = false;
                return setTimer(0);
            }
        }
        return HALT;
    }

    /** Books the stretch of work that has just ended or been cut. */
    private void settle(Vcpu vcpu) {
        if (stretchPs > 0) {
            long donePs = stretchPs - vcpu.takeUnfinishedPs();
            stretchPs = 0;
            Objects.requireNonNull(running, "no task runs").worked(donePs);
            runQueue.ran(atPresentClock(donePs, vcpu));
        }
    }

    @Override
    public String place() {
        return calls.active() ? "Linux;" + calls.place() : running == null ? "Linux" : "Linux;" + running.entity;
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
