package io.torosim.guest.boot;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.SharedWord;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.sched.KernelConfig;

/**
 * The kernel that boots: the variables that its cores share, the waits that they all call, and what its instructions take beside their accesses to devices, in
 * picoseconds.
 */
final class BootKernel {
    /** Bytes of a page of the host, which it finds at the first touch. */
    static final long PAGE = 4096;

    /** Argument of {@link #delay}: how long it is meant to be, in picoseconds. */
    static final int NOMINAL_PS = 0;
    /** Argument of {@link #tscWait}: how many cycles. */
    static final int CYCLES = 0;

    static final long APIC_COMMAND = ApicRegisters.BASE + ApicRegisters.COMMAND_LOW;
    static final long APIC_DESTINATION = ApicRegisters.BASE + ApicRegisters.COMMAND_HIGH;
    static final long APIC_SPURIOUS = ApicRegisters.BASE + ApicRegisters.SPURIOUS;
    private static final long APIC_EOI = ApicRegisters.BASE + ApicRegisters.EOI;
    private static final long APIC_INITIAL_COUNT = ApicRegisters.BASE + ApicRegisters.INITIAL_COUNT;
    private static final long APIC_CURRENT_COUNT = ApicRegisters.BASE + ApicRegisters.CURRENT_COUNT;
    private static final long APIC_DIVIDE = ApicRegisters.BASE + ApicRegisters.DIVIDE;

    private static final int TARGET = 1;
    private static final int LEFT = 2;
    private static final int WAIT_WORDS = 3;
    private static final int LOOP_DELAY = 1;
    private static final int LOOP_TSC = 2;

    private final MachineSpec spec;
    private final MachineCosts costs;
    private final long storePs;
    private final long firstTouchPs;
    private final long fillPermille;
    /** LocalCpuSpeed (Arch.pas) in MHz, 0 before the calibration. */
    final SharedWord localCpuSpeed;
    /** Ticks of the PIT that the calibration has counted. */
    final SharedWord pitTicks;
    /** How many cores have said that they are there. */
    final SharedWord coresUp;

    private final GuestCode delay;
    private final GuestCode tscWait;

    BootKernel(Machine machine) {
        spec = machine.spec();
        costs = machine.costs();
        CostModel model = costs.model();
        storePs = costs.cyclesPs("cpu.store", spec.tscHz());
        firstTouchPs = model.ps("cpu.page_first_touch");
        fillPermille = model.permille("cpu.memory_write_gb_per_s");
        localCpuSpeed = new SharedWord(machine, 0);
        pitTicks = new SharedWord(machine, 0);
        coresUp = new SharedWord(machine, 1);
        delay = delayRoutine();
        tscWait = tscWaitRoutine();
    }

    MachineSpec spec() {
        return spec;
    }

    CostModel costs() {
        return costs.model();
    }

    long storePs() {
        return storePs;
    }

    long firstTouchPs() {
        return firstTouchPs;
    }

    /** Clearing or filling {@code bytes} at the rate of one core. */
    long fillPs(long bytes) {
        return costs.cpuPs(bytes * 1_000_000 / fillPermille); // 1 GB/s is one byte a nanosecond
    }

    /** An access to text memory that no device traps; where one does the bus prices it. */
    long plainCellPs() {
        return costs.model().ps("vga.cell_access");
    }

    /** How long Toro's Delay of {@code nominalPs} really takes, once the kernel is calibrated. */
    long delayPs(long nominalPs) {
        return KernelConfig.delayPs(nominalPs, spec, (int) localCpuSpeed.get());
    }

    /** Toro's Delay and DelayMicro; see {@link #NOMINAL_PS}. */
    GuestCode delay() {
        return delay;
    }

    /** A wait by the time-stamp counter; see {@link #CYCLES}. */
    GuestCode tscWait() {
        return tscWait;
    }

    /** Loads the core's timer, polls it until it has run down, and ends an interrupt that there was not. */
    private GuestCode delayRoutine() {
        return Steps.of("Delay", WAIT_WORDS)
                .source("Arch.pas:Delay")
                .instants(TARGET)
                .step("read LocalCpuSpeed", (cpu, f) -> {
                    f.w[LEFT] = Math.multiplyExact(localCpuSpeed.get(), f.w[NOMINAL_PS] / Picos.PER_MICRO);
                    return 0;
                })
                .step("divider", (cpu, f) -> {
                    cpu.vcpu().enter(VcpuState.POLL);
                    cpu.store32(APIC_DIVIDE, ApicRegisters.DIVIDE_BY_1);
                    return 0;
                })
                .step("initial count", (cpu, f) -> {
                    f.w[TARGET] = cpu.vcpu().nowPs() + f.w[LEFT] * Picos.PER_NANO;
                    cpu.store32(APIC_INITIAL_COUNT, (int) f.w[LEFT]);
                    f.w[LEFT] = 1;
                    return 0;
                })
                .whilePositive(
                        "count left",
                        LEFT,
                        body -> body.step("read the current count", (cpu, f) -> {
                            if (cpu.vcpu().roundRepeats(LOOP_DELAY)) {
                                return StepResult.SPIN;
                            }
                            cpu.vcpu().comparesWith(f.w[TARGET]);
                            f.w[LEFT] = cpu.load32(APIC_CURRENT_COUNT) == 0 ? 0 : 1;
                            return 0;
                        }))
                .step("end of interrupt", (cpu, f) -> {
                    cpu.vcpu().enter(VcpuState.BUSY);
                    cpu.store32(APIC_EOI, 0);
                    return 0;
                })
                .build();
    }

    private GuestCode tscWaitRoutine() {
        long rdtscPs = costs.cyclesPs("cpu.rdtsc", spec.tscHz());
        return Steps.of("wait by the counter", WAIT_WORDS)
                .step("rdtsc", (cpu, f) -> {
                    cpu.vcpu().changed();
                    cpu.vcpu().enter(VcpuState.POLL);
                    f.w[TARGET] = cpu.vcpu().tsc() + f.w[CYCLES];
                    f.w[LEFT] = 1;
                    return StepResult.NEXT;
                })
                .whilePositive(
                        "cycles left",
                        LEFT,
                        body -> body.step("rdtsc, compare", (cpu, f) -> {
                            if (cpu.vcpu().roundRepeats(LOOP_TSC)) {
                                return StepResult.SPIN;
                            }
                            cpu.vcpu().comparesWith(Picos.ofCycles(f.w[TARGET], spec.tscHz()));
                            if (cpu.tsc() < f.w[TARGET]) {
                                return rdtscPs;
                            }
                            cpu.vcpu().enter(VcpuState.BUSY);
                            f.w[LEFT] = 0;
                            return StepResult.NEXT;
                        }))
                .build();
    }
}
