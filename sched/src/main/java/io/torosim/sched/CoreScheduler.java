package io.torosim.sched;

import io.torosim.core.fields.DeclaredFields;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.core.machine.Vcpu.GuestPanic;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a core of Toro executes: the threads' own actions and, between them, {@code Scheduling} and what it calls
 * (Process.pas). One method call is one step; what another core or an interrupt could come between is a step of its own.
 *
 * <p>The scheduler is cooperative: round robin from the current thread's successor over a ring of all threads, no
 * priorities, no time slice. Interrupt handlers never switch threads. All of it runs with interrupts enabled, the look for
 * ready threads and the {@code hlt} after it included, so a wake-up that comes between them is lost, as in Toro.
 *
 * <p>It keeps nothing of a thread or core but where it is: the record of the core is {@link ToroCore}, that of a thread {@link ThreadRecord}. It asks a
 * thread's {@link GuestProgram} for its actions, steps the {@link BlockingCall} that the thread is in, carries messages by {@link Emigrating} and
 * {@link Inmigrating}, and asks the {@link IdlePolicy} where nothing is ready. {@link PassedTurns}, {@link RoundAnchor} and {@link ClockLooks} say which
 * rounds of a loop may be passed over.
 */
final class CoreScheduler implements Activity {
    // where the core goes on
    static final int RUN = ThreadRecord.RUN;
    static final int SWITCH = 1;
    static final int SWITCH_IDLE = 2;
    static final int SCHEDULING = 3;
    static final int LOOP = 4;
    static final int EMIGRATE = 5;
    static final int IMMIGRATE = 8;
    static final int SCAN = 13;
    static final int DECIDE = 14;
    static final int DISPATCH = 15;
    static final int EMPTY = 16;
    static final int EMPTY_WOKE = 18;
    static final int EMPTY_TEST = 19;
    static final int POLL_WOKE = 21;
    static final int TURN_WOKE = 23;
    static final int RETURN = 24;
    static final int IN_CALL = ThreadRecord.IN_CALL;
    static final int EXIT = 30;
    static final int DELAYING = 31;
    static final int SEND_IPI = 32;
    static final int SET_IDLE = 33;
    static final int LOOK_AGAIN = 34;
    static final int HALT_NOW = 35;
    static final int MAIN_OVER = 40;
    static final int LAST_IRQ_WOKE = 41;
    static final int BEFORE_THREADS = 44;
    static final int ACT = 45;

    // what follows a halt
    private static final int KIND_EMPTY = 0;
    private static final int KIND_POLL = 1;
    private static final int KIND_TURN = 2;

    /** Nothing that takes time or that others can see was done: go on at once. */
    private static final long NEXT = KernelRoutine.NEXT;

    private static final int LOOP_ROUND = 2;
    private static final int LOOP_EMPTY = 3;
    private static final int LOOP_NOTHING_READY = 4;
    private static final int LOOP_ENDLESS_SCAN = 5;

    private final ToroKernel kernel;
    private final ToroCore core;
    private final KernelCosts costs;
    private IdlePolicy policy;
    private final int cores;
    private final BusyDelay delay;
    private final boolean looksAgain;
    private final boolean passesOver;
    private final ClockLooks clock;
    private final RoundAnchor anchor = new RoundAnchor();
    private final Progress progress = new Progress();
    private final Emigrating emigrating;
    private final Inmigrating inmigrating;
    /** Since its last step. */
    private boolean interrupted;
    /** Scheduling without mail, up to its scan; -1 if a look into a mailbox takes no time and so is no step. */
    private final long withoutMailPs;

    /** What comes before the first look for a thread, until it is over. */
    private @Nullable BeforeThreads beforeThreads;

    private int pc = EMPTY_TEST;
    /** Where the last step was. */
    private int executed = EMPTY_TEST;
    /** Of the call whose step that was, if it was one. */
    private String routine = "";

    private @Nullable ThreadRecord candidate;
    private boolean nextTurnHalt;
    private boolean lookedInVain;
    private int afterImmigrate;
    private int afterDelay;
    private int afterIpi;
    private int ipiTarget;
    private long heldAction;
    private int haltKind;
    private long haltedAtPs;
    /** ThreadExit: the thread that the scan takes for the current one although it has left the ring, or null. */
    private @Nullable ThreadRecord exitedCurrent;

