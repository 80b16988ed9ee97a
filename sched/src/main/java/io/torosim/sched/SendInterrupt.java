package io.torosim.sched;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Vcpu;

/** Arch.pas:send_apic_int in a handler, with interrupts off: {@code Delay(10)}, then the command register. */
final class SendInterrupt implements Activity {
    private final GuestCpu cpu;
    private final BusyDelay delay;
    private final int to;
    private final int vector;
    private boolean sent;

    SendInterrupt(LapicTimer timer, QuirkSwitches quirks, KernelCosts costs, int to, int vector) {
        this.cpu = timer.cpu();
        this.delay = new BusyDelay(timer, quirks);
        this.to = to;
        this.vector = vector;
        delay.begin(costs.ipiDelayPs());
    }

    @Override
    public long step(Vcpu vcpu) {
        if (sent) {
            return DONE;
        }
        long waitPs = delay.step(vcpu);
        if (waitPs != KernelRoutine.OVER) {
            return waitPs;
        }
        sent = true;
        return send(cpu, to, vector);
    }

    /** Writes the command register, upper half first; the lower half, which sends, only if there is such a core. Returns what that takes. */
    static long send(GuestCpu cpu, int to, int vector) {
        long upperPs = write(cpu, ApicRegisters.COMMAND_HIGH, to << 24, "upper half of the command register");
        boolean isThere = to >= 0 && to < cpu.vcpu().machine().vcpuCount();
        return isThere
                ? upperPs + write(cpu, ApicRegisters.COMMAND_LOW, vector, "lower half of the command register")
                : upperPs;
    }

    private static long write(GuestCpu cpu, int register, int value, String what) {
        cpu.stepBegins();
        cpu.store32(ApicRegisters.BASE + register, value);
        return cpu.stepEnds("send_apic_int", what);
    }
}
