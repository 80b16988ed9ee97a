package io.torosim.sched;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A thread of the kernel: its record, and what its calls do to the core and the kernel that it runs on.
 *
 * <p>Its {@link ToroCore} keeps it in the ring and its {@link ToroKernel} knows whose turn it is. A call in which it may have to wait is an object of
 * its own: {@link SleepCall}, {@link BeginThreadCall}, {@link AwaitCall}, {@link PendingCall}.
 */
final class ToroThread extends ThreadRecord {
    private final ToroKernel kernel;
    private final ToroCore core;
    /** Made when first called, like the others. */
    private @Nullable SleepCall sleep;

    private @Nullable BeginThreadCall begin;
    private @Nullable AwaitCall await;
    private @Nullable PendingCall pending;

    ToroThread(ToroKernel kernel, ToroCore core, int id, String name, GuestProgram program) {
        super(core.id(), id, name, program, OwnReads.declared(program, kernel::isForeign));
        this.kernel = kernel;
        this.core = core;
    }

    @Override
    public boolean announcesTo(Machine machine) {
        return kernel.announcesTo(machine);
    }

    @Override
    public Vcpu vcpu() {
        looked();
        return core.vcpu();
    }

    @Override
    public long nowPs() {
        kernel.looksAtClock();
        return kernel.turn() == this ? core.vcpu().nowPs() : kernel.nowPs();
    }

    @Override
    public ThreadState state() {
        kernel.sees(core);
        return state;
    }

    @Override
    public long lastTurnPs() {
        if (kernel.turn() == this) {
            looked();
        } else {
            kernel.seesTurns(core);
        }
        return lastTurnPs;
    }

    @Override
    public long @Nullable [] threadVars() {
        looked();
        return threadVars;
    }

    @Override
    public String toString() {
        return name() + "#" + id() + "[" + state() + " on core " + coreId() + "]";
    }

    /** By its own program, or by another's that knows it. */
    private void looked() {
        kernel.looked();
    }

    @Override
    void placeChanged() {
        core.vcpu().changed();
    }

    @Override
    void park(ThreadState newState) {
        core.park(this, newState);
    }

