package io.torosim.sched;

import io.torosim.core.code.GuestCpu;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The record of a core (Process.pas: {@code TCPU}): its threads, its polling threads, its outgoing messages.
 *
 * <p>{@link CoreScheduler} is what it executes; threads stand in its {@link ThreadRing}, those that poll in {@link Pollers}, messages in
 * {@link CoreMail}, which it is. It belongs to a {@link ToroKernel}, and {@link ToroThread} acts on it.
 */
final class ToroCore extends CoreMail {
    private final ToroKernel kernel;
    private final Vcpu vcpu;
    final ThreadRing ring = new ThreadRing();
    final Pollers pollers;
    private final ScanOutcome scan = new ScanOutcome();

    /** The thread that it executes, or executed last; null before the first one. */
    @Nullable
    ThreadRecord current;

    /** True only around a {@code hlt}: other cores read it. */
    boolean idle;

    /** What the core's own code reaches its local APIC through. */
    final GuestCpu cpu;

    final LapicTimer lapicTimer;
    /** What calls of the thread that has its turn have done there, and nobody has paid for yet. */
    long owedPs;

    final PassedTurns turns;
    /** Rounds of its ring that repeat may be passed over. */
    final boolean passesOver;

    /** Whether anything looks at what interrupts a thread has not seen: only repairs do. */
    private final boolean irqsMatter;
    /** When the last device interrupt was taken, for the rule of 2020. */
    private long lastIrqPs;

    private @Nullable CoreScheduler scheduler;
    /** The core to which this one sent an interrupt ahead of its message, or -1. */
    int announced = -1;
    /** Whether it was woken, found nothing, and a message for it was not visible yet. */
    boolean wokenBeforeData;

    /** How often an interrupt handler that saves no registers has interrupted something else than a halt. */
    int registersLost;

    /** A thread was not begun here for want of memory. */
    boolean ranOutOfMemory;

    private long wakeTimer = Simulation.NO_HANDLE;

    private IdlePolicy idlePolicy;
    /** In the checking mode: the last answer of a policy that must not change by itself, -1 if there is none. */
    private long answeredPs = -1;

    ToroCore(ToroKernel kernel, Vcpu vcpu) {
        super(kernel.matrix(), vcpu.id(), vcpu.machine().vcpuCount());
        this.kernel = kernel;
        this.vcpu = vcpu;
        this.cpu = new GuestCpu(vcpu);
        this.lapicTimer = new LapicTimer(cpu, kernel.costs());
        this.turns = new PassedTurns(vcpu, ring);
        this.passesOver = vcpu.machine().spec().passesRoundsOver();
        this.idlePolicy = guarded(policyOf(kernel.itsConfig().idlePolicy(), vcpu.id()));
        ToroQuirks quirks = kernel.itsConfig().quirks();
        this.pollers = new Pollers(kernel.quirks());
        this.irqsMatter = !(quirks.has(ToroQuirk.POLLERS_SKIPPED) && quirks.has(ToroQuirk.PACKET_BEFORE_POLL_HALT));
    }

    ToroKernel kernel() {
        return kernel;
    }

    Vcpu vcpu() {
        return vcpu;
    }

    void scheduler(CoreScheduler made) {
        scheduler = made;
    }

    /** Returns what the vCPU executes: not of a core that was never started. */
    CoreScheduler scheduler() {
        return Objects.requireNonNull(scheduler, "the core was not started");
    }

    /** Returns the thread that it executes: not before the first one. */
    ThreadRecord running() {
        return Objects.requireNonNull(current, "no thread has run");
    }

    /** A call of a thread of this core sends the interrupt that wakes another one: one access. */
    void tell(int other) {
        cpu.sendIpi(other, ToroKernel.INTER_CORE_IRQ);
        owedPs += cpu.takePaidPs();
    }

    long tscHz() {
        return kernel.itsMachine().spec().tscHz();
    }

