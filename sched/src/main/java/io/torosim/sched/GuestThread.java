package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.VcpuState;
import io.torosim.core.time.Picos;
import java.util.function.Consumer;

/**
 * A thread of the Toro kernel (Process.pas: {@code TThread}). It belongs to one core for life. Its program acts through
 * the methods that return a {@code long}: a program returns that number at once.
 */
public final class GuestThread {
    static final long SWITCH = -1;
    static final long SWITCH_IDLE = -2;
    static final long SUSPEND = -3;
    static final long EXIT = -4;
    static final long SLEEP = -5;
    static final long BEGIN_THREAD = -6;
    static final long PANIC = -7;
    static final long READ_DISK = -8;
    static final long READ_CONSOLE = -9;
    static final long GET_DEVICE = -10;
    static final long HALT_CPU = -11;
    static final long AWAIT_SECTOR = -12;

    private final ToroCore core;
    private final int id;
    private final String name;
    private final GuestProgram program;
    /** Loops in which it polls may be passed over. */
    final boolean readsDeclared;

    GuestThread next;
    GuestThread previous;
    GuestThread nextPolling;
    ThreadState state = ThreadState.READY;
    boolean isPollThread;
    boolean killFlag;
    long idleSinceTsc;
    /** Length of the poll window that began then, in cycles. */
    long pollWindowCycles;
    /** When the poll window that began at {@link #idleSinceTsc} is over. */
    long idleFromPs;

    /** When {@link #sleepUntilTsc} is reached. */
    long sleepUntilPs;

    int resumeAt = CoreScheduler.RUN;
    /** Where SysThreadSwitch returns to: the program, or the middle of a system call. */
    int afterSwitch = CoreScheduler.RUN;

    boolean exited;
    /** The first thread of core 0, whose end is SystemExit. */
    boolean initial;
    /** How many device interrupts its core had taken when the thread last got a turn. */
    long irqsSeen;
    /** When the thread wants to be polled again at the latest. */
    long pollDeadlinePs = Picos.NEVER;
    /** When it last got a turn. */
    long lastTurnPs;
    /** Whether it ever got a turn. */
    boolean hasRun;
    /** A resume that came before the suspend; never with RESUME_BEFORE_SUSPEND. */
    private boolean resumePending;
    /** A remote-create message of this thread has been pushed and not been carried out. */
    boolean requestInFlight;

    /** The command is written and the interrupt of the sector that the thread waits for has not come. */
    boolean waitsForSector;

    boolean registersLost;
    IoDevice device;
    /** Tells the disk that it reads which thread the next sector is for. */
    Consumer<GuestThread> nextSector;

    int sectorsLeft;
    private DispatchMatrix.Message<GuestThread> message;
    private long[] threadVars;

    long sleepUntilTsc;
    int beginOnCore;
    String beginName;
    GuestProgram beginProgram;
    GuestThread began;

    GuestThread(ToroCore core, int id, String name, GuestProgram program) {
        this.core = core;
        this.id = id;
        this.name = name;
        this.program = program;
        this.readsDeclared = program.readsDeclared();
    }

    /** Returns its number, unique in the kernel, from 1 in order of creation. */
    public int id() {
        return id;
    }

    /** Returns its name. */
    public String name() {
        return name;
    }

    /** Returns the number of its core. */
    public int coreId() {
        return core.id();
    }

    /** Returns its state. */
    public ThreadState state() {
        return state;
    }

    /** Returns whether it has exited. */
    public boolean exited() {
        return exited;
    }

    /** Returns the vCPU it runs on. */
    public Vcpu vcpu() {
        return core.vcpu();
    }

    /** Returns the present time in picoseconds. */
    public long nowPs() {
        return core.vcpu().nowPs();
    }

    /**
     * Returns whether something has overwritten registers that this thread was using, see {@link
     * ToroQuirk#IPI_SAVES_NO_REGISTERS} and {@link ToroQuirk#SLEEP_SAVES_NO_REGISTERS}. What would go wrong then is not
     * modelled.
     */
    public boolean registersLost() {
        return registersLost;
    }

    /** Returns whether {@code SysKillThread} was called on it. */
    public boolean killed() {
        return killFlag;
    }

    /** Returns whether a request of it to create a thread on another core has not been carried out yet. */
    public boolean requestInFlight() {
        return requestInFlight;
    }

    /** Returns when it last got a turn of its core, in picoseconds since power-on, 0 before its first. */
    public long lastTurnPs() {
        return lastTurnPs;
    }