    CoreScheduler(ToroKernel kernel, ToroCore core, KernelCosts costs) {
        this.kernel = kernel;
        this.core = core;
        this.costs = costs;
        this.policy = core.idlePolicy();
        this.passesOver = core.passesOver;
        this.clock = new ClockLooks(kernel.itsMachine().spec().checkPolling());
        this.emigrating = new Emigrating(core, costs);
        this.inmigrating = new Inmigrating(core, costs);
        this.cores = kernel.itsMachine().vcpuCount();
        this.withoutMailPs = costs.mailboxCheckPs > 0 ? costs.lapicIdReadPs + 2 * cores * costs.mailboxCheckPs : -1;
        this.delay = new BusyDelay(core.lapicTimer, kernel.quirks());
        ToroQuirks quirks = kernel.itsConfig().quirks();
        this.looksAgain = !(quirks.has(ToroQuirk.IDLE_FLAG_RACE)
                && quirks.has(ToroQuirk.PACKET_BEFORE_POLL_HALT)
                && quirks.has(ToroQuirk.DISK_IRQ_BEFORE_HALT)
                && quirks.has(ToroQuirk.HALT_WITH_MAIL));
    }

    @Override
    public long step(Vcpu vcpu) {
        if (interrupted) {
            interrupted = false;
            core.turns.resumed();
        }
        long cost;
        do {
            executed = pc;
            cost = pc == RUN ? runThread(vcpu) : execute(vcpu); // most steps are a thread's own
        } while (cost == NEXT || cost >= 0 && vcpu.goOn(cost));
        return cost;
    }

    /** Of the programs in its ring: what the scheduler itself keeps at the head of a loop is left over from how it came there, in one piece or step by step. */
    @Override
    public long fingerprint() {
        long sum = 0;
        ThreadRecord thread = core.ring.head();
        for (int i = 0; thread != null && i < core.ring.size(); i++, thread = thread.next) {
            sum = 31 * sum + DeclaredFields.fingerprint(thread.program(), held -> held instanceof GuestProgram);
        }
        return sum;
    }

    /** An interrupt is taken. */
    void interrupted() {
        if (passesOver) {
            interrupted = true;
            core.turns.interrupted();
        }
    }

    void idlePolicy(IdlePolicy other) {
        policy = other;
    }

    /** Lets the core, which has done no step yet, begin with {@code code}. */
    void beforeThreads(Activity code) {
        if (pc != EMPTY_TEST) {
            throw new IllegalStateException("core " + core.id() + " has begun, or begins with other code");
        }
        beforeThreads = new BeforeThreads(core.id(), code);
        pc = BEFORE_THREADS;
        executed = BEFORE_THREADS;
    }

    private long beforeThreads(Vcpu vcpu) {
        long result = Objects.requireNonNull(beforeThreads).step(vcpu);
        if (result != KernelRoutine.OVER) {
            return result;
        }
        beforeThreads = null;
        pc = EMPTY_TEST;
        return NEXT;
    }

    @Override
    public String place() {
        if (executed == BEFORE_THREADS && beforeThreads != null) {
            return beforeThreads.place();
        }
        if (executed == RUN) {
            return core.running().name() + ";" + core.running().program().place();
        }
        String at = executed == IN_CALL ? routine : CorePlaces.routine(executed);
        return core.current == null ? at : core.running().name() + ";" + at;
    }

    @Override
    public void quietOver(Vcpu vcpu) {
        passOver(core.scanOutcome());
    }

