package io.torosim.guest.driver;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.Step;
import java.util.function.Consumer;

/**
 * A routine of a disk's driver as a thread executes it, each action a step of its program. The routine calls the kernel by returning {@link #PEND}, {@link #AWAIT} or {@link
 * #EXIT}.
 */
final class ThreadRoutine implements Step {
    /** Step result: waits in tsIOPending until the device is free. */
    static final long PEND = StepResult.KERNEL_FIRST;
    /** Step result: {@code SysThreadSwitch}, after {@link IdeController#commands} or {@link IdeController#moved}. */
    static final long AWAIT = StepResult.KERNEL_FIRST - 1;
    /** Step result: the thread exits. */
    static final long EXIT = StepResult.KERNEL_FIRST - 2;

    private final IdeController disk;
    private final StepProgram program;
    private final CodeRun run;
    private final Frame frame;
    private final Consumer<Frame> after;

    ThreadRoutine(
            IdeController disk,
            StepProgram program,
            GuestCode routine,
            Consumer<Frame> arguments,
            Consumer<Frame> after) {
        this.disk = disk;
        this.program = program;
        this.run = new CodeRun(disk.cpu(), routine);
        this.after = after;
        this.frame = run.begin();
        arguments.accept(frame);
    }

    @Override
    public long act(GuestThread self) {
        long result = run.next();
        if (result == StepResult.DONE) {
            after.accept(frame);
            return StepProgram.GO_ON;
        }
        program.then(this);
        return result >= 0 ? self.access(result) : called(self, result); // an entry says itself what of it is work
    }

    private long called(GuestThread self, long call) {
        if (call == PEND) {
            return self.pend(disk.free());
        }
        if (call == AWAIT) {
            return self.await(disk.sector());
        }
        if (call == EXIT) {
            return self.exit();
        }
        throw new IllegalStateException(self + ": no such call of the kernel: " + call + ", " + run.stack());
    }
}
