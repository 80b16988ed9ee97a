package io.torosim.sched;

import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler keeps of a thread (Process.pas: {@code TThread}): plain fields, without a way to the core but what its calls do there.
 *
 * <p>{@link ToroThread} is the only kind and does what the calls do; {@link CoreScheduler}, {@link ToroCore} and {@link ThreadRing} read and set the
 * fields. What the thread executes is its {@link GuestProgram}, what it is in the middle of a {@link BlockingCall}.
 */
abstract class ThreadRecord extends GuestThread {
    /** Its next turn begins in its program. */
    static final int RUN = 0;
    /** In the middle of a call that has given up the core without {@code SysThreadSwitch}. */
    static final int IN_CALL = 25;

    /** What an author can account for (the clock) or answers for (memory). */
    static final int LOOKED = 1;
    /** What nobody announces. */
    static final int SAW_UNANNOUNCED = 2;

    private final int id;
    private final String name;
    private final int coreId;
    private final GuestProgram program;
    /** Loops in which it polls may be passed over. */
    final boolean readsDeclared;
    /** Whether nobody but its fields says so. */
    final boolean judgedByFields;
    /** What its present turn has looked at: {@link #LOOKED}, {@link #SAW_UNANNOUNCED}. */
    int looks;

    /** At how many instants it has asked for the clock in its present turn, and the last of them; counted by the checking mode. */
    int clockLooks;

    private long lastLookPs = -1;

    /** In the ring of its core; its own while it is in none. */
    ThreadRecord next = this;

    ThreadRecord previous = this;

    @Nullable
    ThreadRecord nextPolling;

    ThreadState state = ThreadState.READY;
    boolean isPollThread;
    boolean killFlag;
    long idleSinceTsc;
    /** Length of the poll window that began then, in cycles. */
    long pollWindowCycles;
    /** When the poll window that began at {@link #idleSinceTsc} is over. */
    long idleFromPs;

    int resumeAt = RUN;

    /** What it is in the middle of, or null while it executes its program. */
    @Nullable
    BlockingCall call;

    /** What it waits for in {@link ThreadState#IO_PENDING}. */
    @Nullable
    WaitChannel pendingOn;

    boolean exited;
    /** The first thread of core 0, whose end is SystemExit. */
    boolean initial;
    /** How many device interrupts its core had taken when the thread last got a turn. */
    long irqsSeen;
    /** When the thread wants to be polled again at the latest. */
    long pollDeadlinePs = Picos.NEVER;
    /** When it last got a turn. */
    long lastTurnPs;
    /** For how long interrupts had then held up the threads of its core: {@link PassedTurns}. */
    long heldUpPs;
    /** Whether it ever got a turn. */
    boolean hasRun;
    /** A resume that came before the suspend; never with RESUME_BEFORE_SUSPEND. */
    boolean resumePending;
    /** A remote-create message of this thread has been pushed and not been carried out. */
    boolean requestInFlight;

    /** What it waits for, or will, in {@link ThreadState#SUSPENDED}. */
    @Nullable
    WaitChannel expected;

    boolean registersLost;

    private DispatchMatrix.@Nullable Message<ThreadRecord> message;
    long @Nullable [] threadVars;

    /** Where its {@code TThread} lies in guest memory, 0 in a kernel without memory; its own until it exits. */
    long recordAddress;

    int beginOnCore;
    long beginStackBytes;
    String beginName = "";

    @Nullable
    GuestProgram beginProgram;

    /** A thread has been begun with it: a second one is a message's that was delivered twice. */
    boolean programBegun;

    @Nullable
    GuestThread began;

    ThreadRecord(int coreId, int id, String name, GuestProgram program, boolean readsDeclared) {
        this.coreId = coreId;
        this.id = id;
        this.name = name;
        this.program = program;
        this.readsDeclared = readsDeclared;
        this.judgedByFields = isJudgedByItsFields(program);
    }

    /** Whether {@link GuestProgram#readsDeclared} of a program is what its fields say, not what its author does. */
    static boolean isJudgedByItsFields(GuestProgram program) {
        if (program instanceof ScriptedProgram) {
            return true;
        }
        try {
            return program.getClass().getMethod("readsDeclared").getDeclaringClass() == GuestProgram.class;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e); // an interface's method is public
        }
    }

    // ---- what its calls do to the core

    /** Waits, in a state. */
    abstract void park(ThreadState newState);

    abstract void setState(ThreadState newState);

    /** Waits in {@link ThreadState#IO_PENDING} until the scan finds {@code channel} ready. */
    final void pendsOn(WaitChannel channel) {
        pendingOn = channel;
        park(ThreadState.IO_PENDING);
    }

    /** Waits, or will, in {@link ThreadState#SUSPENDED} for what has not come. */
    final boolean awaitsDevice() {
        WaitChannel channel = expected;
        return channel != null && !channel.ready(this);
    }

    /** To be called before memory that other cores can see is changed. */
    abstract void beforeTouch();

    /** Asked where a defect would act, and noted. */
    abstract boolean has(ToroQuirk quirk);

    /** The Idle flag of a core. */
    abstract boolean isIdle(int core);

    /** The thread that it asks for begins on its own core, if there is memory for it; returns how long ThreadCreate takes. */
    abstract long beginsHere();

    /** The message by which it asks another core for a thread is in its own core's list. */
    abstract void pushesRequest();

    @Override
    public final int id() {
        return id;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int coreId() {
        return coreId;
    }

    @Override
    public final boolean exited() {
        return exited;
    }

    @Override
    public final boolean registersLost() {
        return registersLost;
    }

    @Override
    public final boolean killed() {
        return killFlag;
    }

    @Override
    public final boolean requestInFlight() {
        return requestInFlight;
    }

    @Override
    public final long recordAddress() {
        return recordAddress;
    }

    @Override
    public final @Nullable GuestThread began() {
        return began;
    }

    final void allocateThreadVars(int words) {
        threadVars = new long[words];
    }

    final GuestProgram program() {
        return program;
    }

    final void turnBegins() {
        clockLooks = 0;
        lastLookPs = -1;
    }

    final void looksAtClock(long nowPs) {
        if (nowPs != lastLookPs) {
            lastLookPs = nowPs;
            clockLooks++;
        }
    }

    /** Where its next turn begins; returns whether that is another place than before. */
    final boolean resumesAt(int pc) {
        boolean moved = resumeAt != pc;
        resumeAt = pc;
        return moved;
    }

    /** Takes a resume that came early; false if there was none. */
    final boolean takeResume() {
        boolean pending = resumePending;
        resumePending = false;
        return pending;
    }

    /** The one message of a thread: it lies on its stack, at the same place at every call if {@code samePlace}. */
    final DispatchMatrix.Message<ThreadRecord> messageOnStack(boolean samePlace) {
        if (message == null || !samePlace) {
            message = new DispatchMatrix.Message<>(this);
        }
        return message;
    }

    final DispatchMatrix.@Nullable Message<ThreadRecord> message() {
        return message;
    }
}