    private long execute(Vcpu vcpu) {
        return switch (pc) {
            case RUN -> runThread(vcpu);
            case SWITCH -> switchThread(vcpu, false);
            case SWITCH_IDLE -> switchIdle(vcpu);
            case SCHEDULING -> scheduling();
            case LOOP -> loop(vcpu);
            case EMIGRATE -> emigrate(vcpu);
            case IMMIGRATE -> immigrate(vcpu);
            case SCAN -> scan(vcpu);
            case DECIDE -> decide(vcpu);
            case DISPATCH -> dispatch(vcpu);
            case EMPTY -> empty(vcpu);
            case SET_IDLE -> setIdleFlag(vcpu);
            case LOOK_AGAIN -> lookAgain(vcpu);
            case HALT_NOW -> haltNow(vcpu);
            case EMPTY_WOKE -> emptyWoke();
            case EMPTY_TEST -> emptyTest();
            case POLL_WOKE -> pollWoke();
            case TURN_WOKE -> turnWoke();
            case RETURN -> returnFromSwitch();
            case IN_CALL -> call(vcpu);
            case EXIT -> exit();
            case DELAYING -> delaying(vcpu);
            case SEND_IPI -> sendIpi();
            case ACT -> heldAction();
            case MAIN_OVER -> mainOver();
            case LAST_IRQ_WOKE -> lastIrqWoke();
            case BEFORE_THREADS -> beforeThreads(vcpu);
            default -> throw new AssertionError(pc);
        };
    }

    // ---- the current thread

    private long runThread(Vcpu vcpu) {
        ThreadRecord thread = core.running();
        long action = turn(thread);
        if (!thread.readsDeclared || thread.looks != 0) {
            undeclared(thread, action);
        }
        if (thread.call != null && action != GuestThread.CALL) {
            throw notReturned(thread, thread.call);
        }
        if (core.owedPs != 0) {
            return pays(vcpu, action);
        }
        return action >= 0 ? action : acts(vcpu, thread, action);
    }

    /** What the program's calls have done to the core's local APIC takes its time before what it does next. */
    private long pays(Vcpu vcpu, long action) {
        long ps = core.owedPs;
        core.owedPs = 0;
        if (action >= 0) {
            return Picos.saturatingAdd(action, ps);
        }
        vcpu.work(0); // what a program has said and not done
        heldAction = action;
        pc = ACT;
        return ps;
    }

    private long heldAction() {
        pc = RUN;
        return acts(core.vcpu(), core.running(), heldAction);
    }

    private long acts(Vcpu vcpu, ThreadRecord thread, long action) {
        vcpu.work(0);
        clock.turnEnds(vcpu, thread);
        // the two most frequent: what follows at the same instant is done here, rather than by another call
        if (action == GuestThread.SWITCH) {
            return switchThread(vcpu, false);
        }
        if (action == GuestThread.SWITCH_IDLE) {
            return switchIdle(vcpu);
        }
        return otherAction(vcpu, thread, action);
    }

    /** Its program is asked; while another core's polling loop is brought up to now in the middle of that it is asked too. */
    private long turn(ThreadRecord thread) {
        thread.looks = 0;
        int before = kernel.turnOf(core.id());
        try {
            return thread.program().next(thread);
        } catch (GuestPanic | UncheckedIOException | OutOfMemoryError e) { // the second: of a sink that cannot write
            throw e;
        } catch (RuntimeException | Error e) {
            throw ProgramFailure.of(thread, e);
        } finally {
            kernel.turnOf(before);
        }
    }

    private static IllegalStateException notReturned(ThreadRecord thread, BlockingCall begun) {
        return new IllegalStateException("thread " + thread.name() + " on core " + thread.coreId() + ": "
                + begun + " does nothing unless the program returns what it has given, at once, in "
                + thread.program().place());
    }

    private long switchIdle(Vcpu vcpu) {
        return policy.hint() == IdlePolicy.Hint.LAST_IRQ
                ? setCoreIdle(vcpu)
                : switchThread(vcpu, policy.hint() == IdlePolicy.Hint.WINDOW);
    }

    private long otherAction(Vcpu vcpu, ThreadRecord thread, long action) {
        if (action == GuestThread.SUSPEND) {
            if (thread.takeResume()) {
                return progress.overAtOnce(vcpu, thread, "suspend of a thread that was resumed before");
            }
            core.park(thread, ThreadState.SUSPENDED);
            pc = SWITCH;
        } else if (action == GuestThread.CALL && thread.call != null) {
            vcpu.changed();
            pc = IN_CALL;
        } else if (action == GuestThread.EXIT) {
            pc = EXIT;
        } else if (action == GuestThread.HALT_CPU) {
            return HALT;
        } else if (action == GuestThread.PANIC) {
            core.trace(TraceKind.PANIC, thread.id(), 0);
            return HANG;
        } else {
            throw new IllegalStateException(thread + ": its program returned no action: " + action + ", in "
                    + thread.program().place() + " on core " + core.id()
                    + ": a program returns what a call of GuestThread has returned, such as compute, switchThread or suspend;"
                    + " a routine is a thread's in a GuestProgram.ThreadProgram");
        }
        return NEXT;
    }

