package io.torosim.sched;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Counter;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.VcpuState;
import io.torosim.core.trace.TraceKind;
import io.torosim.sched.DispatchMatrix.Message;

/**
 * What a core of Toro executes: the threads' own actions and, between them, {@code Scheduling} and what it calls
 * (Process.pas). One method call is one step; what another core or an interrupt could come between is a step of its own.
 *
 * <p>The scheduler is cooperative: round robin from the current thread's successor over a ring of all threads, no
 * priorities, no time slice. Interrupt handlers never switch threads. All of it runs with interrupts enabled, the look for
 * ready threads and the {@code hlt} after it included, so a wake-up that comes between them is lost, as in Toro.
 */
final class CoreScheduler implements Activity {
    // where the core goes on
    static final int RUN = 0;
    static final int SWITCH = 1;
    static final int SWITCH_IDLE = 2;
    static final int SCHEDULING = 3;
    static final int LOOP = 4;
    static final int EMIGRATE = 5;
    static final int EMIGRATE_FILL = 6;
    static final int EMIGRATE_LOOK = 7;
    static final int IMMIGRATE = 8;
    static final int IMMIGRATE_CREATE = 9;
    static final int IMMIGRATE_LOOK = 10;
    static final int IMMIGRATE_RECHECK = 11;
    static final int IMMIGRATE_NEXT = 12;
    static final int SCAN = 13;
    static final int DECIDE = 14;
    static final int DISPATCH = 15;
    static final int EMPTY = 16;
    static final int EMPTY_HALT = 17;
    static final int EMPTY_WOKE = 18;
    static final int EMPTY_TEST = 19;
    static final int POLL_HALT = 20;
    static final int POLL_WOKE = 21;
    static final int TURN_HALT = 22;
    static final int TURN_WOKE = 23;
    static final int RETURN = 24;
    static final int SLEEP = 25;
    static final int BEGIN_LOCAL = 26;
    static final int BEGIN_PUSH = 27;
    static final int BEGIN_LOOK = 28;
    static final int BEGIN_SUSPEND = 29;
    static final int EXIT = 30;
    static final int DELAYING = 31;
    static final int SEND_IPI = 32;

    /** Nothing that takes time or that others can see was done: go on at once. */
    private static final long NEXT = Long.MIN_VALUE + 1;

    private static final int LOOP_ROUND = 2;
    private static final int LOOP_EMPTY = 3;
    private static final int LOOP_NOTHING_READY = 4;

    private final ToroKernel kernel;
    private final ToroCore core;
    private final KernelCosts costs;
    private final IdlePolicy policy;
    private final int cores;
    private final BusyDelay delay;

    private int pc = EMPTY_TEST;
    private GuestThread candidate;
    private boolean nextTurnHalt;
    private boolean lookedInVain;
    private int index;
    private int afterImmigrate;
    private int afterDelay;
    private int afterIpi;
    private int ipiTarget;
    private Message message;

    /** The thread at whose turn a round of the ring begins, for the detection of rounds that repeat. */
    private GuestThread anchor;

    private int turnsSinceAnchor;

    CoreScheduler(ToroKernel kernel, ToroCore core, KernelCosts costs) {
        this.kernel = kernel;
        this.core = core;
        this.costs = costs;
        this.policy = kernel.config().idlePolicy();
        this.cores = kernel.machine().vcpuCount();
        this.delay = new BusyDelay(core, costs);
    }

    @Override
    public long step(Vcpu vcpu) {
        long cost = NEXT;
        while (cost == NEXT) {
            cost = execute(vcpu);
        }
        return cost;
    }

