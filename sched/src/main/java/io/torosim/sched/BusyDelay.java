package io.torosim.sched;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.sched.ToroQuirks.ToroQuirk;

/**
 * Arch.pas:Delay: load the core's LAPIC timer, poll its current count until 0. There is one timer to a core, so a delay
 * inside an interrupt handler leaves the interrupted one with a count of 0: it ends early
 * ({@link ToroQuirk#NESTED_DELAY}).
 */
final class BusyDelay {
    private static final int LOOP_DELAY = 1;

    private final LapicTimer timer;
    private final QuirkSwitches quirks;
    private long lengthPs;
    private long ownEndPs;
    private boolean loaded;
    private boolean answered;

    BusyDelay(LapicTimer timer, QuirkSwitches quirks) {
        this.timer = timer;
        this.quirks = quirks;
    }

    void begin(long realPs) {
        lengthPs = realPs;
        loaded = false;
        answered = false;
    }

    /** One access to the timer; {@link KernelRoutine#OVER} once it has run down. */
    long step(Vcpu vcpu) {
        if (!loaded) {
            loaded = true;
            vcpu.changed();
            vcpu.enter(VcpuState.POLL);
            long ps = timer.load(lengthPs);
            ownEndPs = timer.endPs();
            return ps;
        }
        boolean overwritten = timer.endsElsewhere(ownEndPs);
        if (timer.asks() && (!overwritten || quirks.has(ToroQuirk.NESTED_DELAY))) {
            return asked(vcpu);
        }
        boolean nested = overwritten && quirks.has(ToroQuirk.NESTED_DELAY);
        long endPs = nested ? timer.endPs() : ownEndPs;
        if (vcpu.nowPs() >= endPs) {
            vcpu.changed();
            return KernelRoutine.OVER;
        }
        if (vcpu.roundRepeats(LOOP_DELAY)) {
            return Activity.SPIN;
        }
        vcpu.comparesWith(endPs);
        return timer.read();
    }

    /** Whatever the local APIC answers: over once what the last read found left has passed, as nobody waits for the read that finds 0 above either. */
    private long asked(Vcpu vcpu) {
        if (answered && vcpu.nowPs() >= timer.answeredEndPs()) {
            vcpu.changed();
            return KernelRoutine.OVER;
        }
        if (vcpu.roundRepeats(LOOP_DELAY)) {
            return Activity.SPIN;
        }
        if (timer.countsDown() && vcpu.nowPs() < timer.endPs()) {
            vcpu.comparesWith(timer.endPs());
        }
        answered = true;
        return timer.read();
    }
}