    /** What it has looked at may change without a word: no round with it in is like the next. */
    private void undeclared(ThreadRecord thread, long action) {
        if (thread.readsDeclared && thread.looks == ThreadRecord.LOOKED && !thread.judgedByFields) {
            return; // its author knows
        }
        core.vcpu().changed();
        if (action == GuestThread.SWITCH || action == GuestThread.SWITCH_IDLE) {
            kernel.warnUndeclared(thread);
        }
    }

    /** SysThreadSwitch up to its call of Scheduling. */
    private long switchThread(Vcpu vcpu, boolean idle) {
        executed = SWITCH; // where the program's call has led at the same instant
        if (idle) {
            core.threadPolls(core.running());
        } else {
            core.threadActive(core.running());
        }
        resumesAt(vcpu, core.running(), RETURN);
        pc = SCHEDULING;
        return pass(vcpu, 2 * costs.lapicIdReadPs + (idle ? costs.rdtscPs : 0));
    }

    /**
     * Scheduling up to the end of the scan, all at once where that is possible: with no mail in or out none of these steps does anything
     * that others could see, and what they read is announced before it changes. Either nothing can come between them, or they are
     * announced as a quiet stretch; otherwise they follow one by one.
     *
     * @param firstPs what the step before them, the present one, takes
     * @return the result of the present step
     */
    private long pass(Vcpu vcpu, long firstPs) {
        if (exitedCurrent != null || core.anyOutgoing() || kernel.matrix().anyFor(core.id())) {
            return firstPs;
        }
        ScanOutcome scan = core.scanOutcome();
        int looks = scan.looks();
        if (looks == 0 || withoutMailPs < 0) {
            return firstPs;
        }
        long restPs = withoutMailPs + looks * costs.scanPs;
        if (vcpu.pass(firstPs + restPs, 3 + cores + looks)) {
            passOver(scan);
            return decide(vcpu);
        }
        return passUpToLastLook(vcpu, scan, firstPs, restPs);
    }

    private long passUpToLastLook(Vcpu vcpu, ScanOutcome scan, long firstPs, long restPs) {
        int restSteps = 2 + cores + scan.looks();
        if (vcpu.pass(firstPs + restPs - costs.scanPs, restSteps)) {
            passOver(scan);
            return costs.scanPs;
        }
        return vcpu.quiet(firstPs, restPs, restSteps) ? QUIET : firstPs;
    }

    private static void resumesAt(Vcpu vcpu, ThreadRecord thread, int place) {
        if (thread.resumesAt(place)) {
            vcpu.changed();
        }
    }

    private void passOver(ScanOutcome scan) {
        nextTurnHalt = false;
        lookedInVain = false;
        candidate = scan.thread();
        pc = DECIDE;
    }

    /** SysThreadSwitch after Scheduling: the kill flag. */
    private long returnFromSwitch() {
        executed = RETURN;
        ThreadRecord thread = core.running();
        BlockingCall call = thread.call;
        boolean dies = thread.killFlag && (call == null || call.heedsKill());
        pc = dies ? EXIT : call == null ? RUN : IN_CALL;
        return costs.lapicIdReadPs;
    }

    /** The next step of the call that the current thread is in the middle of. */
    private long call(Vcpu vcpu) {
        ThreadRecord thread = core.running();
        BlockingCall call = Objects.requireNonNull(thread.call);
        routine = call.routine();
        int looksAt = call.wakes();
        long result = call.step(vcpu);
        if (result >= 0 || result == NEXT) {
            return result;
        }
        if (result == BlockingCall.SWITCH) {
            return switchThread(vcpu, false);
        }
        if (result == BlockingCall.SCHEDULING) {
            resumesAt(vcpu, thread, IN_CALL);
            pc = SCHEDULING;
            return pass(vcpu, costs.rdtscPs);
        }
        if (result == KernelRoutine.WAKE) {
            return wakeAfterLook(looksAt, IN_CALL);
        }
        thread.call = null;
        if (result == BlockingCall.EXIT) {
            pc = EXIT;
            return NEXT;
        }
        pc = RUN;
        return progress.overAtOnce(vcpu, thread, call);
    }