    /**
     * Returns its thread variables (the TLS block), zero at first: of the size that the kernel's configuration says. The
     * first thread of a kernel has none, as in Toro before CreateInitThread: null.
     */
    public long[] threadVars() {
        return threadVars;
    }

    void allocateThreadVars(int words) {
        threadVars = new long[words];
    }

    /** Where its next turn begins. */
    void resumesAt(int pc) {
        if (resumeAt != pc) {
            resumeAt = pc;
            core.vcpu().changed();
        }
    }

    /** The one message of a thread: it lies on its stack, at the same place at every call. */
    DispatchMatrix.Message<GuestThread> messageOnStack() {
        boolean sharesPlace = core.kernel().has(ToroQuirk.MESSAGE_READ_AFTER_WAKE);
        if (message == null || !sharesPlace) {
            message = new DispatchMatrix.Message<>(this);
        }
        return message;
    }

    DispatchMatrix.Message<GuestThread> message() {
        return message;
    }

    /** Takes a resume that came early; false if there was none. */
    boolean takeResume() {
        boolean pending = resumePending;
        resumePending = false;
        return pending;
    }

    GuestProgram program() {
        return program;
    }

    ToroCore core() {
        return core;
    }

    /** Action: works for {@code ps}; may have changed anything. */
    public long compute(long ps) {
        if (ps < 0) {
            throw new IllegalArgumentException("ps must be at least 0, ps=" + ps);
        }
        core.vcpu().enter(VcpuState.BUSY);
        core.vcpu().changed();
        return ps;
    }

    /**
     * Action: has looked for {@code ps} and found nothing to do. The program must not have changed anything, its own
     * state included; if it compared the clock it says so with {@link #comparesWith}.
     */
    public long poll(long ps) {
        if (ps < 0) {
            throw new IllegalArgumentException("ps must be at least 0, ps=" + ps);
        }
        core.vcpu().enter(VcpuState.POLL);
        return ps;
    }

    /** Says that a poll compared the clock with {@code timePs} and that a later one may find it reached. */
    public void comparesWith(long timePs) {
        core.vcpu().comparesWith(timePs);
    }

    /**
     * Action: {@code SysThreadSwitch}. If the program's next turn can be unlike its last because of something that it has
     * changed without {@link #compute}, its own place among its steps for one, it calls {@code vcpu().changed()}.
     */
    public long switchThread() {
        return SWITCH;
    }

    /** Action: {@code SysThreadSwitch(True)}: the thread only polls. See {@link #switchThread}. */
    public long switchIdle() {
        pollDeadlinePs = Picos.NEVER;
        return SWITCH_IDLE;
    }

    /** Calls {@code SysThreadActive}: a thread that was idle is ready again; no effect on one that is ready. */
    public void active() {
        core.threadActive(this);
    }

    /** Action: {@code SysSuspendThread} on itself; goes on when somebody resumes it. */
    public long suspend() {
        return SUSPEND;
    }

    /**
     * Action: {@code SysThreadSwitch(True)} of a thread that polls for a moment: Toro has no such call, and with {@link
     * ToroQuirk#HALT_WITHOUT_TIMER} it is {@link #switchIdle}.
     *
     * @param deadlinePs when it wants its next turn at the latest
     */
    public long switchIdleUntil(long deadlinePs) {
        pollDeadlinePs = deadlinePs;
        return SWITCH_IDLE;
    }

    /**
     * Calls {@code SysResumeThread} on {@code other}: it is ready; no other core is told ({@link
     * ToroQuirk#RESUME_SENDS_NO_IPI}).
     */
    public void resume(GuestThread other) {
        ToroKernel kernel = core.kernel();
        kernel.beforeTouch();
        if (other.exited) {
            return;
        }
        if (other.state != ThreadState.SUSPENDED && !kernel.has(ToroQuirk.RESUME_BEFORE_SUSPEND)) {
            other.resumePending = true;
        }
        boolean waitsForElse =
                other.requestInFlight || other.waitsForSector && !kernel.has(ToroQuirk.DISK_WAKE_UNCHECKED);
        if (waitsForElse && !kernel.has(ToroQuirk.RESUME_BEFORE_SUSPEND)) {
            other.resumePending = true;
            return;
        }
        other.core.makeReady(other);
        tell(other);
    }

    private void tell(GuestThread other) {
        ToroKernel kernel = core.kernel();
        if (other.core != core && other.core.idle && !kernel.has(ToroQuirk.RESUME_SENDS_NO_IPI)) {
            kernel.machine().sendIpi(core.vcpu(), other.coreId(), ToroKernel.INTER_CORE_IRQ);
        }
    }