    private long execute(Vcpu vcpu) {
        return switch (pc) {
            case RUN -> runThread(vcpu);
            case SWITCH -> switchThread(false);
            case SWITCH_IDLE -> switchThread(policy.heedsPolling());
            case SCHEDULING -> scheduling();
            case LOOP -> loop(vcpu);
            case EMIGRATE -> emigrate();
            case EMIGRATE_FILL -> emigrateFill();
            case EMIGRATE_LOOK -> emigrateLook();
            case IMMIGRATE -> immigrate();
            case IMMIGRATE_CREATE -> immigrateCreate();
            case IMMIGRATE_LOOK -> immigrateLook();
            case IMMIGRATE_RECHECK -> immigrateRecheck();
            case IMMIGRATE_NEXT -> immigrateNext();
            case SCAN -> scan();
            case DECIDE -> decide(vcpu);
            case DISPATCH -> dispatch(vcpu);
            case EMPTY -> empty(vcpu);
            case EMPTY_HALT -> halt(EMPTY_WOKE);
            case EMPTY_WOKE -> emptyWoke();
            case EMPTY_TEST -> emptyTest();
            case POLL_HALT -> halt(POLL_WOKE);
            case POLL_WOKE -> pollWoke();
            case TURN_HALT -> halt(TURN_WOKE);
            case TURN_WOKE -> turnWoke();
            case RETURN -> returnFromSwitch();
            case SLEEP -> sleep(vcpu);
            case BEGIN_LOCAL -> beginLocal();
            case BEGIN_PUSH -> beginPush();
            case BEGIN_LOOK -> beginLook();
            case BEGIN_SUSPEND -> beginSuspend();
            case EXIT -> exit();
            case DELAYING -> delaying(vcpu);
            case SEND_IPI -> sendIpi(vcpu);
            default -> throw new AssertionError(pc);
        };
    }

    // ---- the current thread

    private long runThread(Vcpu vcpu) {
        GuestThread thread = core.current;
        long action = thread.program().next(thread);
        if (action >= 0) {
            return action;
        }
        if (action == GuestThread.SWITCH) {
            pc = SWITCH;
        } else if (action == GuestThread.SWITCH_IDLE) {
            pc = SWITCH_IDLE;
        } else if (action == GuestThread.SUSPEND) {
            core.setState(thread, ThreadState.SUSPENDED);
            pc = SWITCH;
        } else if (action == GuestThread.SLEEP) {
            vcpu.changed();
            pc = SLEEP;
        } else if (action == GuestThread.BEGIN_THREAD) {
            vcpu.changed();
            pc = beginsWhere(thread);
        } else if (action == GuestThread.EXIT) {
            pc = EXIT;
        } else if (action == GuestThread.PANIC) {
            core.trace(TraceKind.PANIC, thread.id(), 0);
            return HANG;
        } else {
            throw new IllegalStateException(thread + ": its program returned no action: " + action);
        }
        return NEXT;
    }

    /** SysThreadSwitch up to its call of Scheduling. */
    private long switchThread(boolean idle) {
        if (idle) {
            core.threadPolls(core.current);
        } else {
            core.threadActive(core.current);
        }
        core.current.resumeAt = RETURN;
        pc = SCHEDULING;
        return 2 * costs.lapicIdReadPs + (idle ? costs.rdtscPs : 0);
    }

    /** SysThreadSwitch after Scheduling: the kill flag. */
    private long returnFromSwitch() {
        pc = core.current.killFlag ? EXIT : RUN;
        return costs.lapicIdReadPs;
    }

    private long sleep(Vcpu vcpu) {
        GuestThread thread = core.current;
        if (vcpu.tsc() >= thread.sleepUntilTsc) {
            vcpu.changed();
            pc = RUN;
        } else {
            vcpu.comparesWith(thread.sleepUntilPs);
            vcpu.enter(VcpuState.POLL);
            thread.resumeAt = SLEEP;
            pc = SCHEDULING;
        }
        return costs.rdtscPs;
    }

    /** ThreadExit: off the ring, then Scheduling with the successor as candidate. */
    private long exit() {
        GuestThread thread = core.current;
        GuestThread successor = thread.next;
        core.ring.remove(thread);
        core.forgetPoller(thread);
        thread.exited = true;
        core.vcpu().changed();
        core.trace(TraceKind.THREAD_EXIT, thread.id(), 0);
        core.current = core.ring.isEmpty() ? null : successor;
        nextTurnHalt = false;
        candidate = core.current;
        pc = LOOP;
        return costs.lapicIdReadPs;
    }

    // ---- Scheduling

    private long scheduling() {
        nextTurnHalt = false;
        candidate = null;
        lookedInVain = false;
        pc = LOOP;
        return costs.lapicIdReadPs;
    }

    private long loop(Vcpu vcpu) {
        if (core.ring.isEmpty()) {
            pc = EMPTY;
            return NEXT;
        }
        if (lookedInVain && vcpu.roundRepeats(LOOP_NOTHING_READY)) {
            return SPIN;
        }
        index = 0;
        pc = EMIGRATE;
        return NEXT;
    }

