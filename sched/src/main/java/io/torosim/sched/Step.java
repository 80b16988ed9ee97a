package io.torosim.sched;

import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.Objects;

/** One step of a scripted program: see {@link GuestProgram#loop}. */
@FunctionalInterface
public interface Step {
    /** Returns the action of this step. */
    long act(GuestThread self);

    /** Works for {@code time}; interrupts come into it at their instants, see {@link GuestThread#compute}. */
    static Step compute(Duration time) {
        Objects.requireNonNull(time, "time");
        long ps = Picos.of(time);
        return self -> self.compute(ps);
    }

    /** Calls {@code SysThreadSwitch}: lets the other threads of the core run. */
    static Step yieldCpu() {
        return GuestThread::switchThread;
    }

    /** Calls {@code SysThreadSwitch(True)}: the same, saying that it only polls. */
    static Step yieldIdle() {
        return GuestThread::switchIdle;
    }

    /** Looks for work for {@code time} and finds none; one look, which interrupts wait for. */
    static Step poll(Duration time) {
        Objects.requireNonNull(time, "time");
        long ps = Picos.of(time);
        return self -> self.poll(ps);
    }

    /** Calls {@code Sleep}. */
    static Step sleep(Duration time) {
        Objects.requireNonNull(time, "time");
        long ps = Picos.of(time);
        return self -> self.sleep(ps);
    }

    /** Calls {@code SysSuspendThread} on itself. */
    static Step suspend() {
        return GuestThread::suspend;
    }
}