    /** SystemExit: the main thread prints and executes one {@code hlt}, without Idle flag; then it exits like the others. */
    private long mainOver() {
        core.running().initial = false;
        pc = EXIT;
        return HALT;
    }

    /** ThreadExit: off the ring, its memory given back, then Scheduling with the successor as candidate. */
    private long exit() {
        ThreadRecord thread = core.running();
        if (thread.initial) {
            pc = MAIN_OVER;
            return NEXT;
        }
        ThreadRecord successor = thread.next;
        kernel.beforeTouch();
        core.removeThread(thread);
        if (!kernel.has(ToroQuirk.EXITED_POLLER_STAYS)) {
            core.forgetPoller(thread);
        }
        thread.exited = true;
        core.trace(TraceKind.THREAD_EXIT, thread.id(), 0);
        core.current = core.ring.isEmpty() ? null : successor;
        exitedCurrent = kernel.has(ToroQuirk.EXIT_SCANS_FOREVER) && core.current != null ? thread : null;
        nextTurnHalt = false;
        candidate = core.current;
        pc = LOOP;
        return costs.lapicIdReadPs + kernel.giveBack(core, thread);
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
        emigrating.begin();
        pc = EMIGRATE;
        return NEXT;
    }

    private long scan(Vcpu vcpu) {
        ThreadRecord c = candidate;
        if (c == null) {
            c = core.running().next;
        }
        if (exitedCurrent != null && c == core.ring.head()) {
            vcpu.enter(VcpuState.POLL);
            if (vcpu.roundRepeats(LOOP_ENDLESS_SCAN)) {
                candidate = c;
                return SPIN;
            }
        }
        boolean stop = c.state == ThreadState.READY || core.pollers.pollsOn(c);
        if (c.state == ThreadState.IO_PENDING && core.channelReady(c)) {
            core.setState(c, ThreadState.READY);
            stop = true;
        }
        candidate = stop ? c : c.next;
        if (stop || (exitedCurrent == null && candidate == core.current)) {
            pc = DECIDE;
        }
        return costs.scanPs;
    }

    private long decide(Vcpu vcpu) {
        ThreadRecord chosen = Objects.requireNonNull(candidate);
        if (chosen.state == ThreadState.READY || core.pollers.pollsOn(chosen)) {
            pc = DISPATCH; // where a round that repeats goes on
            return dispatch(vcpu);
        }
        return nothingReady(vcpu);
    }

    private long nothingReady(Vcpu vcpu) {
        if (core.pollers.allIdle()) {
            return beginHalt(KIND_POLL);
        }
        if (policy.nothingReady() == IdlePolicy.NothingReady.KEEP_CURRENT && core.current != null) {
            candidate = core.current;
            pc = DISPATCH;
            return dispatch(vcpu);
        }
        if (policy.nothingReady() != IdlePolicy.NothingReady.HALT) {
            vcpu.enter(VcpuState.POLL);
            lookedInVain = true;
            pc = LOOP;
            return costs.scanPs;
        }
        if (nextTurnHalt) {
            return beginHalt(KIND_TURN);
        }
        nextTurnHalt = true;
        return delay(costs.secondTurnPs(), LOOP);
    }

    private long dispatch(Vcpu vcpu) {
        executed = DISPATCH;
        if (anchor.begins(vcpu, core.current, candidate, core.ring.size()) && roundRepeats(vcpu)) {
            return SPIN;
        }
        nextTurnHalt = false;
        exitedCurrent = null;
        return switchTo(vcpu, core.current, Objects.requireNonNull(candidate));
    }

    private boolean roundRepeats(Vcpu vcpu) {
        clock.roundEnds(vcpu);
        if (vcpu.roundRepeats(LOOP_ROUND)) {
            core.turns.repeats();
            return true;
        }
        if (passesOver) {
            core.turns.begins();
        }
        vcpu.increment(Counter.POLL_ROUNDS); // of every round, the first too: what one round counts is what each counts
        return false;
    }