    /** The driver's UpdateLastIrq: a device interrupt is being taken. */
    void deviceIrq() {
        pollers.irq();
        scan.forget();
        lastIrqPs = vcpu.nowPs();
        if (irqsMatter) {
            vcpu.changed(); // Pollers.pollsOn
        }
    }

    void dispatched(ThreadRecord thread) {
        if (pollers.seesIrqs(thread)) {
            scan.forget();
            if (irqsMatter) {
                vcpu.changed(); // the next round of the ring may pass it over
            }
        }
        if (passesOver) {
            turns.turn(thread);
        }
        thread.lastTurnPs = vcpu.nowPs();
        thread.hasRun = true;
    }

    boolean anyReady() {
        ThreadRecord t = ring.head();
        for (int i = 0; t != null && i < ring.size(); i++, t = t.next) {
            if (t.state == ThreadState.READY) {
                return true;
            }
        }
        return false;
    }

    /** Whether what an IO-pending thread waits for is there. */
    boolean channelReady(ThreadRecord thread) {
        return Objects.requireNonNull(thread.pendingOn).ready(thread);
    }

    @Override
    boolean isIdle(int core) {
        return kernel.core(core).idle;
    }

    @Override
    boolean haltedWithMail(int sender) {
        ToroCore other = kernel.core(sender);
        return other.idle && other.outgoing(id()) != null;
    }

    @Override
    void beforeTouch() {
        kernel.beforeTouch();
    }

    @Override
    boolean has(ToroQuirk quirk) {
        return kernel.has(quirk);
    }

    @Override
    void sent(int target) {
        trace(TraceKind.MESSAGE, id(), target);
    }

    @Override
    long carriesOut(ThreadRecord requester) {
        if (!requester.requestInFlight) {
            kernel.deliveredTwice(requester);
        }
        requester.requestInFlight = false;
        long ps = begin(requester);
        kernel.core(requester.coreId()).makeReady(requester);
        return ps;
    }

    /** Begins the thread that {@code requester} asks for, if there is memory for it; returns how long that takes. A message that is delivered twice may come so late that it takes the request after its own. */
    long begin(ThreadRecord requester) {
        GuestProgram program = Objects.requireNonNull(requester.beginProgram);
        long stackBytes = requester.beginStackBytes;
        requester.began = requester.programBegun
                ? kernel.createAgain(this, requester.beginName, program, stackBytes)
                : kernel.create(this, requester.beginName, program, stackBytes);
        long memoryPs = kernel.memoryPs();
        if (requester.began == null) {
            kernel.warnWithoutMemory(this, requester);
            return memoryPs;
        }
        requester.programBegun = true;
        return memoryPs + kernel.costs().threadCreatePs;
    }

    /** Whether a thread was killed before it ever ran; Toro does not look. */
    boolean diesBeforeItRuns(ThreadRecord thread) {
        return thread.killFlag && !thread.hasRun && !kernel.has(ToroQuirk.KILL_NEEDS_SWITCH);
    }

    /** 2020, SysSetCoreIdle: more than WAIT_IDLE_CORE_MS since the last device interrupt. */
    boolean lastIrqLongAgo() {
        long windowPs = windowPs();
        if (kernel.itsMachine().spec().checkPolling()) {
            isAsBefore(windowPs);
        }
        long waitPs = kernel.tscWaitPs(windowPs);
        boolean longAgo = vcpu.nowPs() - lastIrqPs > waitPs;
        if (!longAgo) {
            vcpu.comparesWith(Picos.saturatingAdd(lastIrqPs + 1, waitPs));
        }
        return longAgo;
    }

    /** A policy's answer that changes by itself would be taken for a change that a thread has not announced. */
    private void isAsBefore(long windowPs) {
        if (answeredPs >= 0 && answeredPs != windowPs) {
            throw new IllegalStateException("checkPolling: idle policy " + idlePolicy.name() + " has answered windowPs="
                    + answeredPs + " and then " + windowPs + " on core " + id()
                    + ", with hint LAST_IRQ, although no woke came in between");
        }
        answeredPs = windowPs;
    }

