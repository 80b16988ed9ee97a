package io.torosim.core.host;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;

/**
 * The QEMU process as the host sees it: a thread for each vCPU (or one for all), and the main loop, which wakes up for
 * timers and, where the network backend lives in the process, works on packets.
 */
public final class QemuProcess {
    private final Machine machine;
    private final long wakeEveryPs;
    private final long wakeWorkPs;
    private long mainLoopPs;

    /** Starts the process of {@code machine} now. */
    public QemuProcess(Machine machine) {
        this.machine = machine;
        CostModel costs = machine.spec().costs();
        this.wakeEveryPs = Picos.PER_SECOND / costs.count("qemu.main_loop_wake_hz");
        this.wakeWorkPs = costs.ps("qemu.main_loop_wake");
        wakeLater();
    }

    /** The main loop works for {@code ps}. */
    public void mainLoopWorks(long ps) {
        mainLoopPs += ps;
    }

    /** Returns the number of threads. */
    public int threadCount() {
        return machine.vcpuCount() + 1;
    }

    /** Returns the CPU time of a thread so far: vCPUs first, then the main loop. */
    public long threadCpuPs(int thread) {
        return thread < machine.vcpuCount() ? machine.vcpu(thread).hostCpuPs() : mainLoopPs;
    }

    private void wakeLater() {
        machine.simulation()
                .at(machine.simulation().nowPs() + wakeEveryPs, Machine.OBSERVER_PRIORITY, this::wake, 0, 0);
    }

    private void wake(int op, long arg) {
        mainLoopPs += wakeWorkPs;
        wakeLater();
    }
}
