package io.torosim.guest.linux;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;

/**
 * Executes routines of the driver on one CPU, one at a time. What their ring words and fences take is a part of what the cost model says of a
 * request (its notifications are not): {@link #takeOwed} takes it off the work that follows.
 */
final class DriverCalls {
    private final CodeRun run;
    private boolean active;
    private long owedPs;
    private long tookPs;

    DriverCalls(Vcpu vcpu, GuestCode any) {
        this.run = new CodeRun(new Driver(vcpu), any);
    }

    /** What the driver sees of the CPU: each notification is taken off as it is made. */
    private final class Driver extends GuestCpu {
        Driver(Vcpu vcpu) {
            super(vcpu);
        }

        @Override
        protected void paid(ExitCause cause, long ps) {
            if (cause == ExitCause.NOTIFY) {
                owedPs -= ps;
            }
        }
    }

    /** Begins a routine; none may be under way. */
    void begin(GuestCode routine) {
        run.begin(routine);
        active = true;
    }

    /** Returns whether a routine is under way. */
    boolean active() {
        return active;
    }

    /** Goes on with it; returns the time of the step, or -1 if it is over. */
    long step(Vcpu vcpu) {
        long fromPs = vcpu.nowPs();
        long ps = run.next();
        active = ps >= 0;
        tookPs = vcpu.nowPs() - fromPs + Math.max(0, ps);
        owedPs += tookPs;
        return active ? ps : -1;
    }

    /** Returns what the last {@link #step} took, with what it has passed over. */
    long tookPs() {
        return tookPs;
    }

    /** Returns how much of a piece of work has been done by the driver already, at most all of it; it is not owed any more. */
    long takeOwed(long workPs) {
        long taken = Math.min(owedPs, workPs);
        owedPs -= taken;
        return taken;
    }

    /** Returns where it is, for profiles. */
    String place() {
        return run.place();
    }
}