    private long scan() {
        GuestThread c = candidate;
        if (c == null) {
            c = core.current.next;
        }
        boolean stop = c.state == ThreadState.READY
                || (c.state == ThreadState.IDLE && core.pollingCount() != core.pollingTotal());
        candidate = stop ? c : c.next;
        if (stop || candidate == core.current) {
            pc = DECIDE;
        }
        return costs.scanPs;
    }

    private long decide(Vcpu vcpu) {
        boolean pollsOn = candidate.state == ThreadState.IDLE && core.pollingCount() != core.pollingTotal();
        if (candidate.state == ThreadState.READY || pollsOn) {
            pc = DISPATCH;
            return NEXT;
        }
        if (core.allPollersIdle()) {
            setIdle(true);
            pc = POLL_HALT;
            return costs.sharedStorePs;
        }
        if (!policy.haltsNothingReady()) {
            vcpu.enter(VcpuState.POLL);
            lookedInVain = true;
            pc = LOOP;
            return costs.scanPs;
        }
        if (nextTurnHalt) {
            setIdle(true);
            pc = TURN_HALT;
            return costs.sharedStorePs;
        }
        nextTurnHalt = true;
        return delay(costs.secondTurnPs(), LOOP);
    }

    private long dispatch(Vcpu vcpu) {
        if (anchor != candidate && ++turnsSinceAnchor > core.ring.size()) {
            anchor = candidate;
        }
        if (anchor == candidate) {
            turnsSinceAnchor = 0;
            if (vcpu.roundRepeats(LOOP_ROUND)) {
                return SPIN;
            }
            vcpu.increment(Counter.POLL_ROUNDS);
        }
        nextTurnHalt = false;
        GuestThread before = core.current;
        core.current = candidate;
        pc = candidate.resumeAt;
        if (before == candidate) {
            return costs.rdtscPs;
        }
        vcpu.increment(Counter.CONTEXT_SWITCHES);
        return costs.threadSwitchPs;
    }

    // ---- halting

    private long halt(int then) {
        pc = then;
        return HALT;
    }

    private long pollWoke() {
        setIdle(false);
        core.wakePollers();
        pc = LOOP;
        return costs.sharedStorePs;
    }

    private long turnWoke() {
        setIdle(false);
        nextTurnHalt = false;
        pc = LOOP;
        return costs.sharedStorePs;
    }

    private long empty(Vcpu vcpu) {
        if (!policy.haltsEmptyCore()) {
            vcpu.enter(VcpuState.POLL);
            if (vcpu.roundRepeats(LOOP_EMPTY)) {
                return SPIN;
            }
            startImmigrate(EMPTY_TEST);
            return costs.scanPs;
        }
        setIdle(true);
        pc = EMPTY_HALT;
        return costs.sharedStorePs;
    }

    private long emptyWoke() {
        setIdle(false);
        startImmigrate(EMPTY_TEST);
        return costs.sharedStorePs;
    }

    private long emptyTest() {
        if (core.ring.isEmpty()) {
            pc = EMPTY;
            return costs.scanPs;
        }
        core.vcpu().enter(VcpuState.BUSY);
        core.current = core.ring.head();
        pc = core.current.resumeAt;
        core.vcpu().increment(Counter.CONTEXT_SWITCHES);
        return costs.threadSwitchPs;
    }

    private void setIdle(boolean idle) {
        kernel.beforeTouch();
        core.idle = idle;
    }

    // ---- messages to other cores

    /** The own outgoing messages, which nobody else sees: one step up to the first target that has some. */
    private long emigrate() {
        long cost = 0;
        while (index < cores) {
            cost += costs.mailboxCheckPs;
            if (core.toBeDispatched[index] != null) {
                pc = EMIGRATE_FILL;
                return cost;
            }
            index++;
        }
        startImmigrate(SCAN);
        return cost > 0 ? cost : NEXT;
    }

