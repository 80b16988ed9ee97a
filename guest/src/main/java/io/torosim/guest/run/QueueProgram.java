package io.torosim.guest.run;

import io.torosim.guest.load.RequestPort.WorkQueue;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;

/** Takes requests from a queue; with none it says that it only polls. */
final class QueueProgram implements GuestProgram {
    private final WorkQueue queue;
    private boolean serving;

    QueueProgram(WorkQueue queue) {
        this.queue = queue;
    }

    @Override
    public boolean readsDeclared() {
        return true;
    }

    @Override
    public long next(GuestThread self) {
        if (serving) {
            serving = false;
            queue.answer();
        }
        if (queue.isEmpty()) {
            return self.switchIdle();
        }
        self.active();
        serving = true;
        return self.compute(queue.take());
    }
}
