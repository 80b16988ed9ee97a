package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceKind;

/** The record of a core (Process.pas: {@code TCPU}): its threads, its polling threads, its outgoing messages. */
final class ToroCore {
    private final ToroKernel kernel;
    private final Vcpu vcpu;
    final ThreadRing ring = new ThreadRing();
    final DispatchMatrix.Message[] toBeDispatched;

    GuestThread current;
    /** True only around a {@code hlt}: other cores read it. */
    boolean idle;
    /** End of the LAPIC timer's present count; there is one timer, so a nested delay ends the outer one. */
    long lapicTimerEndPs;

    private GuestThread pollingHead;
    private GuestThread pollingTail;
    private int pollingCount;
    private int pollingTotal;

    ToroCore(ToroKernel kernel, Vcpu vcpu) {
        this.kernel = kernel;
        this.vcpu = vcpu;
        this.toBeDispatched = new DispatchMatrix.Message[kernel.machine().vcpuCount()];
    }

    ToroKernel kernel() {
        return kernel;
    }

    Vcpu vcpu() {
        return vcpu;
    }

    int id() {
        return vcpu.id();
    }

    long tscHz() {
        return kernel.machine().spec().tscHz();
    }

    int pollingCount() {
        return pollingCount;
    }

    int pollingTotal() {
        return pollingTotal;
    }

    /** Whether all polling threads of the core are idle, and there are some. */
    boolean allPollersIdle() {
        return pollingTotal != 0 && pollingCount == pollingTotal;
    }

    void addThread(GuestThread thread) {
        kernel.beforeTouch();
        ring.add(thread);
        trace(TraceKind.THREAD_START, thread.id(), 0);
    }

    void setState(GuestThread thread, ThreadState state) {
        if (thread.state != state) {
            thread.state = state;
            vcpu.changed();
            trace(TraceKind.THREAD_STATE, thread.id(), state.value());
        }
    }

    void makeReady(GuestThread thread) {
        setState(thread, ThreadState.READY);
    }

    /** SysThreadActive: the idle clock of a thread that is ready is left running (reference of 2018, kept). */
    void threadActive(GuestThread thread) {
        if (thread.state == ThreadState.IDLE) {
            thread.idleSinceTsc = 0;
            setState(thread, ThreadState.READY);
            pollingCount--;
        }
    }

    /** The bookkeeping of SysThreadSwitch(True). */
    void threadPolls(GuestThread thread) {
        if (!thread.isPollThread) {
            thread.isPollThread = true;
            if (pollingHead == null) {
                pollingHead = thread;
            } else {
                pollingTail.nextPolling = thread;
            }
            pollingTail = thread;
            pollingTotal++;
            vcpu.changed();
        }
        long tsc = vcpu.tsc();
        if (thread.idleSinceTsc == 0) {
            thread.idleSinceTsc = tsc;
            thread.idleFromPs = Picos.ofCycles(tsc + kernel.pollWindowCycles() + 1, tscHz());
            vcpu.changed();
        } else if (thread.state != ThreadState.IDLE) {
            if (tsc - thread.idleSinceTsc > kernel.pollWindowCycles()) {
                setState(thread, ThreadState.IDLE);
                pollingCount++;
            } else {
                vcpu.comparesWith(thread.idleFromPs);
            }
        }
    }

    /** After the polling halt: every polling thread is ready again, with a fresh window. */
    void wakePollers() {
        for (GuestThread t = pollingHead; t != null; t = t.nextPolling) {
            t.idleSinceTsc = 0;
            setState(t, ThreadState.READY);
        }
        pollingCount = 0;
        vcpu.changed();
    }

    /** Takes an exiting thread off the list of polling threads (Toro since commit 3562396). */
    void forgetPoller(GuestThread thread) {
        if (!thread.isPollThread) {
            return;
        }
        if (thread.state == ThreadState.IDLE) {
            pollingCount--;
        }
        pollingTotal--;
        GuestThread before = null;
        for (GuestThread t = pollingHead; t != thread; t = t.nextPolling) {
            before = t;
        }
        if (before == null) {
            pollingHead = thread.nextPolling;
        } else {
            before.nextPolling = thread.nextPolling;
        }
        if (pollingTail == thread) {
            pollingTail = before;
        }
        vcpu.changed();
    }

    void trace(TraceKind kind, long a, long b) {
        kernel.machine().trace().emit(vcpu.nowPs(), id(), kind, a, b);
    }
}
