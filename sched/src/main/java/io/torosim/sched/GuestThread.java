package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.VcpuState;
import io.torosim.core.time.Picos;

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

    private final ToroCore core;
    private final int id;
    private final String name;
    private final GuestProgram program;

    GuestThread next;
    GuestThread previous;
    GuestThread nextPolling;
    ThreadState state = ThreadState.READY;
    boolean isPollThread;
    boolean killFlag;
    long idleSinceTsc;
    /** When the poll window that began at {@link #idleSinceTsc} is over. */
    long idleFromPs;

    /** When {@link #sleepUntilTsc} is reached. */
    long sleepUntilPs;

    int resumeAt = CoreScheduler.RUN;
    boolean exited;

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

    /** Action: {@code SysThreadSwitch}. */
    public long switchThread() {
        return SWITCH;
    }

    /** Action: {@code SysThreadSwitch(True)}: the thread only polls. */
    public long switchIdle() {
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

    /** Calls {@code SysResumeThread} on {@code other}: it is ready; no other core is told. */
    public void resume(GuestThread other) {
        core.kernel().beforeTouch();
        other.core.makeReady(other);
    }

    /** Calls {@code SysKillThread} on {@code other}: it exits when it next returns from {@code SysThreadSwitch}. */
    public void kill(GuestThread other) {
        core.kernel().beforeTouch();
        other.killFlag = true;
    }

    /** Action: {@code Sleep}: keeps switching until {@code ps} have passed. The core does not halt meanwhile. */
    public long sleep(long ps) {
        sleepUntilTsc = Picos.toCycles(Picos.saturatingAdd(nowPs(), ps), core.tscHz());
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
