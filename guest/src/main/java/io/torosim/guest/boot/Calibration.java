package io.torosim.guest.boot;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.sched.KernelConfig;

/**
 * Arch.pas:CalculateCpuSpeed: how many ticks of the PIT's channel 2 do 6,000,000 cycles of the time-stamp counter take?
 *
 * <p>The kernel counts from gate on to gate off. KVM and QEMU do not model the gate in mode 0 ({@code pit_set_gate} in
 * arch/x86/kvm/i8254.c, {@code pit_set_channel_gate} in hw/timer/i8254.c: "just disable/enable counting" is left undone): the
 * channel counts from the load of its high byte to the latch. So five port accesses lie within, and the rate comes out a
 * little low, the more the slower an exit is.
 *
 * <p>The count has 16 bits. Below 110 ticks the rate would not fit into 16 bits: then the kernel takes
 * {@link KernelConfig#FALLBACK_MHZ}. No counter is that fast, but one of 109.1 to 109.3 MHz wraps the count and lands there;
 * a slower one gets a rate that is far too high. A machine without a PIT ({@code pit=off}) answers with ones, so that no tick seems to have
 * passed, and the kernel takes the same rate.
 */
record Calibration() implements BootStep {
    static final long CYCLES = 6_000_000;
    static final int PORT_ACCESSES = 12;

    private static final int LOOP = 4;
    private static final int HIGH_BYTE = 4; // after the gate (2), the mode and the low byte
    private static final int BEFORE = HIGH_BYTE + 3; // the gate again
    private static final int LATCH = BEFORE + 1 + 2; // the loop, the gate
    private static final int LAST = LATCH + 2; // two bytes are read

    /** Rate of the PIT in Hz. */
    static final long PIT_HZ = 1_193_182;

    @Override
    public long next(BootProcessor at, Vcpu vcpu) {
        if (at.part == BEFORE) {
            return spin(at, vcpu);
        }
        if (at.part > LAST) {
            return OVER;
        }
        if (at.part == HIGH_BYTE) {
            at.pitLoadedPs = vcpu.nowPs();
        } else if (at.part == LATCH) {
            long ticks = Picos.toCycles(vcpu.nowPs() - at.pitLoadedPs, PIT_HZ);
            at.kernel().calibrated(at.kernel().hasPit() ? ticks : 0);
        }
        if (++at.part == BEFORE) {
            at.waitEndPs = Picos.NEVER;
        }
        return at.access(vcpu, ExitCause.PIC);
    }

    private static long spin(BootProcessor at, Vcpu vcpu) {
        if (at.waitEndPs == Picos.NEVER) {
            vcpu.changed();
            vcpu.enter(VcpuState.POLL);
            at.waitEndPs = at.kernel().timeOfTsc(vcpu.tsc() + CYCLES);
        }
        if (vcpu.nowPs() < at.waitEndPs) {
            if (vcpu.roundRepeats(LOOP)) {
                return Activity.SPIN;
            }
            vcpu.comparesWith(at.waitEndPs);
            return at.kernel().rdtscPs();
        }
        at.part++;
        vcpu.enter(VcpuState.BUSY);
        return 0;
    }
}
