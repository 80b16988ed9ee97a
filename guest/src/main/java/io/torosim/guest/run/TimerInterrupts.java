package io.torosim.guest.run;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.guest.device.LocalApics;
import io.torosim.guest.device.PcDevices;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.run.GuestRun.GuestTimer;
import io.torosim.sched.ToroKernel;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;

/**
 * Plugs a guest's timer into its machine and gives the guest's kernel the code for it: the devices are those of {@code guest.device}, the code is {@link
 * TimerCode}.
 *
 * <p>The PIT goes through the PICs to vCPU 0. A timer of local APICs makes these the interrupt controllers of all vCPUs, the PICs stay behind the first; interrupts
 * between cores go through them, and {@code Delay}, whose timer the tick has taken, looks at the time-stamp counter.
 */
final class TimerInterrupts {
    private TimerInterrupts() {}

    /** Plugs the timer of {@code place} in, if it has one; requests that come with its ticks come to vCPU 0. */
    static void plug(GuestPlace place, ToroKernel kernel) {
        boolean everywhere = place.timer().source().onEveryVcpu();
        plug(
                place,
                kernel,
                core -> everywhere || core == 0 ? place.timer() : GuestTimer.none(),
                core -> core == 0 && place.onTick().getAsBoolean());
    }

    /**
     * Plugs timers in, those of each started core: before the guest's other devices, which find the PICs there, and before the machine's first step.
     *
     * @param tick told of each interrupt, with the number of the vCPU that took it; returns whether that brought a request
     */
    static void plug(GuestPlace place, ToroKernel kernel, IntFunction<GuestTimer> timers, IntPredicate tick) {
        Machine machine = place.machine();
        CodeRun[] handlers = new CodeRun[machine.vcpuCount()];
        checkPit(kernel, timers);
        boolean pit = false;
        boolean apics = false;
        for (int core = 0; core < kernel.startedCores(); core++) {
            GuestTimer timer = timers.apply(core);
            if (!timer.runs()) {
                continue;
            }
            boolean ofApic = timer.source().onEveryVcpu();
            pit |= !ofApic;
            apics |= ofApic;
            TimerCode code = new TimerCode(timer, machine.spec().tscHz());
            GuestCpu cpu = new GuestCpu(machine.vcpu(core));
            CodeRun start = new CodeRun(cpu, code.start());
            start.begin();
            kernel.beforeThreads(core, start);
            handlers[core] = new CodeRun(cpu, code.handler(tick));
        }
        plug(place, kernel, pit, apics);
        IntFunction<Activity> handler = core -> {
            handlers[core].begin();
            return handlers[core];
        };
        if (pit) {
            kernel.onInterruptByCore(GuestRun.PIT_VECTOR, handler);
        }
        if (apics) {
            kernel.onInterruptByCore(GuestRun.TIMER_VECTOR, handler);
        }
    }

    private static void checkPit(ToroKernel kernel, IntFunction<GuestTimer> timers) {
        for (int core = 1; core < kernel.startedCores(); core++) {
            GuestTimer timer = timers.apply(core);
            if (timer.runs() && !timer.source().onEveryVcpu()) {
                throw new IllegalArgumentException("the PIT interrupts vCPU 0, core=" + core + ", timer=" + timer);
            }
        }
    }

    private static void plug(GuestPlace place, ToroKernel kernel, boolean pit, boolean withApics) {
        Machine machine = place.machine();
        if (pit) {
            place.process().firmwareTimerStops(); // the guest takes channel 0 of the PIT over
            PcDevices.pit(machine, host(place)); // before the PICs: none has seen its output yet
        }
        if (withApics) {
            LocalApics apics = new LocalApics().plug(machine, new PicPair().relocated());
            apics.initialisedByFirmware();
            apics.onExpiry(host(place));
            kernel.delaysByTsc();
        } else if (pit) {
            PicPair.provide(machine);
        }
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
