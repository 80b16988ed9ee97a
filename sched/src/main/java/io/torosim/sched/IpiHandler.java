package io.torosim.sched;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Vcpu;
import io.torosim.sched.ToroQuirks.ToroQuirk;

/**
 * The handler of the wake-up interrupt, vector 80 (Arch.pas: Apic_IRQ_Ignore): LAPIC EOI, then {@code Delay(10)} unless {@link
 * ToroQuirk#WAKE_HANDLER_DELAYS} is repaired.
 */
final class IpiHandler implements Activity {
    private final KernelCosts costs;
    private final GuestCpu cpu;
    private final BusyDelay delay;
    private final QuirkSwitches quirks;
    private boolean acknowledged;

    IpiHandler(LapicTimer timer, QuirkSwitches quirks, KernelCosts costs) {
        this.costs = costs;
        this.cpu = timer.cpu();
        this.delay = new BusyDelay(timer, quirks);
        this.quirks = quirks;
    }

    @Override
    public long step(Vcpu vcpu) {
        if (!acknowledged) {
            acknowledged = true;
            delay.begin(costs.ipiDelayPs());
            cpu.stepBegins();
            cpu.store32(ApicRegisters.BASE + ApicRegisters.EOI, 0);
            return cpu.stepEnds("Apic_IRQ_Ignore", "eoi");
        }
        if (!quirks.has(ToroQuirk.WAKE_HANDLER_DELAYS)) {
            return DONE;
        }
        long wait = delay.step(vcpu);
        return wait == KernelRoutine.OVER ? DONE : wait;
    }
}
