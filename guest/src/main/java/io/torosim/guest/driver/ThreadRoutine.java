package io.torosim.guest.driver;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.sched.AtaDisk;
import io.torosim.sched.GuestThread;

/**
 * A routine that a thread executes, between the actions of its program: {@link #begin}, then {@link #next} for each action until it is
 * {@link #OVER}. The routine may call the kernel by returning {@link #GET_DEVICE} or {@link #AWAIT_SECTOR}.
 *
 * <p>Belongs to one thread. Confined to the simulation thread.
 */
public final class ThreadRoutine {
    /** The routine has returned: the program goes on at the same instant. */
    public static final long OVER = StepResult.RETURN;

    /** Step result: {@code GetDevice} of the disk. */
    static final long GET_DEVICE = StepResult.KERNEL_FIRST;
    /** Step result: {@code SysThreadSwitch}, after {@link io.torosim.sched.AtaDisk#suspend}. */
    static final long AWAIT_SECTOR = StepResult.KERNEL_FIRST - 1;

    private final AtaDisk disk;
    private final CodeRun run;

    /**
     * Creates the execution of a routine.
     *
     * @param cpu of the core whose thread executes it
     * @param disk what {@code GetDevice} takes
     */
    public ThreadRoutine(GuestCpu cpu, AtaDisk disk, GuestCode routine) {
        this.disk = disk;
        this.run = new CodeRun(cpu, routine);
    }

    /** Starts it from its first entry; returns its frame, for the arguments. */
    public Frame begin() {
        return run.begin();
    }

    /** Executes up to the next action of the thread; returns it, or {@link #OVER}. */
    public long next(GuestThread self) {
        long result = run.next();
        if (result >= 0) {
            return self.access(result); // an entry says itself what of it is work
        }
        if (result == StepResult.DONE) {
            return OVER;
        }
        if (result == GET_DEVICE) {
            return self.getDevice(disk.device());
        }
        if (result == AWAIT_SECTOR) {
            return disk.await(self);
        }
        throw new IllegalStateException(self + ": no such call of the kernel: " + result + ", " + run.stack());
    }
}
