package io.torosim.core.host;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;

/**
 * What wake-ups cost QEMU under software emulation: every halt that is ended costs the main loop, which sees the timer or
 * the packet and kicks the vCPU's thread, and that thread; a timer that expires while its vCPU runs costs the main loop less,
 * for it wakes nobody. Accounting only: the guest sees nothing of it.
 */
final class EmulationWakeUps implements TraceSink {
    private final Machine machine;
    private final WakeUpPrice[] vcpuPrices;
    private final long[] vcpuPs;
    private final boolean[] halted;
    private final WakeUpPrice wakingPrice;
    private final WakeUpPrice runningPrice;
    private long mainLoopPs;

    EmulationWakeUps(Machine machine) {
        CostModel costs = machine.spec().costs();
        this.machine = machine;
        this.vcpuPs = new long[machine.vcpuCount()];
        this.halted = new boolean[machine.vcpuCount()];
        this.vcpuPrices = new WakeUpPrice[machine.vcpuCount()];
        for (int vcpu = 0; vcpu < vcpuPrices.length; vcpu++) {
            vcpuPrices[vcpu] = new WakeUpPrice(costs, "tcg.wake_vcpu");
        }
        this.wakingPrice = new WakeUpPrice(costs, "tcg.wake_main_loop");
        this.runningPrice = new WakeUpPrice(costs, "tcg.timer_main_loop");
        machine.trace().addSink(this, TraceKind.VCPU_STATE);
    }

    @Override
    public void onTrace(long timePs, int vcpu, TraceKind kind, long state, long unused) {
        boolean wasHalted = halted[vcpu];
        halted[vcpu] = state == VcpuState.HALTED.ordinal();
        if (wasHalted && !halted[vcpu]) {
            vcpuPs[vcpu] += vcpuPrices[vcpu].wakesAt(timePs);
            mainLoopPs += wakingPrice.wakesAt(timePs);
        }
    }

    /** A timer expires whose interrupt goes to {@code vcpu}; if that is halted, its being woken is charged instead. */
    void timerExpires(int vcpu) {
        if (!halted[vcpu]) {
            mainLoopPs += runningPrice.wakesAt(machine.simulation().nowPs());
        }
    }

    /** A timer expires whose interrupt nobody takes. */
    void maskedTimerExpires() {
        mainLoopPs += wakingPrice.wakesAt(machine.simulation().nowPs());
    }

    long vcpuPs(int vcpu) {
        return vcpuPs[vcpu];
    }

    long mainLoopPs() {
        return mainLoopPs;
    }
}
