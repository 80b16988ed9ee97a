package io.torosim.guest.run;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.guest.device.LocalApics;
import io.torosim.guest.device.PcDevices;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.sched.ToroKernel;
import java.util.function.IntToLongFunction;

/**
 * Plugs a guest's timer into its machine and gives the guest's kernel the code for it: the devices are those of {@code guest.device}, the code is {@link
 * TimerCode}.
 *
 * <p>The PIT goes through the PICs straight to vCPU 0. A timer of local APICs makes these the interrupt controllers of all vCPUs, the PICs stay behind the first; interrupts
 * between cores go through them, and {@code Delay}, whose timer the tick has taken, looks at the time-stamp counter.
 */
final class TimerInterrupts {
    private TimerInterrupts() {}

    /** Plugs the timer of {@code place} in, if it has one: before the guest's other devices, which find the PICs there, and before the machine's first step. */
    static void plug(GuestPlace place, ToroKernel kernel) {
        if (!place.timer().runs()) {
            return;
        }
        Machine machine = place.machine();
        TimerCode code = new TimerCode(place.timer(), machine.spec().tscHz());
        boolean everywhere = place.timer().source().onEveryVcpu();
        if (everywhere) {
            LocalApics apics = new LocalApics().plug(machine, new PicPair().relocated());
            apics.initialisedByFirmware();
            apics.onExpiry(host(place));
            kernel.delaysByTsc();
        } else {
            place.process().firmwareTimerStops(); // the guest takes channel 0 of the PIT over
            PcDevices.pit(machine, host(place)); // before the PICs: none has seen its output yet
            PicPair.provide(machine);
        }
        GuestCode handler = code.handler(id -> id == 0 && place.onTick().getAsBoolean());
        CodeRun[] handlers = new CodeRun[machine.vcpuCount()];
        for (int core = 0; core < (everywhere ? kernel.startedCores() : 1); core++) {
            GuestCpu cpu = new GuestCpu(machine.vcpu(core));
            CodeRun start = new CodeRun(cpu, code.start());
            start.begin();
            kernel.beforeThreads(core, start);
            handlers[core] = new CodeRun(cpu, handler);
        }
        kernel.onInterruptByCore(everywhere ? GuestRun.TIMER_VECTOR : GuestRun.PIT_VECTOR, core -> {
            handlers[core].begin();
            return handlers[core];
        });
    }

    /** The process sees each expiry; under emulation it takes the main loop a while to pass it on, and an unquiet host longer. */
    private static IntToLongFunction host(GuestPlace place) {
        Machine machine = place.machine();
        long latencyPs =
                machine.spec().vcpuMode().isTcg() ? machine.costs().model().ps("tcg.timer_latency") : 0;
        return vcpu -> {
            place.process().timerExpires(vcpu);
            return latencyPs + machine.deliveryDelayPs("machine.timer");
        };
    }
}
