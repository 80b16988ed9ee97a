package io.torosim.sched;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.sched.ToroQuirks.ToroQuirk;

/**
 * The handler of the wake-up interrupt, vector 80 (Arch.pas: Apic_IRQ_Ignore): LAPIC EOI, then {@code Delay(10)} unless {@link
 * ToroQuirk#WAKE_HANDLER_DELAYS} is repaired.
 */
final class IpiHandler implements Activity {
    private final KernelCosts costs;
    private final BusyDelay delay;
    private final QuirkSwitches quirks;
    private boolean acknowledged;

    IpiHandler(LapicTimer timer, QuirkSwitches quirks, KernelCosts costs) {
        this.costs = costs;
        this.delay = new BusyDelay(timer, quirks, costs);
        this.quirks = quirks;
    }

    @Override
    public long step(Vcpu vcpu) {
        if (!acknowledged) {
            acknowledged = true;
            delay.begin(costs.ipiDelayPs());
            vcpu.exit(ExitCause.EOI);
            return costs.apicWritePs;
        }
        if (!quirks.has(ToroQuirk.WAKE_HANDLER_DELAYS)) {
            return DONE;
        }
        long wait = delay.step(vcpu);
        return wait == BusyDelay.OVER ? DONE : wait;
    }
}