    /** The policy has been told of something. */
    void policyMayChange() {
        answeredPs = -1;
    }

    boolean pollerDeadlineReached() {
        return !kernel.itsConfig().quirks().has(ToroQuirk.HALT_WITHOUT_TIMER)
                && pollers.earliestDeadlinePs() <= vcpu.nowPs();
    }

    /** The repair of HALT_WITHOUT_TIMER: an interrupt at the earliest moment that a polling thread waits for. */
    void armWakeTimer() {
        long deadlinePs = pollers.earliestDeadlinePs();
        if (deadlinePs != Picos.NEVER) {
            long timePs = Math.max(deadlinePs, vcpu.nowPs());
            wakeTimer = kernel.itsMachine()
                    .simulation()
                    .at(timePs, Machine.DEVICE_PRIORITY, (op, arg) -> vcpu.raise(ToroKernel.WAKE_TIMER_VECTOR), 0, 0);
        }
    }

    boolean wakeTimerPending() {
        return kernel.itsMachine().simulation().isPending(wakeTimer);
    }

    void disarmWakeTimer() {
        kernel.itsMachine().simulation().cancel(wakeTimer);
        wakeTimer = Simulation.NO_HANDLE;
    }

    void addThread(ThreadRecord thread) {
        ring.add(thread);
        scan.forget();
        trace(TraceKind.THREAD_START, thread.id(), 0);
    }

    void removeThread(ThreadRecord thread) {
        ring.remove(thread);
        scan.forget();
    }

    /** What a scan of the ring that begins now after {@link #current} comes to, as long as nothing is announced. */
    ScanOutcome scanOutcome() {
        scan.find(running(), pollers);
        return scan;
    }

    void setState(ThreadRecord thread, ThreadState state) {
        if (thread.state != state) {
            thread.state = state;
            scan.forget();
            vcpu.changed();
            trace(TraceKind.THREAD_STATE, thread.id(), state.value());
        }
    }

    /** A thread is set ready by somebody else. */
    void makeReady(ThreadRecord thread) {
        countOffIdle(thread);
        setState(thread, ThreadState.READY);
    }

    /** A thread waits for something. */
    void park(ThreadRecord thread, ThreadState state) {
        countOffIdle(thread);
        setState(thread, state);
    }

    /** Toro overwrites tsIdle without counting it off. */
    private void countOffIdle(ThreadRecord thread) {
        if (thread.state == ThreadState.IDLE && !kernel.has(ToroQuirk.RESUME_OVERWRITES_IDLE)) {
            thread.idleSinceTsc = 0;
            countIdle(-1);
        }
    }

    /** SysThreadActive: the idle clock of a thread that is ready is left running (reference of 2018, kept). */
    void threadActive(ThreadRecord thread) {
        if (thread.state == ThreadState.IDLE) {
            thread.idleSinceTsc = 0;
            setState(thread, ThreadState.READY);
            countIdle(-1);
        }
    }

    /** The poll window in cycles of the TSC, at the rate that the kernel believes in. */
    private long pollWindowCycles() {
        return Picos.toCycles(windowPs(), kernel.localCpuSpeed() * 1_000_000L);
    }

    /**
     * The policy of one core.
     *
     * @throws IllegalArgumentException if it is none, or one of its answers is
     */
    static IdlePolicy policyOf(IdlePolicy policy, int core) {
        IdlePolicy its;
        try {
            its = chosen(policy, core);
        } catch (RuntimeException | Error e) {
            throw GuardedPolicy.failed(policy, core, "its first answers", e);
        }
        return PolicyState.checked(policy, its);
    }