    private long switchTo(Vcpu vcpu, @Nullable ThreadRecord before, ThreadRecord next) {
        core.current = next;
        pc = core.diesBeforeItRuns(next) ? EXIT : next.resumeAt;
        core.dispatched(next);
        clock.turnBegins(vcpu, next);
        if (before == next) {
            return backInThread(vcpu, costs.rdtscPs);
        }
        if (next.resumeAt == IN_CALL && kernel.has(ToroQuirk.SLEEP_SAVES_NO_REGISTERS)) {
            kernel.loseRegisters(next);
        }
        vcpu.increment(Counter.CONTEXT_SWITCHES);
        return backInThread(vcpu, costs.threadSwitchPs);
    }

    /** The return of SysThreadSwitch after a switch that took {@code ps}, at once if nothing can come between. */
    private long backInThread(Vcpu vcpu, long ps) {
        return pc == RETURN && vcpu.goOn(ps) ? returnFromSwitch() : ps;
    }

    // ---- halting

    /** The last look is over: from here on only an interrupt can change the decision to halt. */
    private long beginHalt(int kind) {
        haltKind = kind;
        pc = SET_IDLE;
        return 0;
    }

    private long setIdleFlag(Vcpu vcpu) {
        setIdle(true);
        if (!kernel.has(ToroQuirk.HALT_NOT_ATOMIC)) {
            vcpu.interruptsEnabled(false);
        }
        pc = looksAgain ? LOOK_AGAIN : HALT_NOW;
        return costs.sharedStorePs;
    }

    /** What Toro lacks: a look at what other cores and interrupts may have left, after they could see the Idle flag. */
    private long lookAgain(Vcpu vcpu) {
        pc = HALT_NOW;
        if (somethingCame()) {
            vcpu.interruptsEnabled(true);
            pc = wokePc();
        }
        return costs.scanPs + cores * costs.mailboxCheckPs;
    }

    /** The condition stands before the question whether it is heeded, so that the kernel notes where its defects matter. */
    private boolean somethingCame() {
        boolean packet = haltKind == KIND_POLL
                && (core.pollers.missedIrq() || core.pollerDeadlineReached())
                && !kernel.has(ToroQuirk.PACKET_BEFORE_POLL_HALT);
        boolean ready = core.anyReady() && !kernel.has(ToroQuirk.DISK_IRQ_BEFORE_HALT);
        boolean mail = core.canSend() && !kernel.has(ToroQuirk.HALT_WITH_MAIL);
        boolean slot = kernel.matrix().anyFor(core.id()) && !kernel.has(ToroQuirk.IDLE_FLAG_RACE);
        return packet || ready || slot || mail;
    }

    private long haltNow(Vcpu vcpu) {
        if (!looksAgain) {
            somethingCame(); // noted, not heeded
        }
        if (haltKind == KIND_POLL && !kernel.has(ToroQuirk.HALT_WITHOUT_TIMER)) {
            core.armWakeTimer();
        }
        vcpu.interruptsEnabled(true);
        pc = wokePc();
        haltedAtPs = vcpu.nowPs();
        return policy.instruction() == IdlePolicy.Instruction.MWAIT ? MWAIT : HALT;
    }

    private int wokePc() {
        return haltKind == KIND_EMPTY ? EMPTY_WOKE : haltKind == KIND_POLL ? POLL_WOKE : TURN_WOKE;
    }

    /** Whether the core has executed {@code hlt} or is about to step over it. */
    boolean atHalt() {
        return pc == EMPTY_WOKE || pc == POLL_WOKE || pc == TURN_WOKE || pc == LAST_IRQ_WOKE;
    }

    /** Whether the core stands between setting its Idle flag and clearing it. */
    boolean aroundHalt() {
        return atHalt() || pc == LOOK_AGAIN || pc == HALT_NOW;
    }

    /** The core that this one is about to wake or will look at again, or -1. */
    int wakingCore() {
        return switch (pc) {
            case EMIGRATE -> emigrating.wakes();
            case IMMIGRATE -> inmigrating.wakes();
            case IN_CALL -> Objects.requireNonNull(core.running().call).wakes();
            case SEND_IPI -> ipiTarget;
            case DELAYING -> afterDelay == SEND_IPI ? ipiTarget : afterDelay == IMMIGRATE ? inmigrating.wakes() : -1;
            default -> -1;
        };
    }

