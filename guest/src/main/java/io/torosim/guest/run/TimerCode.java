package io.torosim.guest.run;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.StepBody;
import io.torosim.guest.device.LocalApics;
import io.torosim.guest.run.GuestRun.GuestTimer;
import java.util.function.IntPredicate;

/**
 * What a guest does with its timer: the routine that programs it before the first thread runs, and the handler of its interrupt. Each access to a register is
 * an entry of its own, counted and priced by who serves it; what else they take is nothing.
 *
 * <pre>
 * PIT          out 43h, 40h, 40h; in and out 21h          handler: out 20h
 * local APIC   F0h, 3E0h, LVT 320h, initial count 380h    handler: EOI 0B0h; one-shot: 380h
 * TSC deadline F0h, 3E0h, LVT 320h, MSR 6E0h              handler: EOI 0B0h; MSR 6E0h
 * </pre>
 */
final class TimerCode {
    private static final int PIC_COMMAND = 0x20;
    private static final int PIC_MASK = 0x21;
    private static final int PIC_EOI = 0x20;
    private static final int PIT_CHANNEL_0 = 0x40;
    private static final int PIT_CONTROL = 0x43;
    private static final int RATE_GENERATOR = 0x34; // channel 0, low byte then high byte, mode 2

    private static final long APIC_EOI = LocalApics.BASE + 0xb0;
    private static final long APIC_SPURIOUS = LocalApics.BASE + ApicRegisters.SPURIOUS;
    private static final long APIC_TIMER = LocalApics.BASE + 0x320;
    private static final long APIC_INITIAL_COUNT = LocalApics.BASE + 0x380;
    private static final long APIC_DIVIDE = LocalApics.BASE + ApicRegisters.DIVIDE;
    private static final int ENABLED = 0x1ff; // with FFh as the vector of spurious interrupts
    private static final int ONE_SHOT = 0;
    private static final int PERIODIC = 1 << 17;
    private static final int DEADLINE = 2 << 17;

    /** The word of a frame for the mask or the deadline. */
    private static final int WORD = 0;
    /** The one that is 1 if the tick brought a request. */
    private static final int BROUGHT = 1;

    private final GuestTimer timer;
    private final long periodCycles;

    /** Of a timer that runs, on a machine whose time-stamp counter has that rate. */
    TimerCode(GuestTimer timer, long tscHz) {
        this.timer = timer;
        this.periodCycles = timer.periodCycles(tscHz);
    }

    /** Returns the routine that programs the timer of the vCPU that executes it. */
    GuestCode start() {
        if (timer.source() == GuestTimer.Source.PIT) {
            int divisor = (int) timer.count();
            return Steps.of("StartPit", 1)
                    .step("mode", out(PIT_CONTROL, RATE_GENERATOR))
                    .step("divisor, low byte", out(PIT_CHANNEL_0, divisor & 0xff))
                    .step("divisor, high byte", out(PIT_CHANNEL_0, divisor >>> 8))
                    .step("read the mask", (cpu, f) -> {
                        f.w[WORD] = cpu.in(PIC_MASK, 1);
                        return 0;
                    })
                    .step("unmask line 0", (cpu, f) -> {
                        cpu.out(PIC_MASK, 1, (int) f.w[WORD] & ~1);
                        return 0;
                    })
                    .build();
        }
        int mode =
                switch (timer.source()) {
                    case LOCAL_APIC -> PERIODIC;
                    case TSC_DEADLINE -> DEADLINE;
                    default -> ONE_SHOT;
                };
        Steps steps = Steps.of("StartLocalApicTimer", 1)
                .step("enable the APIC", store(APIC_SPURIOUS, ENABLED))
                .step("divide configuration", store(APIC_DIVIDE, ApicRegisters.DIVIDE_BY_1))
                .step("vector and mode", store(APIC_TIMER, mode | GuestRun.TIMER_VECTOR));
        return set(steps).build();
    }

    /** Adds what sets the timer of a local APIC. */
    private Steps set(Steps steps) {
        if (timer.source() != GuestTimer.Source.TSC_DEADLINE) {
            return steps.step("initial count", store(APIC_INITIAL_COUNT, (int) timer.count()));
        }
        return steps.step("next multiple of the period", (cpu, f) -> {
                    f.w[WORD] = (cpu.tsc() / periodCycles + 1) * periodCycles;
                    return StepResult.NEXT;
                })
                .step("deadline", (cpu, f) -> {
                    cpu.writeMsr(LocalApics.TSC_DEADLINE_MSR, f.w[WORD]);
                    return 0;
                });
    }

    /**
     * Returns the handler.
     *
     * @param tick told of each interrupt, with the number of the vCPU that took it; returns whether that brought a request
     */
    GuestCode handler(IntPredicate tick) {
        Steps steps = Steps.of("TimerHandler", 2).step("tick", (cpu, f) -> {
            f.w[BROUGHT] = tick.test(cpu.id()) ? 1 : 0;
            return StepResult.NEXT;
        });
        if (timer.source() == GuestTimer.Source.PIT) {
            steps.step("eoi", out(PIC_COMMAND, PIC_EOI));
        } else {
            steps.step("eoi", store(APIC_EOI, 0));
            if (timer.source().isSetByHandler()) {
                set(steps);
            }
        }
        return steps.step("iret", (cpu, f) -> {
                    if (f.w[BROUGHT] == 0) {
                        cpu.vcpu().changedNothing();
                    }
                    return StepResult.DONE;
                })
                .build();
    }

    private static StepBody out(int port, int value) {
        return (cpu, f) -> {
            cpu.out(port, 1, value);
            return 0;
        };
    }

    private static StepBody store(long register, int value) {
        return (cpu, f) -> {
            cpu.store32(register, value);
            return 0;
        };
    }
}