    private long emigrateFill() {
        if (kernel.matrix().slot(index, core.id()) != null) {
            index++;
            pc = EMIGRATE;
            return costs.mailboxCheckPs;
        }
        kernel.beforeTouch();
        kernel.matrix().fill(index, core.id(), core.toBeDispatched[index]);
        core.toBeDispatched[index] = null;
        core.trace(TraceKind.MESSAGE, core.id(), index);
        pc = EMIGRATE_LOOK;
        return costs.sharedStorePs;
    }

    private long emigrateLook() {
        int target = index++;
        pc = EMIGRATE;
        if (kernel.core(target).idle) {
            wakeCore(target, EMIGRATE);
        }
        return costs.mailboxCheckPs;
    }

    private void startImmigrate(int then) {
        afterImmigrate = then;
        index = 0;
        pc = IMMIGRATE;
    }

    private long immigrate() {
        if (index == cores) {
            pc = afterImmigrate;
            return NEXT;
        }
        message = kernel.matrix().slot(core.id(), index);
        if (message == null) {
            index++;
        } else {
            pc = IMMIGRATE_CREATE;
        }
        return costs.mailboxCheckPs;
    }

    private long immigrateCreate() {
        core.vcpu().enter(VcpuState.BUSY);
        kernel.beforeTouch();
        GuestThread requester = message.requester;
        requester.began = kernel.create(core, requester.beginName, requester.beginProgram);
        requester.core().makeReady(requester);
        pc = IMMIGRATE_LOOK;
        return costs.threadCreatePs;
    }

    private long immigrateLook() {
        if (kernel.core(index).idle) {
            wakeCore(index, IMMIGRATE_NEXT);
            return costs.mailboxCheckPs;
        }
        delay(costs.recheckPs(), IMMIGRATE_RECHECK);
        return costs.mailboxCheckPs;
    }

    private long immigrateRecheck() {
        if (kernel.core(index).idle) {
            wakeCore(index, IMMIGRATE_NEXT);
        } else {
            pc = IMMIGRATE_NEXT;
        }
        return costs.mailboxCheckPs;
    }

    private long immigrateNext() {
        message = message.next;
        if (message != null) {
            pc = IMMIGRATE_CREATE;
            return NEXT;
        }
        kernel.beforeTouch();
        kernel.matrix().clear(core.id(), index);
        index++;
        pc = IMMIGRATE;
        return costs.sharedStorePs;
    }

    // ---- SysBeginThread

    private int beginsWhere(GuestThread thread) {
        int target = thread.beginOnCore;
        if (target >= kernel.startedCores()) {
            return RUN;
        }
        return target == core.id() ? BEGIN_LOCAL : BEGIN_PUSH;
    }

    private long beginLocal() {
        GuestThread thread = core.current;
        thread.began = kernel.create(core, thread.beginName, thread.beginProgram);
        pc = RUN;
        return costs.threadCreatePs;
    }

    private long beginPush() {
        GuestThread thread = core.current;
        Message request = new Message(thread);
        request.next = core.toBeDispatched[thread.beginOnCore];
        core.toBeDispatched[thread.beginOnCore] = request;
        core.vcpu().changed();
        pc = BEGIN_LOOK;
        return costs.scanPs;
    }

    private long beginLook() {
        int target = core.current.beginOnCore;
        pc = BEGIN_SUSPEND;
        if (kernel.core(target).idle) {
            wakeCore(target, BEGIN_SUSPEND);
        }
        return costs.mailboxCheckPs;
    }

    private long beginSuspend() {
        core.setState(core.current, ThreadState.SUSPENDED);
        pc = SWITCH;
        return costs.scanPs;
    }

    // ---- send_apic_int and Delay

    private void wakeCore(int target, int then) {
        ipiTarget = target;
        afterIpi = then;
        delay(costs.ipiDelayPs(), SEND_IPI);
    }

    private long sendIpi(Vcpu vcpu) {
        kernel.machine().sendIpi(vcpu, ipiTarget, ToroKernel.INTER_CORE_IRQ);
        pc = afterIpi;
        return 2 * costs.apicWritePs;
    }

    private long delay(long realPs, int then) {
        delay.begin(realPs);
        afterDelay = then;
        pc = DELAYING;
        return NEXT;
    }

    private long delaying(Vcpu vcpu) {
        long wait = delay.step(vcpu);
        if (wait != BusyDelay.OVER) {
            return wait;
        }
        pc = afterDelay;
        return NEXT;
    }
}