    /** What the core does with the messages in its slots. */
    Inmigrating inmigrating() {
        return inmigrating;
    }

    /** 2020, SysSetCoreIdle: {@code hlt} in the calling thread if the last device interrupt is long ago, else a switch. */
    private long setCoreIdle(Vcpu vcpu) {
        if (!core.lastIrqLongAgo()) {
            resumesAt(vcpu, core.running(), RETURN);
            pc = SCHEDULING;
            return pass(vcpu, costs.rdtscPs);
        }
        setIdle(true);
        pc = LAST_IRQ_WOKE;
        return HALT;
    }

    private long lastIrqWoke() {
        setIdle(false);
        pc = RUN;
        return costs.sharedStorePs;
    }

    private long pollWoke() {
        setIdle(false);
        core.disarmWakeTimer();
        policy.woke(core.vcpu().nowPs() - haltedAtPs);
        core.policyMayChange();
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
        return beginHalt(KIND_EMPTY);
    }

    private long emptyWoke() {
        setIdle(false);
        startImmigrate(EMPTY_TEST);
        return costs.sharedStorePs;
    }

    private long emptyTest() {
        if (core.ring.isEmpty()) {
            if (kernel.messageNotVisibleYet(core.id())) {
                core.wokenBeforeData = true;
                kernel.marked();
            }
            pc = EMPTY;
            return costs.scanPs;
        }
        core.vcpu().enter(VcpuState.BUSY);
        ThreadRecord first = Objects.requireNonNull(core.ring.head());
        core.current = first;
        pc = core.diesBeforeItRuns(first) ? EXIT : first.resumeAt;
        core.dispatched(first);
        clock.turnBegins(core.vcpu(), first);
        core.vcpu().increment(Counter.CONTEXT_SWITCHES);
        return costs.threadSwitchPs;
    }

    private void setIdle(boolean idle) {
        if (!policy.setsIdleFlag()) {
            return;
        }
        kernel.beforeTouch();
        core.idle = idle;
    }

    // ---- messages to other cores

    private long emigrate(Vcpu vcpu) {
        int looksAt = emigrating.wakes();
        long result = emigrating.step(vcpu);
        if (result == KernelRoutine.WAKE) {
            return wakeAfterLook(looksAt, EMIGRATE);
        }
        if (result == KernelRoutine.OVER) {
            startImmigrate(SCAN);
            return NEXT;
        }
        return result;
    }

    private void startImmigrate(int then) {
        afterImmigrate = then;
        inmigrating.begin();
        pc = IMMIGRATE;
    }

    private long immigrate(Vcpu vcpu) {
        int looksAt = inmigrating.wakes();
        long result = inmigrating.step(vcpu);
        if (result >= 0 || result == NEXT) {
            return result;
        }
        if (result == KernelRoutine.WAKE) {
            return wakeAfterLook(looksAt, IMMIGRATE);
        }
        if (result == Inmigrating.RECHECK) {
            delay(costs.recheckPs(), IMMIGRATE);
            return costs.mailboxCheckPs;
        }
        pc = afterImmigrate;
        return NEXT;
    }

    // ---- send_apic_int and Delay

    /** The look at a core that was found idle, the present step; then it is sent the interrupt. */
    private long wakeAfterLook(int target, int then) {
        ipiTarget = target;
        afterIpi = then;
        delay(costs.ipiDelayPs(), SEND_IPI);
        return costs.mailboxCheckPs;
    }

    private long sendIpi() {
        long ps = SendInterrupt.send(core.cpu, ipiTarget, ToroKernel.INTER_CORE_IRQ);
        core.announced = afterIpi == IN_CALL ? ipiTarget : -1;
        pc = afterIpi;
        return ps;
    }

    private long delay(long realPs, int then) {
        delay.begin(realPs);
        afterDelay = then;
        pc = DELAYING;
        return NEXT;
    }

    private long delaying(Vcpu vcpu) {
        long wait = delay.step(vcpu);
        if (wait != KernelRoutine.OVER) {
            return wait;
        }
        pc = afterDelay;
        return NEXT;
    }
}
