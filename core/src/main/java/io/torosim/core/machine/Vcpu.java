package io.torosim.core.machine;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine.StepCheck;
import io.torosim.core.machine.Machine.StretchObserver;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A virtual processor. It executes an {@link Activity} step by step, takes interrupts between steps while they are
 * enabled, halts, and knows what it did with its time.
 *
 * <p><b>Fast-forward.</b> At the head of a polling loop the activity asks {@link #roundRepeats}. If the loop provably
 * repeats, the vCPU leaves the event set. Before anything that the loop could see is changed by somebody else (an
 * interrupt, a write to shared memory: {@link #beforeChange}) it is brought up to that moment, whole rounds in closed form,
 * the rest step by step, so that all is as if it had been stepped all along. The order of steps against events of the same
 * instant is fixed by priority class: events of devices first, then vCPUs by number.
 *
 * <p><b>Lookahead.</b> While nothing else can happen, an activity goes on with its next step without returning ({@link #goOn}), or
 * takes many steps at once ({@link #roomPs}, {@link #passed}). Where something else does happen but does not concern this vCPU, it may
 * announce a stretch of {@link #quiet} steps, which is one event; whoever changes what they could see brings it up to date first,
 * as above. All this is off with {@link MachineSpec#exactStepping} and below the full clock; with {@code Choices} and under an observer
 * of steps ({@link Machine#observeSteps}) too, but for steps that change nothing, where {@link #pass} asks both.
 *
 * <p>Confined to the simulation thread.
 */
public final class Vcpu extends HostThread {
    /** Priority class of the steps of vCPU 0; vCPU n has this plus n. */
    public static final int FIRST_PRIORITY = 64;

    private static final int OP_STEP = 0;
    private static final int OP_HALT_ENTERED = 1;
    private static final int OP_HALT_POLL_OVER = 2;
    private static final int OP_WAKE = 3;

    private static final int MAX_NESTING = 32;
    private static final int COUNTERS = Counter.values().length;
    private static final VcpuState[] STATES = VcpuState.values();
    /** So many steps in a row that take no time are no program any more. */
    private static final int MOST_TIMELESS_STEPS = 10_000_000;

    private static final int FULL_CLOCK = 1000;

    private enum Mode {
        STOPPED(false),
        STEPPING(false),
        SPINNING(false),
        QUIET(false),
        HALTING(true),
        HALT_POLLING(true),
        BLOCKED(true),
        MWAITING(true),
        WAKING(false),
        HUNG(false);

        /** It waits, and no interrupt has ended that yet. */
        final boolean halted;

        Mode(boolean halted) {
            this.halted = halted;
        }
    }

    private final Machine machine;
    private final Simulation simulation;
    private final int id;
    private final int priority;
    private final boolean fastForward;
    private final HaltPolling haltPolling;
    private final Residency residency = new Residency();
    private final PeriodicLoop loop = new PeriodicLoop();
    /** The {@link Counter}s, then the {@link ExitCause}s. */
    private final RoundCounters counters = new RoundCounters(COUNTERS + ExitCause.count());

    private final Activity[] frames = new Activity[MAX_NESTING];
    private final VcpuState[] interruptedStates = new VcpuState[MAX_NESTING];
    private final PendingVectors pending = new PendingVectors();
    /** The input that an interrupt controller holds high while it has something to deliver, and who tells the vector. */
    private boolean line;

    private @Nullable IntSupplier controller;

    private final EventHandler handler = this::onEvent;

    private int depth;
    private Mode mode = Mode.STOPPED;
    private @Nullable String panic;
    private boolean interruptsEnabled = true;
    private IntFunction<? extends Activity> interrupts = vector -> v -> Activity.DONE;
    private long timelessAtPs = -1;
    private int timelessSteps;
    /** The step at the head of a loop has been told that the loop repeats. */
    private boolean mayPassRounds;

    private long nowPs;
    private long nextHandle = Simulation.NO_HANDLE;
    private boolean catchingUp;
    /** While catching up: the first instant that belongs to others. */
    private long catchUpEndPs;
    /** Of the quiet stretch under way: its first step, which is done, and how many follow. */
    private long quietFirstPs;

    private int quietSteps;
    private long quietRestPs;
    private long stepsCaughtUp;
    /** Steps take what they say, nobody watches them, and shortcuts are wanted. */
    private boolean lookahead;
    /** There is somebody to ask: whether steps take longer, or whether each has to be seen. */
    private boolean lookaheadIfAllowed;

    private long haltedSincePs;
    private boolean paused;
    private long nextStepPs;
    private long pausedRestPs;
    private int pausedOp;
    private VcpuState pausedState = VcpuState.OFF;
    /** The present step may be cut by an interrupt; it would have taken this long, at the highest clock. */
    private boolean interruptible;

    private long stepCostPs;
    private long unfinishedPs;
    /** So much of the present step, its end, is {@link #work}; at the highest clock until the step has returned, then at the present one. 0 for none. */
    private long workPs;
    /** Of the work that an interrupt came into, what is left to do after it, at the present clock; 0 if there is none. */
    private long restPs;
    /** The same of those that interrupts came into, by the number of frames. */
    private final long[] interruptedRestsPs = new long[MAX_NESTING];

    private int clockPermille = FULL_CLOCK;

    /** Of the interrupt that came into the program, those nested in it included. */
    private long interruptedAtPs;

    private boolean interruptChanges;
    private boolean handlerChangedNothing;
    /** Somebody decides what a real machine leaves open. */
    private final boolean surprising;

    /** By the number of frames. */
    private final RoundLooks looks = new RoundLooks(MAX_NESTING + 1);

    /** Null unless polling loops are held to the proof that they repeat. */
    private final @Nullable PollingCheck pollingCheck;

    /** Made when first asked for, on a machine with surprises. */
    private @Nullable LateStores lateStores;

    private final DeadlineTimer timer;
    private final MonitoredLine monitored = new MonitoredLine();

    Vcpu(Machine machine, int id) {
        this.machine = machine;
        this.simulation = machine.simulation();
        this.id = id;
        this.priority = FIRST_PRIORITY + id;
        this.haltPolling = new HaltPolling(machine.costs());
        this.surprising = machine.hasChoices();
        this.pollingCheck = machine.spec().checkPolling() ? new PollingCheck(id, this::place, machine::warn) : null;
        this.fastForward = machine.spec().passesRoundsOver();
        this.timer = new DeadlineTimer(this);
        updateLookahead();
    }

    void updateLookahead() {
        lookaheadIfAllowed = clockPermille == FULL_CLOCK && !machine.spec().exactStepping();
        lookahead = lookaheadIfAllowed && !surprising && machine.observer() == null;
    }

    /** Returns the number of this vCPU, from 0: its APIC id. */
    @Override
    public int id() {
        return id;
    }

    /** Returns the machine it belongs to. */
    public Machine machine() {
        return machine;
    }

    /**
     * Returns the present time as whoever asks sees it: within a step of this vCPU or of another when that step begins, elsewhere that of the
     * simulation. Steps use this, never the clock of the simulation.
     */
    public long nowPs() {
        Vcpu asking = machine.stepping();
        return asking == this ? nowPs : asking != null ? asking.nowPs : simulation.nowPs();
    }

    /** Returns the vCPU of this machine whose step is done now, null between steps. */
    public @Nullable Vcpu executing() {
        return machine.stepping();
    }

    /** Returns the time-stamp counter: {@code floor(now * tscHz)}. */
    public long tsc() {
        return Picos.toCycles(nowPs(), machine.spec().tscHz());
    }

    /** Returns what it does now. */
    public VcpuState state() {
        return residency.state();
    }

    /** Returns the time spent in {@code state} up to the clock of the simulation. */
    public long residencyPs(VcpuState state) {
        return residency.spentPs(state, simulation.nowPs());
    }

    /** Returns the host CPU time of its thread up to the clock of the simulation. */
    public long hostCpuPs() {
        long sum = 0;
        for (VcpuState state : STATES) {
            if (state.burnsHostCpu()) {
                sum += residencyPs(state);
            }
        }
        return sum;
    }

    /** Returns a counter, up to the present moment. */
    public long count(Counter counter) {
        catchUp();
        return counters.get(counter.ordinal());
    }

    /** Returns how often it left guest mode for that cause, up to the present moment. */
    public long exits(ExitCause cause) {
        catchUp();
        return counters.get(COUNTERS + cause.ordinal());
    }

    /** Adds one to a counter. VM exits are counted with {@link #exit}. */
    public void increment(Counter counter) {
        counters.add(counter.ordinal(), 1);
    }

    /**
     * Counts a VM exit. Guest code has no use for it: an access through {@link io.torosim.core.code.GuestCpu} counts its own exit and adds what it costs to the step. It is for an
     * access of a kind that there is not, in a model of one's own, where what it costs is the business of the step that causes it.
     */
    public void exit(ExitCause cause) {
        exits(cause, 1);
    }

    /** Counts {@code count} VM exits of one cause, at least 0. */
    public void exits(ExitCause cause, long count) {
        counters.add(Counter.EXITS.ordinal(), count);
        counters.add(COUNTERS + cause.ordinal(), count);
    }

    /**
     * The present step may be cut where an interrupt comes: a stretch of work instead of one atomic thing. After the interrupt
     * the program finds what is left of it in {@link #takeUnfinishedPs}. Interrupt handlers cannot be cut.
     */
    public void interruptible() {
        interruptible = depth == 1;
        unfinishedPs = 0;
    }

    /**
     * Returns how much of the last {@link #interruptible} step an interrupt has left undone, in picoseconds at the highest clock,
     * and forgets it; 0 if that step was done.
     */
    public long takeUnfinishedPs() {
        long left = unfinishedPs;
        unfinishedPs = 0;
        return left;
    }

    /**
     * The last {@code ps} of the present step are work on what this vCPU alone sees, a copy say: everything that the step does it has done at its own instant,
     * and an interrupt that comes into the work, while interrupts are enabled, is taken at once. What was left of the work is done when its handler is over, as a
     * step of its own, into which the next interrupt may come; nobody is asked for it. One that comes before the work, while the step waits for an access or
     * the host has the CPU, is taken when the work would begin. Without this a step is done to its end first.
     *
     * @param ps at least 0, at the highest clock; no more of it counts than the step returns. What goes on at once ({@link #goOn}) nothing came into
     */
    public void work(long ps) {
        if (ps < 0) {
            throw negative("work", ps);
        }
        workPs = ps;
    }

    /** Returns the clock of its CPU in thousandths of the highest. */
    public int clockPermille() {
        return clockPermille;
    }

    /**
     * Sets the clock of its CPU: from now on a step takes its cost times {@code 1000 / permille}. A step that has begun is
     * finished at the old clock, unless it is {@linkplain #interruptible() interruptible} or ends with {@link #work}. The time-stamp counter does not change
     * its rate (it is invariant), nor do timers.
     *
     * @param permille in [1, 1000], thousandths of the highest clock
     */
    public void clock(int permille) {
        if (permille < 1 || permille > FULL_CLOCK) {
            throw new IllegalArgumentException("permille must be in [1, 1000], permille=" + permille);
        }
        if (permille == clockPermille) {
            return;
        }
        beforeChange();
        boolean underWay = canBeCut();
        long leftPs = underWay ? atFullClock(nextStepPs - simulation.nowPs()) : 0;
        long workLeftPs = underWay ? Math.min(leftPs, atFullClock(workPs)) : 0;
        long restLeftPs = atFullClock(restPs);
        for (int i = 1; i < depth; i++) {
            interruptedRestsPs[i] = atFullClock(interruptedRestsPs[i]);
        }
        clockPermille = permille;
        updateLookahead();
        restPs = atPresentClock(restLeftPs);
        for (int i = 1; i < depth; i++) {
            interruptedRestsPs[i] = atPresentClock(interruptedRestsPs[i]);
        }
        if (underWay) {
            nextStepPs = simulation.nowPs() + atPresentClock(leftPs);
            simulation.reschedule(nextHandle, nextStepPs);
            workPs = atPresentClock(workLeftPs);
        }
    }

    private long atPresentClock(long ps) {
        return clockPermille == FULL_CLOCK ? ps : Picos.scaled(ps, FULL_CLOCK, clockPermille);
    }

    private long atFullClock(long ps) {
        return clockPermille == FULL_CLOCK ? ps : Picos.scaled(ps, clockPermille, FULL_CLOCK);
    }

    /** When a step is over that begins now and costs so much, at least 0. */
    private long overAt(long costPs) {
        long timePs = nowPs + atPresentClock(costPs);
        if (timePs + 1 < 0) { // past the end of time, or at it
            throw beyondTime(costPs);
        }
        return timePs;
    }

    private IllegalStateException beyondTime(long costPs) {
        return new IllegalStateException("vCPU " + id + ": a step takes " + costPs + " ps at " + nowPs + " ps, in "
                + place() + ": " + Picos.END_OF_TIME);
    }

    private IllegalArgumentException negative(String what, long ps) {
        return new IllegalArgumentException(
                "vCPU " + id + ": " + what + " must be at least 0 ps, " + what + "=" + ps + ", in " + place());
    }

    /**
     * Starts executing {@code program} now; its first step is done at the present instant.
     *
     * @param handlers what runs when an interrupt is taken, as an IDT says: asked with the vector, in {@code [0, 255]}, once it was; what it
     *     returns runs with interrupts disabled until {@link Activity#DONE}
     * @throws IllegalStateException if it runs already
     * @throws IllegalArgumentException if the program refuses it ({@link Activity#begins}): a routine's is of another vCPU, or executed already
     */
    public void start(Activity program, IntFunction<? extends Activity> handlers) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(handlers, "handlers");
        if (mode != Mode.STOPPED) {
            throw new IllegalStateException("vCPU " + id + " is running already");
        }
        program.begins(this);
        frames[0] = program;
        depth = 1;
        restPs = 0;
        StepCheck check = machine.stepCheck();
        if (check != null) {
            check.started(id);
        }
        interrupts = handlers;
        nowPs = simulation.nowPs();
        mode = Mode.STEPPING;
        enter(VcpuState.BUSY);
        scheduleStep(nowPs);
        machine.hostThreads().runnable(this);
    }

    /** Says how the time from now on is to be accounted: {@link VcpuState#BUSY} or {@link VcpuState#POLL}. */
    public void enter(VcpuState next) {
        if (residency.state() != next) {
            changed();
            account(next);
        }
    }

    private void account(VcpuState next) {
        if (residency.state() != next) {
            residency.enter(next, nowPs);
            machine.trace().emit(nowPs, id, TraceKind.VCPU_STATE, next.ordinal(), 0);
        }
    }

    /**
     * Said by an interrupt handler before it returns: what the interrupted program could see is as before, so that a polling loop
     * which is known to repeat goes on repeating. Without this every interrupt counts as a change.
     */
    public void changedNothing() {
        handlerChangedNothing = true;
    }

    /** Returns how many changes have been announced to this vCPU so far. */
    public long changes() {
        return loop.changes();
    }

    /** Returns whether something has changed since the last visit of the head of a polling loop. */
    public boolean changedSinceHead() {
        return loop.changedSinceVisit();
    }

    /** Enables or disables interrupts ({@code sti}, {@code cli}). */
    public void interruptsEnabled(boolean enabled) {
        interruptsEnabled = enabled;
    }

    /** Returns whether it has executed {@code hlt} and waits: no interrupt has ended that halt yet. */
    public boolean halted() {
        return mode.halted;
    }

    /** Returns whether an interrupt waits to be taken. */
    public boolean interruptPending() {
        return anyPending();
    }

    /** Returns whether interrupts are enabled. */
    public boolean interruptsEnabled() {
        return interruptsEnabled;
    }

    /** This vCPU's own step changes something that its present polling loop could see. */
    public void changed() {
        if (pollingCheck != null) {
            pollingCheck.differs(nowPs);
        }
        loop.changed();
    }

    /**
     * The present step looks at, or changes, what announces nothing: a device's register, memory that others write to. A round of a polling loop
     * with such a step proves nothing, so that the loop is stepped. What an interrupt handler accesses is not a part of the round that it comes into.
     */
    public void accessed() {
        if (depth == 1) {
            changed();
        } else {
            looks.atUnannounced(depth);
        }
    }

    /**
     * The present step looks at the clock. If the same part of the round of a polling loop does not say {@link #comparesWith} as often as it looks, each
     * instant counted once, the round proves nothing, so that the loop is stepped, with one warning: when a later round would find something else is not
     * known. What an interrupt handler looks at is not a part of the round that it comes into.
     */
    public void looksAtClock() {
        looks.atClock(depth, nowPs);
    }

    /**
     * Another program's part of the round begins, as another thread's turn does: what one says of its looks at the clock says nothing of another's. A round
     * without a word of this has one part.
     */
    public void partBegins() {
        if (looks.anyClock(depth)) {
            partIsOver();
        }
    }

    private void partIsOver() {
        if (looks.partEnds(depth) && !loop.changedSinceVisit()) {
            looks.silentAt(place());
        }
    }

    /** Returns how often the present part of the round has said {@link #comparesWith}. */
    public int comparisons() {
        return looks.comparisons(depth);
    }

    /**
     * Somebody else, an event or another vCPU's step, is about to change something that this vCPU's polling loop could see.
     * To be called <em>before</em> the change; without it the loop would see the change too early or never.
     */
    public void beforeChange() {
        catchUp();
        if (machine.stepping() == this) {
            changed(); // a round that is like the last one announces nothing itself
            return;
        }
        announced();
        loop.changed();
        StepCheck check = machine.stepCheck();
        if (check != null) {
            check.announced(id);
        }
    }

    /** The present round of a polling loop compared the clock with {@code timePs}, and a later round may find it reached. */
    public void comparesWith(long timePs) {
        looks.compares(depth);
        loop.compares(timePs, nowPs);
    }

    /**
     * Called by a step at the head of a polling loop, before it does anything.
     *
     * @param loopId which loop, any number of the activity's own
     * @return true if the loop repeats exactly until something from outside comes: then the step must return
     *     {@link Activity#SPIN} at once; false if it is to go on
     */
    public boolean roundRepeats(int loopId) {
        interruptChanges |= depth > 1; // the loop it came into is forgotten
        if (looks.any(depth)) {
            looked(loopId);
        }
        looks.forget(depth);
        boolean proved = loop.visit(loopId, nowPs);
        boolean repeats = proved && fastForward && !catchingUp && !simulation.isStepwise() && plainForARound();
        if (pollingCheck != null) {
            pollingCheck.visit(
                    loopId,
                    nowPs,
                    proved ? Picos.saturatingAdd(nowPs, loop.periodPs()) : PollingCheck.NOT_PROVED,
                    loop.deadlinePs(),
                    frames[depth - 1].fingerprint());
        }
        if (fastForward) {
            counters.roundBegins(repeats);
        }
        mayPassRounds = repeats;
        return repeats;
    }

    /** The round just ended looked at what may announce nothing. */
    private void looked(int loopId) {
        boolean undeclaredClock = looks.roundEnds(depth);
        if (undeclaredClock && !looks.told() && loop.comesRound(loopId, nowPs)) {
            machine.warn(looks.tell(depth, id, place()));
        }
        if (undeclaredClock || looks.anyUnannounced(depth)) {
            changed();
        }
    }

    /** Whether the host leaves the next round of the loop alone. */
    private boolean plainForARound() {
        return !surprising || machine.surprises().plainUntilPs(id, nowPs) - nowPs >= loop.periodPs();
    }

    /** What comes from outside, if it can be seen, is told. */
    private void announced() {
        if (pollingCheck != null) {
            pollingCheck.announced();
        }
    }

    /**
     * Makes an interrupt pending, as a device or another vCPU does; it is taken when enabled, between two steps. Called
     * from an event or from another vCPU's step.
     *
     * @param vector in {@code [0, 255]}, the higher the sooner among those pending
     */
    public void raise(int vector) {
        if (vector < 0 || vector > 255) {
            throw new IllegalArgumentException("vector must be in [0, 255], vector=" + vector);
        }
        catchUp();
        announced();
        pending.add(vector);
        arrived();
    }

    /** Returns memory as this vCPU sees it: on a machine with surprises the others may see its stores later than it does. */
    public GuestMemory memory() {
        if (!surprising) {
            return machine.memory();
        }
        if (lateStores == null) {
            lateStores = new LateStores(simulation, machine.memory(), machine.surprises(), this::wrote);
        }
        return lateStores;
    }

    /** Returns its timer. */
    public DeadlineTimer timer() {
        return timer;
    }

    /**
     * {@code monitor}: arms the line of 64 bytes at {@code address}. Another vCPU's store to it that is {@linkplain #wrote told} ends the next
     * {@code mwait}, or lets it fall through if it came before; so does a device's that is told ({@link Machine#devicesWrote}), as the library's own devices do. A
     * guest that never arms a line is woken by interrupts alone.
     */
    public void monitor(long address) {
        if (!monitored.everArmed()) {
            machine.linesMonitored();
        }
        monitored.arm(address, machine.memory().ram());
    }

    /** This vCPU's step has stored to {@code address}, which others may monitor. */
    public void wrote(long address) {
        if (machine.monitorsLines()) {
            machine.wrote(id, address);
        }
    }

    /** Somebody else has stored to {@code address}. */
    void lineWritten(long address) {
        if (monitored.written(address)) {
            lineWasWritten();
        }
    }

    /** Somebody else has stored somewhere. */
    void linesMayBeWritten() {
        if (monitored.changed(machine.memory().ram())) {
            lineWasWritten();
        }
    }

    private void lineWasWritten() {
        if (mode == Mode.MWAITING) {
            wakeAt(simulation.nowPs() + sleepExitPs());
        }
    }

    /**
     * Connects an interrupt controller to the input {@code INTR}.
     *
     * @param acknowledge asked when the interrupt is taken; returns the vector, in {@code [0, 255]}, and may lower the line
     */
    public void interruptController(IntSupplier acknowledge) {
        if (controller != null) {
            throw new IllegalStateException("vCPU " + id + " has an interrupt controller already");
        }
        controller = acknowledge;
    }

    /** Returns whether an interrupt controller is connected. */
    public boolean hasInterruptController() {
        return controller != null;
    }

    /**
     * The controller sets the input {@code INTR}: while it is high an interrupt is pending, after those of {@link #raise}. Called from an
     * event, from another vCPU's step, or from its own.
     */
    public void interruptLine(boolean high) {
        if (line != high) {
            catchUp();
            announced();
            line = high;
            if (high) {
                arrived();
            }
        }
    }

    private void arrived() {
        if (mode == Mode.STEPPING && !paused) {
            counters.addFromOutside(Counter.EXITS.ordinal());
            counters.addFromOutside(COUNTERS + ExitCause.EXTERNAL_INTERRUPT.ordinal());
        }
        if (!interruptsEnabled) {
            return;
        }
        if (mode == Mode.HALT_POLLING) {
            wakeAt(simulation.nowPs());
        } else if (mode == Mode.MWAITING) {
            wakeAt(simulation.nowPs() + sleepExitPs());
        } else if (mode == Mode.BLOCKED) {
            long exitPs = sleepExitPs();
            long fromBlockPs = atPresentClock(machine.costs().wakeFromBlockPs(simulation.nowPs() - haltedSincePs));
            wakeAt(Picos.saturatingAdd(simulation.nowPs() + exitPs, fromBlockPs));
        } else if (canBeCut()) {
            cut();
        }
    }

    /** A step is under way that an interrupt or another clock may come into. */
    private boolean canBeCut() {
        return mode == Mode.STEPPING && (interruptible || workPs != 0) && !paused && simulation.isPending(nextHandle);
    }

    private long sleepExitPs() {
        long ps = machine.sleepStates().wakes(id);
        if (ps < 0 || Picos.saturatingAdd(simulation.nowPs(), ps) == Picos.NEVER) {
            throw new IllegalStateException("SleepStates.wakes must be at least 0, and "
                    + Picos.END_OF_TIME + ", vCPU=" + id + ", wakes=" + ps + ", nowPs=" + simulation.nowPs()
                    + ", by " + machine.sleepStates().getClass().getName());
        }
        return ps;
    }

    /** The step under way ends now, or where its work begins. */
    private void cut() {
        long timePs = simulation.nowPs();
        if (interruptible) {
            interruptible = false;
            unfinishedPs = Math.min(stepCostPs, atFullClock(nextStepPs - timePs));
        } else {
            timePs = Math.max(timePs, nextStepPs - workPs);
            restPs = nextStepPs - timePs;
        }
        workPs = 0;
        simulation.reschedule(nextHandle, timePs);
        nextStepPs = timePs;
    }

    /** The work that an interrupt came into goes on, and interrupts may come into it again; returns when it is over. */
    private long goesOn() {
        long timePs = nowPs + restPs;
        if (timePs + 1 < 0) {
            throw beyondTime(restPs);
        }
        workPs = restPs;
        restPs = 0;
        return timePs;
    }

    /** The present step, which takes {@code costPs} in all, ends with work: if its own access has brought an interrupt, that comes before the work. */
    private long upToWork(long costPs) {
        long itsWorkPs = Math.min(workPs, costPs);
        workPs = atPresentClock(itsWorkPs);
        if (!interruptsEnabled || !anyPending()) {
            return costPs;
        }
        restPs = workPs;
        workPs = 0;
        return costPs - itsWorkPs;
    }

    private void wakeAt(long timePs) {
        simulation.cancel(nextHandle);
        mode = Mode.WAKING;
        schedule(timePs, OP_WAKE);
    }

    /** Before each event counts: a quiet stretch under way is done up to now, and rounds passed over too if none may be any more. */
    void settle() {
        if (mode == Mode.QUIET || simulation.isStepwise()) {
            catchUp();
        }
    }

    /** Brings a spinning vCPU up to the event that is firing now: all its steps that come before it are done. */
    void catchUp() {
        if (mode == Mode.SPINNING) {
            catchUpSpin();
        } else if (mode == Mode.QUIET) {
            mode = Mode.STEPPING;
            nowPs += quietFirstPs;
            simulation.countPassed(stepUpToNow());
        }
    }

    private void catchUpSpin() {
        long timePs = simulation.nowPs();
        long rounds = (timePs - nowPs) / loop.periodPs();
        nowPs += rounds * loop.periodPs();
        loop.passed(rounds);
        counters.passed(rounds);
        mode = Mode.STEPPING;
        stepUpToNow();
    }

    /** Does all steps that come before the event that is firing; returns how many. */
    private long stepUpToNow() {
        catchUpEndPs = simulation.nowPs() + (priority < simulation.nowPriority() ? 1 : 0);
        stepsCaughtUp = 0;
        boolean over = false;
        catchingUp = true;
        Vcpu before = machine.stepping(this);
        try {
            while (nowPs < catchUpEndPs) {
                interruptible = false;
                workPs = 0;
                stepsCaughtUp++;
                if (restPs != 0) {
                    nowPs = goesOn();
                    continue;
                }
                long cost = frames[depth - 1].step(this);
                if (cost < 0) {
                    throw otherEnd(cost);
                }
                stepCostPs = cost; // of the last of them, which the event may cut
                nowPs = overAt(cost);
                workPs = atPresentClock(Math.min(workPs, cost));
            }
            over = true;
        } finally {
            machine.stepping(before);
            catchingUp = false;
            if (!over) { // as after an exception in a step that is an event, it does nothing any more
                simulation.cancel(nextHandle);
            }
        }
        if (!simulation.reschedule(nextHandle, nowPs)) {
            scheduleStep(nowPs);
        }
        nextStepPs = nowPs;
        return stepsCaughtUp;
    }

    private IllegalStateException otherEnd(long cost) {
        return new IllegalStateException(
                "vCPU " + id + ": steps that were said to be quiet or to repeat ended with " + cost
                        + ", in " + place() + ", at " + simulation.nowPs()
                        + " ps: most likely something that they look at has changed"
                        + " and announces nothing (a system property, a file, an object of Java): MachineSpec.checkPolling names the loop;"
                        + " keep what changes in a SharedWord, or let readsDeclared of the program be false");
    }

    /**
     * A step that took {@code costPs} is over. If nothing can come between it and the next one, the clock has moved on and the activity
     * may do its next step without returning.
     *
     * @return false if the step has to return its cost
     */
    public boolean goOn(long costPs) {
        if (costPs < roomPs()) {
            if (costPs <= 0) {
                if (costPs < 0) {
                    throw negative("costPs", costPs);
                }
                tookNoTime();
            }
            passed(costPs, 1);
            return true;
        }
        return false;
    }

    /**
     * Returns for how long, exclusive, nothing else can happen on the machine: 0 if nothing is known, or if the present step must be an
     * event of its own.
     */
    public long roomPs() {
        return lookahead ? roomIfAlonePs() : 0;
    }

    private long roomIfAlonePs() {
        if (interruptible) {
            return 0;
        }
        if (catchingUp) {
            return catchUpEndPs - nowPs;
        }
        if (interruptsEnabled && anyPending()) {
            return 0;
        }
        return simulation.horizonPs() - nowPs;
    }

    /** So many steps are over, which took {@code ps} together, less than {@link #roomPs}; they count as events. */
    public void passed(long ps, int steps) {
        nowPs += ps;
        workPs = 0;
        if (catchingUp) {
            stepsCaughtUp += steps;
        } else {
            simulation.advanceTo(nowPs, steps, priority);
        }
    }

    /**
     * The present step, which is done, and others after it that do nothing others could see, read only what is announced ({@link
     * #beforeChange}), change no counter and tell the trace nothing are over at once, if nothing can come between them: on a machine with
     * surprises if none of them takes longer than its cost, under an observer of steps if its {@link StretchObserver} is content with that.
     *
     * @param ps how long they take together
     * @param steps how many, the present one included; they count as events
     * @return false if they have to be done one by one; then nothing has changed
     */
    public boolean pass(long ps, int steps) {
        if (ps < 0) {
            throw negative("ps", ps);
        }
        if (!lookahead && !passAllowed(ps, steps) || ps >= roomIfAlonePs()) {
            return false;
        }
        passed(ps, steps);
        return true;
    }

    private boolean passAllowed(long ps, int steps) {
        return lookaheadIfAllowed && ps < roomIfAlonePs() && (catchingUp || unseen(ps, steps));
    }

    private boolean unseen(long ps, int steps) {
        if (surprising && !machine.surprises().noneIn(id, nowPs, nowPs + ps, steps)) {
            return false;
        }
        if (machine.observer() != null && !machine.seesStretch(id, steps, nowPs + ps)) {
            return false;
        }
        if (surprising) {
            machine.surprises().passed(steps);
        }
        return true;
    }

    /**
     * The present step, which is done, is followed by a stretch of steps that do nothing others could see, read only what is announced
     * ({@link #beforeChange}), do not look at the clock, change no counter, tell the trace nothing, and whose outcome is known
     * already.
     *
     * @param firstPs how long the present step takes
     * @param restPs how long the steps after it take together
     * @param restSteps how many there are, at least 1
     * @return true if the step must return {@link Activity#QUIET} at once: then {@link Activity#quietOver} or the single steps follow; false
     *     if it must return {@code firstPs} and go on step by step
     */
    public boolean quiet(long firstPs, long restPs, int restSteps) {
        if (!lookahead
                || catchingUp
                || interruptible
                || interruptsEnabled && anyPending()
                || simulation.looksAtEach()) {
            return false;
        }
        if (firstPs < 0 || restPs < 0) {
            throw negative(firstPs < 0 ? "firstPs" : "restPs", Math.min(firstPs, restPs));
        }
        long stretchPs = Picos.saturatingAdd(firstPs, restPs);
        if (Picos.saturatingAdd(nowPs, stretchPs) == Picos.NEVER) {
            throw beyondTime(stretchPs);
        }
        quietFirstPs = firstPs;
        quietRestPs = restPs;
        quietSteps = restSteps;
        return true;
    }

    private void scheduleStep(long timePs) {
        schedule(timePs, OP_STEP);
    }

    private void schedule(long timePs, int op) {
        nextStepPs = timePs;
        nextHandle = simulation.at(timePs, priority, handler, op, 0);
    }

    private void onEvent(int op, long arg) {
        nextHandle = Simulation.NO_HANDLE;
        if (mode == Mode.SPINNING) {
            passToDeadline();
        }
        nowPs = simulation.nowPs();
        if (mode == Mode.QUIET) {
            mode = Mode.STEPPING;
            simulation.countPassed(quietSteps);
            frames[depth - 1].quietOver(this);
        }
        switch (op) {
            case OP_STEP -> run();
            case OP_HALT_ENTERED -> haltEntered();
            case OP_HALT_POLL_OVER -> block();
            case OP_WAKE -> wake();
            default -> throw new AssertionError(op);
        }
    }

    /** Steps, until something else is to happen or the guest's code panics. */
    private void run() {
        Vcpu before = machine.stepping(this);
        try {
            runSteps();
        } catch (GuestPanic e) {
            panic = String.valueOf(e.getMessage());
            machine.trace().emit(nowPs, id, TraceKind.PANIC, 0, 0);
            leave(Activity.HANG);
        } catch (RuntimeException | Error e) {
            machine.failed(e);
            throw e;
        } finally {
            machine.stepping(before);
        }
    }

    /** Returns what its last step executed ({@link Activity#place}); empty before the first one. */
    public String place() {
        if (depth == 0) {
            return "";
        }
        String place = frames[depth - 1].place();
        return depth == 1 ? place : "interrupt;" + place;
    }

    /** Returns what the guest's code found damaged when it stopped this vCPU for ever, empty if it did not. */
    public Optional<String> panic() {
        return Optional.ofNullable(panic);
    }

    private void runSteps() {
        while (true) {
            interruptible = false;
            workPs = 0;
            boolean interrupted = interruptsEnabled && anyPending();
            if (restPs != 0 && !interrupted) {
                if (workGoesOn()) {
                    continue;
                }
                return;
            }
            long cost = interrupted ? takeInterrupt() : frames[depth - 1].step(this);
            Consumer<Vcpu> observer = machine.observer();
            if (observer != null) {
                observer.accept(this);
            }
            if (cost >= 0) {
                if (workPs != 0) {
                    cost = upToWork(cost);
                }
                if (cost == 0) {
                    tookNoTime();
                }
                stepCostPs = cost;
                long nextPs = overAt(cost);
                if (surprising) {
                    nextPs += surprise(nextPs);
                    if (nextPs + 1 < 0) {
                        throw beyondTime(cost);
                    }
                }
                if (!simulation.tryAdvance(nextPs, priority)) {
                    scheduleStep(nextPs);
                    return;
                }
                nowPs = nextPs;
            } else if (cost == Activity.DONE) {
                if (depth == 1) {
                    throw new IllegalStateException("vCPU " + id + ": its program returned as if from an interrupt, in "
                            + place() + ": it ends with OFF");
                }
                if (returnFromInterrupt()) {
                    passRounds();
                    return;
                }
            } else {
                leave(cost);
                return;
            }
        }
    }

    /** Returns whether what is left of the work that an interrupt came into is done; else it is under way. */
    private boolean workGoesOn() {
        Consumer<Vcpu> observer = machine.observer();
        if (observer != null) {
            observer.accept(this);
        }
        long nextPs = goesOn();
        if (surprising) {
            nextPs += surprise(nextPs);
            if (nextPs + 1 < 0) {
                throw beyondTime(workPs);
            }
        }
        if (!simulation.tryAdvance(nextPs, priority)) {
            scheduleStep(nextPs);
            return false;
        }
        nowPs = nextPs;
        return true;
    }

    /** A program that never takes any time would be executed for ever at one instant. */
    private void tookNoTime() {
        if (timelessAtPs != nowPs) {
            timelessAtPs = nowPs;
            timelessSteps = 0;
        } else if (++timelessSteps == MOST_TIMELESS_STEPS) {
            throw new IllegalStateException("vCPU " + id + " makes no progress: " + MOST_TIMELESS_STEPS
                    + " steps that take no time at " + nowPs + " ps, the last in " + place());
        }
    }

    /** Returns whether the program goes on with a loop that is known to repeat. */
    private boolean returnFromInterrupt() {
        frames[--depth] = null;
        restPs = interruptedRestsPs[depth];
        interruptsEnabled = true;
        interruptChanges |= !handlerChangedNothing;
        handlerChangedNothing = false;
        account(interruptedStates[depth]);
        if (depth > 1) {
            return false;
        }
        if (interruptChanges) {
            loop.changed();
            return false;
        }
        // the round goes on as if there had been no interrupt, only later
        loop.delayed(nowPs - interruptedAtPs);
        counters.interruptOver();
        return fastForward && !simulation.isStepwise() && !anyPending() && loop.stillProved(nowPs) && plainForARound();
    }

    private void mwait() {
        increment(Counter.MWAITS);
        changed();
        enter(VcpuState.BUSY);
        haltedSincePs = nowPs;
        // QEMU's emulation blocks as on hlt, but never with several vCPUs: one of them could write to the line, which
        // it does not watch
        MwaitMode emulated = machine.vcpuCount() == 1 ? MwaitMode.TRAPPED : MwaitMode.NOP;
        switch (machine.spec().vcpuMode().isTcg() ? emulated : machine.spec().mwait()) {
            case HONOURED -> {
                if (interruptsEnabled && anyPending() || monitored.takeWritten()) {
                    scheduleStep(nowPs);
                } else {
                    mode = Mode.MWAITING;
                    enter(VcpuState.MWAIT);
                    machine.sleepStates().mwaits(id);
                }
            }
            case TRAPPED -> {
                exit(ExitCause.MWAIT);
                mode = Mode.HALTING;
                schedule(nowPs + atPresentClock(machine.costs().haltExitPs()), OP_HALT_ENTERED);
            }
            case NOP -> {
                exit(ExitCause.MWAIT);
                scheduleStep(nowPs + atPresentClock(machine.costs().nullExitPs()));
            }
            default -> throw new AssertionError(machine.spec().mwait());
        }
    }

    private long surprise(long nextPs) {
        long ps = machine.surprises().stepPs(id, nowPs, nextPs);
        if (ps > 0) {
            announced();
            loop.changed(); // a round with a surprise in it proves nothing about the next
        }
        return ps;
    }

    private void leave(long how) {
        workPs = 0;
        if (how == Activity.QUIET) {
            mode = Mode.QUIET;
            scheduleStep(nowPs + quietFirstPs + quietRestPs);
        } else if (how == Activity.SPIN) {
            if (!mayPassRounds) {
                throw new IllegalStateException("vCPU " + id
                        + ": SPIN, but Vcpu.roundRepeats has not just said that the loop repeats, in "
                        + place());
            }
            passRounds();
        } else if (how == Activity.MWAIT) {
            mwait();
        } else if (how == Activity.HALT) {
            increment(Counter.HALTS);
            exit(ExitCause.HLT);
            changed();
            enter(VcpuState.BUSY);
            mode = Mode.HALTING;
            haltedSincePs = nowPs;
            schedule(nowPs + atPresentClock(machine.costs().haltExitPs()), OP_HALT_ENTERED);
        } else if (how == Activity.OFF) {
            mode = Mode.STOPPED;
            enter(VcpuState.OFF);
            machine.hostThreads().blocked(this);
        } else if (how == Activity.HANG) {
            mode = Mode.HUNG;
            interruptsEnabled = false;
            enter(VcpuState.POLL);
        } else {
            throw new IllegalStateException("vCPU " + id + ": no such result of a step: " + how + ", in " + place()
                    + ": " + Activity.LEGAL_RESULTS);
        }
    }

    private void passRounds() {
        mayPassRounds = false;
        mode = Mode.SPINNING;
        long deadlinePs = surprising
                ? Math.min(loop.deadlinePs(), machine.surprises().plainUntilPs(id, nowPs))
                : loop.deadlinePs();
        if (deadlinePs != Picos.NEVER) {
            long rounds = (deadlinePs - nowPs) / loop.periodPs();
            scheduleStep(nowPs + rounds * loop.periodPs());
        }
    }

    /** The loop ran undisturbed up to the last round before it compares the clock with success. */
    private void passToDeadline() {
        catchUp();
        simulation.cancel(nextHandle);
        nextHandle = Simulation.NO_HANDLE;
    }

    private void haltEntered() {
        if (interruptsEnabled && anyPending()) {
            resume();
            return;
        }
        long pollPs = machine.hostThreads().pollsBeforeBlocking() ? haltPolling.intervalPs() : 0;
        if (pollPs > 0) {
            mode = Mode.HALT_POLLING;
            enter(VcpuState.HALT_POLL);
            schedule(nowPs + pollPs, OP_HALT_POLL_OVER);
        } else {
            block();
        }
    }

    private void block() {
        mode = Mode.BLOCKED;
        enter(VcpuState.HALTED);
        machine.sleepStates().blocks(id);
        machine.hostThreads().blocked(this);
    }

    private void wake() {
        boolean wasBlocked = residency.state() == VcpuState.HALTED;
        haltPolling.woke(nowPs - haltedSincePs);
        enter(VcpuState.BUSY);
        mode = Mode.STEPPING;
        nextStepPs = nowPs;
        if (wasBlocked) {
            machine.hostThreads().runnable(this); // may pause it
        }
        if (!paused) {
            run();
        }
    }

    private void resume() {
        mode = Mode.STEPPING;
        run();
    }

    @Override
    boolean isPolledFor() {
        return mode == Mode.HALT_POLLING;
    }

    @Override
    void stopPolling() {
        simulation.cancel(nextHandle);
        nextHandle = Simulation.NO_HANDLE;
        nowPs = simulation.nowPs();
        block();
    }

    @Override
    boolean canBePaused() {
        catchUp();
        boolean betweenSteps =
                simulation.isPending(nextHandle); // not in one: it may start another vCPU, which then wants a CPU
        return !paused && (mode == Mode.HUNG || betweenSteps && (mode == Mode.STEPPING || mode == Mode.HALTING));
    }

    @Override
    void pause() {
        catchUp();
        announced();
        boolean active = mode == Mode.STEPPING || mode == Mode.HALTING || mode == Mode.HUNG;
        if (paused || !active) {
            throw new IllegalStateException("vCPU " + id + " cannot be paused, mode=" + mode);
        }
        paused = true;
        pausedState = residency.state();
        pausedOp = mode == Mode.HALTING ? OP_HALT_ENTERED : OP_STEP;
        pausedRestPs = mode == Mode.HUNG ? 0 : nextStepPs - simulation.nowPs();
        simulation.cancel(nextHandle);
        nextHandle = Simulation.NO_HANDLE;
        nowPs = simulation.nowPs();
        enter(VcpuState.WAITING);
    }

    @Override
    void unpause() {
        paused = false;
        nowPs = simulation.nowPs();
        enter(pausedState);
        if (mode != Mode.HUNG) {
            schedule(nowPs + pausedRestPs, pausedOp);
            if (interruptsEnabled && anyPending() && canBeCut()) {
                cut();
            }
        }
    }

    private boolean anyPending() {
        return !pending.isEmpty() || line;
    }

    private long takeInterrupt() {
        announced();
        int vector = pending.isEmpty() ? Objects.requireNonNull(controller).getAsInt() : pending.takeHighest();
        if (depth == MAX_NESTING) {
            throw new IllegalStateException("vCPU " + id + ": interrupts nested deeper than " + MAX_NESTING);
        }
        if (depth == 1) {
            interruptedAtPs = nowPs;
            interruptChanges = false;
            counters.interruptBegins();
        }
        interruptedStates[depth] = residency.state();
        interruptedRestsPs[depth] = restPs;
        restPs = 0;
        Activity handling = interrupts.apply(vector);
        if (handling == null) {
            throw new IllegalStateException("vCPU " + id + ": its handler of vector " + vector + " is null");
        }
        handling.begins(this);
        frames[depth++] = handling;
        looks.forget(depth);
        interruptsEnabled = false;
        handlerChangedNothing = false;
        increment(Counter.INTERRUPTS);
        StepCheck check = machine.stepCheck();
        if (check != null) {
            check.interruptTaken(id);
        }
        machine.trace().emit(nowPs, id, TraceKind.INTERRUPT, vector, 0);
        account(VcpuState.BUSY);
        return machine.costs().interruptEntryPs();
    }

    @Override
    public String toString() {
        return "vcpu" + id + "[" + mode + ", pending=" + pending + "]";
    }

    /** What a vCPU counts. */
    public enum Counter {
        /** Interrupts taken. */
        INTERRUPTS,
        /** Inter-processor interrupts sent. */
        IPIS_SENT,
        /** Times it executed {@code hlt}. */
        HALTS,
        /** Times it executed {@code mwait}. */
        MWAITS,
        /** VM exits, halts included; by cause: {@link ExitCause}. */
        EXITS,
        /** Thread switches of the guest's scheduler. */
        CONTEXT_SWITCHES,
        /** Rounds of polling loops, counted where the guest's scheduler comes round. */
        POLL_ROUNDS
    }

    /**
     * A guest's own code found its state damaged and stops: thrown out of a step, it makes the vCPU spin for ever with interrupts off, as
     * {@link Activity#HANG} does. Other vCPUs go on. The message says what was found; {@link Vcpu#panic} keeps it.
     */
    public static class GuestPanic extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Creates a panic of what the guest found. */
        public GuestPanic(String message) {
            super(message);
        }
    }

    /** The one-shot timer of a vCPU: it raises a vector at an instant. Setting it again forgets what was set before. */
    public static final class DeadlineTimer {
        private final Vcpu vcpu;
        private final EventHandler fires = (op, arg) -> fire(op);
        private long handle = Simulation.NO_HANDLE;

        DeadlineTimer(Vcpu vcpu) {
            this.vcpu = vcpu;
        }

        /**
         * Sets it.
         *
         * @param vector in {@code [0, 255]}
         * @param deadlinePs picoseconds since power-on, at least 0; one that has passed fires at once, 0 stops the timer, {@link Picos#NEVER} never comes
         */
        public void set(int vector, long deadlinePs) {
            if (vector < 0 || vector > 255) {
                throw new IllegalArgumentException("vector must be in [0, 255], vector=" + vector);
            }
            if (deadlinePs < 0) {
                throw vcpu.negative("deadlinePs", deadlinePs);
            }
            Machine machine = vcpu.machine();
            machine.simulation().cancel(handle);
            handle = Simulation.NO_HANDLE;
            if (deadlinePs != 0) {
                long atPs = Picos.saturatingAdd(
                        Math.max(deadlinePs, vcpu.nowPs()), machine.deliveryDelayPs("machine.timer"));
                handle = machine.simulation().at(atPs, Machine.DEVICE_PRIORITY, fires, vector, 0);
            }
        }

        /** Returns whether it is set and has not fired. */
        public boolean isSet() {
            return vcpu.machine().simulation().isPending(handle);
        }

        private void fire(int vector) {
            handle = Simulation.NO_HANDLE;
            vcpu.raise(vector);
        }
    }

    /** What a vCPU does with its time. */
    public enum VcpuState {
        /** Not started, or switched off. */
        OFF(false),
        /** Doing work, VM exits on its behalf included. */
        BUSY(true),
        /** Executing a loop that waits for something: a busy wait. */
        POLL(true),
        /** Halted, while the host polls on its behalf before it gives up the CPU. */
        HALT_POLL(true),
        /** Halted, its host thread blocked. */
        HALTED(false),
        /** In {@code mwait}, executed by the guest itself: the CPU sleeps, the host's accounting sees a thread that runs. */
        MWAIT(true),
        /** Able to run, but its host thread has no CPU: another vCPU has it. */
        WAITING(false);

        private final boolean burnsHostCpu;

        VcpuState(boolean burnsHostCpu) {
            this.burnsHostCpu = burnsHostCpu;
        }

        /** Returns whether the host accounts the time to the vCPU's thread. */
        public boolean burnsHostCpu() {
            return burnsHostCpu;
        }
    }
}