    @Override
    void setState(ThreadState newState) {
        core.setState(this, newState);
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
    boolean isIdle(int other) {
        return kernel.core(other).idle;
    }

    @Override
    long beginsHere() {
        return core.begin(this);
    }

    @Override
    void pushesRequest() {
        DispatchMatrix.Message<ThreadRecord> request = messageOnStack(kernel.has(ToroQuirk.MESSAGE_READ_AFTER_WAKE));
        kernel.beforeTouch();
        requestInFlight = true;
        core.pushOutgoing(beginOnCore, request);
    }

    /**
     * Action: the call, from its first step.
     *
     * @throws IllegalStateException if it is not this thread's turn, or its program has begun another call and not returned its number
     */
    long begins(BlockingCall begun) {
        ThreadRecord turn = kernel.turn();
        if (turn != this) {
            throw new IllegalStateException("thread " + name() + " on core " + coreId() + ": " + begun
                    + " is an action of the thread's own program, called by "
                    + (turn == null ? "no thread" : "thread " + turn.name() + " on core " + turn.coreId()));
        }
        if (call != null) {
            throw new IllegalStateException("thread " + name() + " on core " + coreId() + ": " + begun
                    + " called where the program has not returned what " + call + " has given, in "
                    + program().place());
        }
        call = begun;
        return CALL;
    }

    @Override
    public long compute(long ps) {
        access(ps);
        core.vcpu().work(ps);
        return ps;
    }

    @Override
    public long access(long ps) {
        notNegative("ps", ps);
        core.vcpu().enter(VcpuState.BUSY);
        core.vcpu().changed();
        return ps;
    }

    @Override
    public long poll(long ps) {
        notNegative("ps", ps);
        core.vcpu().enter(VcpuState.POLL);
        return ps;
    }

    private ToroThread ofThisKernel(GuestThread thread, String call) {
        ToroThread other = (ToroThread) Objects.requireNonNull(thread, "thread");
        if (other.kernel != kernel) {
            throw new IllegalArgumentException("thread " + name() + " on core " + coreId() + ": " + call + " of thread "
                    + other.name() + ", which belongs to another kernel");
        }
        return other;
    }

    private void notNegative(String name, long ps) {
        if (ps < 0) {
            throw new IllegalArgumentException(name + " must be at least 0, " + name + "=" + ps + ", thread=" + name());
        }
    }

    @Override
    public void comparesWith(long timePs) {
        core.vcpu().comparesWith(timePs);
    }

    @Override
    public long switchIdle() {
        pollDeadlinePs = Picos.NEVER;
        return SWITCH_IDLE;
    }

    @Override
    public void active() {
        core.threadActive(this);
    }

    @Override
    public long switchIdleUntil(long deadlinePs) {
        notNegative("deadlinePs", deadlinePs);
        pollDeadlinePs = deadlinePs;
        return SWITCH_IDLE;
    }

    @Override
    public void resume(GuestThread thread) {
        ToroThread other = ofThisKernel(thread, "resume");
        kernel.beforeTouch();
        if (other.exited) {
            return;
        }
        if (other.state != ThreadState.SUSPENDED && !kernel.has(ToroQuirk.RESUME_BEFORE_SUSPEND)) {
            other.resumePending = true;
        }
        boolean waitsForElse =
                other.requestInFlight || other.awaitsDevice() && !kernel.has(ToroQuirk.DISK_WAKE_UNCHECKED);
        if (waitsForElse && !kernel.has(ToroQuirk.RESUME_BEFORE_SUSPEND)) {
            other.resumePending = true;
            return;
        }
        other.core.makeReady(other);
        tell(other);
    }

    private void tell(ToroThread other) {
        if (other.core != core && other.core.idle && !kernel.has(ToroQuirk.RESUME_SENDS_NO_IPI)) {
            core.tell(other.coreId());
        }
    }

    @Override
    public void suspend(GuestThread thread) {
        ToroThread other = ofThisKernel(thread, "suspend");
        kernel.beforeTouch();
        if (!other.exited) {
            other.core.park(other, ThreadState.SUSPENDED);
        }
    }

    @Override
    public void kill(GuestThread thread) {
        ToroThread other = ofThisKernel(thread, "kill");
        kernel.beforeTouch();
        other.killFlag = true;
        if (!kernel.has(ToroQuirk.KILL_NEEDS_SWITCH)
                && !other.exited
                && !other.requestInFlight
                && (!other.awaitsDevice() || kernel.has(ToroQuirk.KILLED_READER_KEEPS_DISK))
                && other.state == ThreadState.SUSPENDED) {
            other.core.makeReady(other);
            tell(other);
        }
    }

    @Override
    public void expects(WaitChannel channel) {
        expected = Objects.requireNonNull(channel, "channel");
        setState(ThreadState.SUSPENDED);
        placeChanged();
        channel.waits(this);
    }

    @Override
    public long await(WaitChannel channel) {
        Objects.requireNonNull(channel, "channel");
        if (await == null) {
            await = new AwaitCall(this, kernel.costs(), channel);
        }
        return begins(await.begin(channel));
    }

    @Override
    public long pend(WaitChannel channel) {
        Objects.requireNonNull(channel, "channel");
        if (pending == null) {
            pending = new PendingCall(this, channel);
        }
        return begins(pending.begin(channel));
    }

    @Override
    public long sleep(long ps) {
        notNegative("ps", ps);
        long nowPs = kernel.nowPs();
        looked();
        long untilPs = Picos.saturatingAdd(nowPs, kernel.tscWaitPs(ps));
        if (untilPs == Picos.NEVER) {
            throw new IllegalArgumentException(
                    Picos.END_OF_TIME + ": nowPs=" + nowPs + ", a sleep of ps=" + ps + ", thread=" + name());
        }
        if (sleep == null) {
            sleep = new SleepCall(kernel.costs());
        }
        return begins(sleep.begin(untilPs, core.tscHz()));
    }

    @Override
    public long beginThread(int onCore, String threadName, GuestProgram threadProgram) {
        return beginThread(onCore, threadName, threadProgram, kernel.costs().threadStackBytes);
    }

    @Override
    public long beginThread(int onCore, String threadName, GuestProgram threadProgram, long stackBytes) {
        Objects.requireNonNull(threadName, "threadName");
        Objects.requireNonNull(threadProgram, "threadProgram");
        notNegative("stackBytes", stackBytes);
        int cores = kernel.itsMachine().vcpuCount();
        if (onCore < -1 || onCore >= cores) {
            throw new IllegalArgumentException("beginThread: coreId must be in [-1, " + cores + "), coreId=" + onCore
                    + ", thread=" + name() + ", begins=" + threadName);
        }
        beginOnCore = onCore < 0 ? coreId() : onCore;
        beginName = threadName;
        beginStackBytes = stackBytes;
        beginProgram = threadProgram;
        programBegun = false;
        if (began != null) {
            kernel.beforeTouch();
            began = null;
        }
        if (begin == null) {
            begin = new BeginThreadCall(this, kernel.costs());
        }
        return begins(begin.begin(kernel.startedCores()));
    }
}
