package io.torosim.guest.run;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.run.GuestRun.GuestTimer;
import io.torosim.sched.ToroKernel;

/** A guest's timer: its expiries on the host, and the handler in the guest, which acknowledges and perhaps sets it anew. */
final class TimerInterrupts {
    private static final int OP_EXPIRES = 0;
    private static final int OP_ARRIVES = 1;

    private final GuestPlace place;
    private final Machine machine;
    private final long periodPs;
    private final long acknowledgePs;
    private final long setPs;
    private final long latencyPs;
    private final EventHandler handler = this::onEvent;

    private TimerInterrupts(GuestPlace place) {
        this.place = place;
        this.machine = place.machine();
        this.periodPs = place.timer().periodPs();
        MachineCosts costs = machine.costs();
        this.acknowledgePs = source() == GuestTimer.Source.PIT ? costs.picPs() : costs.apicPs();
        this.setPs = costs.apicPs();
        this.latencyPs = machine.spec().vcpuMode().isTcg() ? costs.model().ps("tcg.timer_latency") : 0;
    }

    /** Starts the timer of {@code place}, if it has one, on the cores of {@code kernel}. */
    static void start(GuestPlace place, ToroKernel kernel) {
        if (!place.timer().runs()) {
            return;
        }
        if (!place.timer().source().onEveryVcpu()) {
            place.process().firmwareTimerStops(); // the guest takes channel 0 of the PIT over
        }
        TimerInterrupts timer = new TimerInterrupts(place);
        kernel.onInterrupt(GuestRun.TIMER_VECTOR, timer.new Handler()::reused);
        int vcpus = timer.source().onEveryVcpu() ? kernel.startedCores() : 1;
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            timer.later(vcpu, timer.periodPs);
        }
    }

    private GuestTimer.Source source() {
        return place.timer().source();
    }

    private void later(int vcpu, long delayPs) {
        at(delayPs, OP_EXPIRES, vcpu);
    }

    private void at(long delayPs, int op, int vcpu) {
        machine.simulation().at(machine.simulation().nowPs() + delayPs, Machine.DEVICE_PRIORITY, handler, op, vcpu);
    }

    /** Under emulation it takes the main loop a while to pass an expiry on. */
    private void onEvent(int op, long vcpu) {
        int id = (int) vcpu;
        if (op == OP_EXPIRES) {
            place.process().timerExpires(id);
            if (!source().isSetByHandler()) {
                later(id, periodPs);
            }
            if (latencyPs > 0) {
                at(latencyPs, OP_ARRIVES, id);
                return;
            }
        }
        machine.vcpu(id).raise(GuestRun.TIMER_VECTOR);
    }

    /** Interrupts of one vCPU do not nest, and each vCPU's are over before its next: the stage is kept by vCPU. */
    private final class Handler implements Activity {
        private final int[] stages = new int[machine.vcpuCount()];
        private final boolean[] brought = new boolean[machine.vcpuCount()];

        Activity reused() {
            return this;
        }

        @Override
        public long step(Vcpu vcpu) {
            int id = vcpu.id();
            switch (stages[id]++) {
                case 0 -> {
                    brought[id] = id == 0 && place.onTick().getAsBoolean();
                    vcpu.exit(source() == GuestTimer.Source.PIT ? ExitCause.PIC : ExitCause.EOI);
                    return acknowledgePs;
                }
                case 1 -> {
                    if (source().isSetByHandler()) {
                        setAnew(vcpu);
                        return setPs;
                    }
                }
                default -> {
                    // over
                }
            }
            stages[id] = 0;
            if (!brought[id]) {
                vcpu.changedNothing();
            }
            return DONE;
        }

        private void setAnew(Vcpu vcpu) {
            boolean deadline = source() == GuestTimer.Source.TSC_DEADLINE;
            vcpu.exit(deadline ? ExitCause.TSC_DEADLINE : ExitCause.APIC_ACCESS);
            long nowPs = machine.simulation().nowPs();
            long nextPs = deadline ? (nowPs / periodPs + 1) * periodPs : Picos.saturatingAdd(nowPs, periodPs);
            later(vcpu.id(), nextPs - nowPs);
        }
    }
}
