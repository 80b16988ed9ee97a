package io.torosim.guest.boot;

import io.torosim.sched.KernelConfig;

/**
 * Arch.pas:CalculateCpuSpeed: how many ticks of the PIT's channel 2 do 6,000,000 cycles of the time-stamp counter take?
 *
 * <p>The kernel counts from gate on to gate off. KVM and QEMU do not model the gate in mode 0 ({@code pit_set_gate} in
 * arch/x86/kvm/i8254.c, {@code pit_set_channel_gate} in hw/timer/i8254.c: "just disable/enable counting" is left undone), nor does {@code guest.device}'s PIT: the
 * channel counts from the load of its high byte to the latch. So five port accesses lie within, and the rate comes out a
 * little low, the more the slower an exit is.
 *
 * <p>The count has 16 bits. Below 110 ticks the rate would not fit into 16 bits: then the kernel takes
 * {@link KernelConfig#FALLBACK_MHZ}. No counter is that fast, but one of 109.1 to 109.3 MHz wraps the count and lands there;
 * a slower one gets a rate that is far too high. A machine without a PIT ({@code pit=off}) answers with ones, so that no tick seems to have
 * passed, and the kernel takes the same rate.
 */
final class Calibration {
    static final long CYCLES = 6_000_000;

    private static final int CHANNEL_2 = 0x42;
    private static final int CONTROL = 0x43;
    private static final int GATE = 0x61;
    private static final int MODE_0 = 0xb0; // channel 2, low byte then high byte
    private static final int LATCH = 0x80;
    private static final int FULL_COUNT = 0xffff;
    private static final int LEAST_TICKS = 110;
    private static final long DIVIDEND = 11_932 * 600;

    private static final int PORT = 0;
    private static final int TICKS = 1;

    private Calibration() {}

    static UnitCode code(BootKernel kernel) {
        UnitCode code = new UnitCode(kernel, "CPU calibration", "Arch.pas:CalculateCpuSpeed", 2);
        code.in("read the gate", GATE, PORT)
                .out("gate off", GATE, PORT, 1, 0)
                .out("mode 0", CONTROL, MODE_0)
                .out("count, low byte", CHANNEL_2, FULL_COUNT & 0xff)
                .out("count, high byte", CHANNEL_2, FULL_COUNT >> 8)
                .in("read the gate", GATE, PORT)
                .out("gate on", GATE, PORT, 0, 1);
        code.steps()
                .call("wait", kernel.tscWait(), (caller, callee) -> callee.w[BootKernel.CYCLES] = CYCLES)
                .step("the wait is over", (cpu, f) -> 0);
        return code.in("read the gate", GATE, PORT)
                .out("gate off", GATE, PORT, 1, 0)
                .out("latch", CONTROL, LATCH)
                .in("count, low byte", CHANNEL_2, PORT)
                .step("count, high byte", (cpu, f) -> {
                    f.w[TICKS] = FULL_COUNT - (f.w[PORT] | cpu.in(CHANNEL_2, 1) << 8);
                    return 0;
                })
                .step("ticks that have passed", (cpu, f) -> {
                    kernel.pitTicks.set(f.w[TICKS]);
                    return 0;
                })
                .step("LocalCpuSpeed", (cpu, f) -> {
                    kernel.localCpuSpeed.set(mhz(f.w[TICKS]));
                    return 0;
                });
    }

    /** Returns the rate in MHz that the kernel reads out of {@code ticks} of the PIT, in [0, 65535]. */
    static int mhz(long ticks) {
        return ticks < LEAST_TICKS ? KernelConfig.FALLBACK_MHZ : (int) (DIVIDEND / ticks);
    }
}
