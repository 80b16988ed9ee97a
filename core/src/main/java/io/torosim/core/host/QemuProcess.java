package io.torosim.core.host;

import io.torosim.core.cost.CostModel;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import org.jspecify.annotations.Nullable;

/**
 * The QEMU process as the host sees it: a thread for each vCPU (or one for all), and the main loop, which wakes up for
 * timers and, where the network backend lives in the process, works on packets. Under software emulation each wake-up of a
 * halted vCPU costs CPU time of both, by how long ago the last one was.
 */
public final class QemuProcess {
    private static final long FIRMWARE_TICK_PS = 65_536 * Picos.PER_SECOND / 1_193_182;

    private final Machine machine;
    private final long wakeEveryPs;
    private final long wakeWorkPs;
    private final @Nullable EmulationWakeUps wakeUps;
    private long mainLoopPs;
    private long firmwareTickHandle = Simulation.NO_HANDLE;

    /**
     * Starts the process of {@code machine} now. Under software emulation the firmware's timer runs
     * ({@link #firmwareTimerStops}).
     */
    public QemuProcess(Machine machine) {
        this.machine = machine;
        CostModel costs = machine.spec().costs();
        this.wakeEveryPs = Picos.PER_SECOND / costs.count("qemu.main_loop_wake_hz");
        this.wakeWorkPs = costs.ps("qemu.main_loop_wake");
        this.wakeUps = machine.spec().vcpuMode().isTcg() ? new EmulationWakeUps(machine) : null;
        wakeLater();
        if (wakeUps != null) {
            firmwareTickLater();
        }
    }

    /**
     * A timer of the machine expires now and is about to interrupt {@code vcpu}. To be called before the interrupt is raised;
     * under KVM, which has its timers in the kernel, it costs the process nothing.
     */
    public void timerExpires(int vcpu) {
        if (wakeUps != null) {
            wakeUps.timerExpires(vcpu);
        }
    }

    /**
     * The guest stops or takes over channel 0 of the PIT, which SeaBIOS leaves running at 18.2 Hz: masked or not, every expiry
     * wakes QEMU's main loop, and that is nearly all that an idle pc costs under emulation. Calling it again does nothing.
     */
    public void firmwareTimerStops() {
        machine.simulation().cancel(firmwareTickHandle);
        firmwareTickHandle = Simulation.NO_HANDLE;
    }

    private void firmwareTickLater() {
        long atPs = machine.simulation().nowPs() + FIRMWARE_TICK_PS;
        firmwareTickHandle = machine.simulation().at(atPs, Machine.OBSERVER_PRIORITY, this::firmwareTick, 0, 0);
    }

    private void firmwareTick(int op, long arg) {
        if (wakeUps != null) {
            wakeUps.maskedTimerExpires();
        }
        firmwareTickLater();
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
        boolean isVcpu = thread < machine.vcpuCount();
        if (wakeUps == null) {
            return isVcpu ? machine.vcpu(thread).hostCpuPs() : mainLoopPs;
        }
        return isVcpu ? machine.vcpu(thread).hostCpuPs() + wakeUps.vcpuPs(thread) : mainLoopPs + wakeUps.mainLoopPs();
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