    /** Calls {@code SysSuspendThread} on {@code other}, not on itself: only its state is set. */
    public void suspend(GuestThread other) {
        core.kernel().beforeTouch();
        if (!other.exited) {
            other.core.park(other, ThreadState.SUSPENDED);
        }
    }

    /**
     * Calls {@code SysKillThread} on {@code other}: it exits when it next returns from {@code SysThreadSwitch}, in the middle
     * of a disk access too ({@link ToroQuirk#KILLED_READER_KEEPS_DISK}); one that is suspended does not ({@link
     * ToroQuirk#KILL_NEEDS_SWITCH}).
     */
    public void kill(GuestThread other) {
        ToroKernel kernel = core.kernel();
        kernel.beforeTouch();
        other.killFlag = true;
        if (!kernel.has(ToroQuirk.KILL_NEEDS_SWITCH)
                && !other.exited
                && !other.requestInFlight
                && (!other.waitsForSector || kernel.has(ToroQuirk.KILLED_READER_KEEPS_DISK))
                && other.state == ThreadState.SUSPENDED) {
            other.core.makeReady(other);
            tell(other);
        }
    }

    /** Action: {@code GetDevice}: goes on when the thread has the device. */
    public long getDevice(IoDevice wanted) {
        device = wanted;
        sectorsLeft = 0;
        return GET_DEVICE;
    }

    /** Calls {@code FreeDevice}: the scheduler finds those who wait for it. */
    public void freeDevice(IoDevice owned) {
        owned.busy = false;
        core.vcpu().changed();
    }

    /** Is not ready at its next {@code SysThreadSwitch} unless the interrupt of a sector has come: {@link AtaDisk#suspend}. */
    void suspendForSector() {
        if (!core.kernel().has(ToroQuirk.DISK_OVERWRITES_IDLE)) {
            core.threadActive(this);
        }
        core.setState(this, ThreadState.SUSPENDED);
        waitsForSector = true;
        core.vcpu().changed();
    }

    /** Action: {@code SysThreadSwitch} of a disk's driver after {@link AtaDisk#suspend}: goes on when the interrupt has made it ready. */
    public long awaitSector() {
        return AWAIT_SECTOR;
    }

    /**
     * A sector was moved: {@code State := tsSuspended}, in Toro after the last one too ({@link ToroQuirk#DISK_READ_LEAVES_SUSPENDED}).
     *
     * @param more whether another interrupt is expected
     */
    public void sectorMoved(boolean more) {
        waitsForSector = more;
        if (more || core.kernel().has(ToroQuirk.DISK_READ_LEAVES_SUSPENDED)) {
            core.setState(this, ThreadState.SUSPENDED);
        }
        core.vcpu().changed();
    }

    /** Action: {@code Sleep}: keeps switching until {@code ps} have passed, by the rate that the kernel believes in. The core does not halt meanwhile. */
    public long sleep(long ps) {
        sleepUntilTsc =
                Picos.toCycles(Picos.saturatingAdd(nowPs(), core.kernel().tscWaitPs(ps)), core.tscHz());
        sleepUntilPs = Picos.ofCycles(sleepUntilTsc, core.tscHz());
        return SLEEP;
    }

    /**
     * Action: {@code SysBeginThread}; afterwards {@link #began} is the new thread, or null if the core is not there.
     *
     * @param coreId the core it is to run on, -1 for this one
     */
    public long beginThread(int coreId, String threadName, GuestProgram threadProgram) {
        beginOnCore = coreId < 0 ? core.id() : coreId;
        beginName = threadName;
        beginProgram = threadProgram;
        began = null;
        return BEGIN_THREAD;
    }

    /** Returns what the last {@link #beginThread} made. */
    public GuestThread began() {
        return began;
    }

    /**
     * Action: executes {@code hlt} in the middle of the thread, with interrupts enabled: the thread goes on after the next
     * interrupt. Its core does not say that it is idle.
     */
    public long haltCpu() {
        return HALT_CPU;
    }

    /** Action: {@code ThreadExit}. */
    public long exit() {
        return EXIT;
    }

    /** Action: the kernel panics on this core: interrupts off, an endless loop. Other cores go on. */
    public long panic() {
        return PANIC;
    }

    @Override
    public String toString() {
        return name + "#" + id + "[" + state + " on core " + core.id() + "]";
    }
}
