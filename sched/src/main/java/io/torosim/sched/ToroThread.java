package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.IoDevice;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A thread of the kernel: its record, and what its calls do to the core and the kernel that it runs on. */
final class ToroThread extends ThreadRecord {
    private final ToroKernel kernel;
    private final ToroCore core;

    ToroThread(ToroKernel kernel, ToroCore core, int id, String name, GuestProgram program) {
        super(core.id(), id, name, program, OwnReads.declared(program, kernel::isForeign));
        this.kernel = kernel;
        this.core = core;
    }

    boolean isOf(ToroKernel other) {
        return kernel == other;
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
    public long compute(long ps) {
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
        ToroThread other = (ToroThread) Objects.requireNonNull(thread, "thread");
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

    private void tell(ToroThread other) {
        if (other.core != core && other.core.idle && !kernel.has(ToroQuirk.RESUME_SENDS_NO_IPI)) {
            kernel.itsMachine().sendIpi(core.vcpu(), other.coreId(), ToroKernel.INTER_CORE_IRQ);
        }
    }

    @Override
    public void suspend(GuestThread thread) {
        ToroThread other = (ToroThread) Objects.requireNonNull(thread, "thread");
        kernel.beforeTouch();
        if (!other.exited) {
            other.core.park(other, ThreadState.SUSPENDED);
        }
    }

    @Override
    public void kill(GuestThread thread) {
        ToroThread other = (ToroThread) Objects.requireNonNull(thread, "thread");
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

    @Override
    public long getDevice(IoDevice wanted) {
        device = Objects.requireNonNull(wanted, "wanted");
        sectorsLeft = 0;
        return GET_DEVICE;
    }

    @Override
    public void freeDevice(IoDevice owned) {
        Objects.requireNonNull(owned, "owned");
        kernel.beforeTouch();
        owned.busy = false;
    }

    /** Is not ready at its next {@code SysThreadSwitch} unless the interrupt of a sector has come: {@link AtaDisk#suspend}. */
    void suspendForSector() {
        if (!kernel.has(ToroQuirk.DISK_OVERWRITES_IDLE)) {
            core.threadActive(this);
        }
        core.setState(this, ThreadState.SUSPENDED);
        waitsForSector = true;
        core.vcpu().changed();
    }

    @Override
    public void sectorMoved(boolean more) {
        waitsForSector = more;
        if (more || kernel.has(ToroQuirk.DISK_READ_LEAVES_SUSPENDED)) {
            core.setState(this, ThreadState.SUSPENDED);
        }
        core.vcpu().changed();
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
        sleepUntilTsc = Picos.toCycles(untilPs, core.tscHz());
        sleepUntilPs = Picos.ofCycles(sleepUntilTsc, core.tscHz());
        return SLEEP;
    }

    @Override
    public long beginThread(int onCore, String threadName, GuestProgram threadProgram) {
        Objects.requireNonNull(threadName, "threadName");
        Objects.requireNonNull(threadProgram, "threadProgram");
        int cores = kernel.itsMachine().vcpuCount();
        if (onCore < -1 || onCore >= cores) {
            throw new IllegalArgumentException("beginThread: coreId must be in [-1, " + cores + "), coreId=" + onCore
                    + ", thread=" + name() + ", begins=" + threadName);
        }
        beginOnCore = onCore < 0 ? coreId() : onCore;
        beginName = threadName;
        beginProgram = threadProgram;
        programBegun = false;
        if (began != null) {
            kernel.beforeTouch();
            began = null;
        }
        return BEGIN_THREAD;
    }
}