    private static IdlePolicy chosen(IdlePolicy policy, int core) {
        IdlePolicy its = policy.forCore(core);
        if (its == null) {
            throw refused(policy, "forCore", core);
        }
        if (its.name() == null) {
            throw refused(its, "name", core);
        }
        if (its.hint() == null) {
            throw refused(its, "hint", core);
        }
        if (its.nothingReady() == null) {
            throw refused(its, "nothingReady", core);
        }
        if (its.instruction() == null) {
            throw refused(its, "instruction", core);
        }
        return its;
    }

    private static IllegalArgumentException refused(IdlePolicy policy, String answer, int core) {
        String name = policy.name() == null ? policy.getClass().getName() : policy.name();
        return new IllegalArgumentException(
                "idle policy " + name + " has returned null from " + answer + " for core " + core);
    }

    /** The hint's time, which is a user's answer. */
    private long windowPs() {
        long windowPs = idlePolicy.windowPs(kernel.itsMachine().spec().costs());
        if (windowPs < 0) {
            throw new IllegalArgumentException("the window of " + idlePolicy.name() + " must be at least 0, windowPs="
                    + windowPs + ", core=" + id());
        }
        return windowPs;
    }

    private IdlePolicy guarded(IdlePolicy policy) {
        return GuardedPolicy.of(policy, id(), vcpu.machine().spec().checkPolling());
    }

    IdlePolicy idlePolicy() {
        return idlePolicy;
    }

    /** From now on by another rule; a polling loop that is passed over is brought up to now first. */
    void idlePolicy(IdlePolicy policy) {
        vcpu.beforeChange();
        idlePolicy = guarded(policy);
        policyMayChange();
        scheduler().idlePolicy(idlePolicy);
    }

    /** The bookkeeping of SysThreadSwitch(True). */
    void threadPolls(ThreadRecord thread) {
        if (!thread.isPollThread) {
            pollers.add(thread);
            scan.forget();
            vcpu.changed();
        }
        long tsc = vcpu.tsc();
        if (thread.idleSinceTsc == 0) {
            thread.idleSinceTsc = tsc;
            thread.pollWindowCycles = pollWindowCycles();
            if (thread.pollWindowCycles == 0 && thread.state != ThreadState.IDLE) {
                setState(thread, ThreadState.IDLE);
                countIdle(1);
            }
            thread.idleFromPs = Picos.ofCycles(tsc + thread.pollWindowCycles + 1, tscHz());
            vcpu.changed();
        } else if (thread.state != ThreadState.IDLE) {
            if (tsc - thread.idleSinceTsc > thread.pollWindowCycles) {
                setState(thread, ThreadState.IDLE);
                countIdle(1);
            } else {
                vcpu.comparesWith(thread.idleFromPs);
            }
        }
    }

    /** After the polling halt: every polling thread is ready again, with a fresh window. */
    void wakePollers() {
        for (ThreadRecord t = pollers.first(); t != null; t = t.nextPolling) {
            if (t.state == ThreadState.IDLE || kernel.has(ToroQuirk.RESUME_OVERWRITES_IDLE)) {
                t.idleSinceTsc = 0;
                setState(t, ThreadState.READY);
            }
        }
        pollers.noneIdle();
        scan.forget();
        vcpu.changed();
    }

    private void countIdle(int change) {
        pollers.countIdle(change);
        scan.forget();
    }

    /** Takes an exiting thread off the list of polling threads (Toro since commit 3562396). */
    void forgetPoller(ThreadRecord thread) {
        if (!thread.isPollThread) {
            return;
        }
        if (thread.state == ThreadState.IDLE) {
            countIdle(-1);
        }
        pollers.remove(thread);
        scan.forget();
        vcpu.changed();
    }

    void trace(TraceKind kind, long a, long b) {
        // the clock, not the vCPU's own time: another core's step may change a thread of this one
        kernel.itsMachine().trace().emit(kernel.itsMachine().simulation().nowPs(), id(), kind, a, b);
    }
}
