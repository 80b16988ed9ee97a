package io.torosim.guest.boot;

import static io.torosim.guest.boot.PhaseText.millis;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import java.util.List;

/**
 * The start of the other cores, in one order or another: what the boot processor does and what each of them does.
 *
 * <p>{@link KernelUnits} begins it in its place of the boot; delays and the kernel's belief of its clock are {@link BootKernel}'s, phases are counted as
 * {@link BootUnit}s.
 */
final class BringUp {
    /** The word of the whole boot's frame that says when SIPI is to be sent while other things are done; 0 for never. */
    static final int SIPI_DUE_PS = 0;

    private static final String NAME = "Application processors";
    private static final String SOURCE = "Arch.pas:InitCore";
    private static final long SIPI_WAIT_PS = 200 * Picos.PER_MICRO;
    /** Between INIT and SIPI (Intel SDM, volume 3, 8.4.4.1). */
    private static final long INIT_WAIT_PS = 10 * Picos.PER_MILLI;
    /** A round of a loop that polls a variable of another core. */
    private static final long SHARED_POLL_PS = Picos.PER_MICRO;

    private static final int LOOP_AWAIT = 3;

    private static final int ALL_OTHERS = 0xc_0000; // the shorthand: no destination is to be written
    private static final int INIT = 0xc500; // level, assert
    private static final int INIT_DEASSERT = 0x8500;
    private static final int SIPI = 0x602; // page 2: the trampoline

    private final BootKernel kernel;
    private final BringUpOrder order;
    private final int cores;

    BringUp(BootKernel kernel, BringUpOrder order) {
        this.kernel = kernel;
        this.order = order;
        this.cores = kernel.spec().vcpus();
    }

    /** SIPI has come: a core that does not run yet begins with its own start-up, interrupts disabled; one that runs ignores it. */
    void starts(Machine machine, int id) {
        Vcpu vcpu = machine.vcpu(id);
        if (vcpu.state() == VcpuState.OFF) {
            CodeRun run = new CodeRun(new GuestCpu(vcpu), ownStart());
            run.begin();
            vcpu.interruptsEnabled(false);
            vcpu.start(run, vector -> v -> Activity.DONE);
        }
    }

    /** What a core does up to {@code boot_confirmation}; then it halts without a thread. */
    private GuestCode ownStart() {
        return new UnitCode(kernel, "InitCpu", "Arch.pas:InitCpu", 1)
                .sti()
                .enableLocalApic(0)
                .step("InitConfirmation := True", (cpu, f) -> {
                    kernel.coresUp.getAndAdd(1);
                    return 0;
                })
                .step("hlt", (cpu, f) -> StepResult.HALT)
                .routine();
    }

    /** What the boot processor does in its turn. */
    BootUnit unit() {
        UnitCode code = new UnitCode(kernel, NAME, SOURCE, 0);
        boolean oneByOne = order == BringUpOrder.TORO || order == BringUpOrder.MANUAL;
        for (int id = 1; oneByOne && id < cores; id++) {
            if (order == BringUpOrder.TORO) {
                initCore(code, id);
            } else {
                manual(code, "core " + id, id << 24, 0, id + 1);
            }
        }
        if (order == BringUpOrder.BROADCAST && cores > 1) {
            manual(code, "all others", 0, ALL_OTHERS, cores);
        } else if (order == BringUpOrder.OVERLAPPED && cores > 1) {
            code.step("INIT to all others", (cpu, f) -> {
                cpu.store32(BootKernel.APIC_COMMAND, ALL_OTHERS | INIT);
                cpu.caller().w[SIPI_DUE_PS] = cpu.nowPs() + INIT_WAIT_PS;
                return 0;
            });
        }
        return code.unit(false, (kernelThen, ps) -> driver(ps));
    }

    /** Where the other units are to be done meanwhile, each of those from {@code first} on looks first whether SIPI is due. */
    void spreadOver(List<BootUnit> units, int first) {
        if (order != BringUpOrder.OVERLAPPED || cores == 1) {
            return;
        }
        for (int i = first; i < units.size(); i++) {
            BootUnit unit = units.get(i);
            GuestCode code = Steps.of(unit.name(), 0)
                    .step("SIPI if it is due", (cpu, f) -> sipiIfDue(cpu) ? 0 : StepResult.NEXT)
                    .call("the unit itself", unit.code(), null)
                    .build();
            units.set(i, new BootUnit(unit.name(), false, unit.source(), unit.driver(), code));
        }
        UnitCode wait = new UnitCode(kernel, "Wait for processors", SOURCE, 1);
        await(wait, cores, true);
        units.add(wait.unit(false, (kernelThen, ps) -> order.label()));
    }

    /** SIPI to all others once their time after INIT is over; nothing before, nor a second time. */
    private static boolean sipiIfDue(GuestCpu cpu) {
        long duePs = cpu.caller().w[SIPI_DUE_PS];
        if (duePs == 0) {
            return false;
        }
        cpu.vcpu().comparesWith(duePs);
        if (cpu.nowPs() < duePs) {
            return false;
        }
        cpu.caller().w[SIPI_DUE_PS] = 0;
        cpu.store32(BootKernel.APIC_COMMAND, ALL_OTHERS | SIPI);
        return true;
    }

    private String driver(long ps) {
        int others = cores - 1;
        if (order != BringUpOrder.TORO) {
            return others + ", " + order.label();
        }
        String each = others == 0 ? "" : " = " + millis(ps / others);
        return others + " x (2 DelayMicro(200) + 3 Delay(10)" + each + "), one after the other";
    }

    /**
     * Arch.pas:InitCore. The core confirms during the second Delay(10), so that InitCores never tries a second time; its interrupt
     * is delivered at once, so that the extra Delay(100) is never taken.
     */
    private void initCore(UnitCode code, int id) {
        long tenPs = kernel.costs().ps("toro.ipi_delay");
        code.store("destination: core " + id, BootKernel.APIC_DESTINATION, id << 24)
                .store("INIT", BootKernel.APIC_COMMAND, INIT)
                .delay("DelayMicro(200)", SIPI_WAIT_PS)
                .store("INIT, deassert", BootKernel.APIC_COMMAND, INIT_DEASSERT)
                .delay("DelayMicro(200)", SIPI_WAIT_PS)
                .delay("Delay(10)", tenPs)
                .store("destination: core " + id, BootKernel.APIC_DESTINATION, id << 24)
                .store("SIPI", BootKernel.APIC_COMMAND, SIPI)
                .delay("Delay(10)", tenPs)
                .step("read the delivery status", (cpu, f) -> {
                    cpu.load32(BootKernel.APIC_COMMAND);
                    return 0;
                })
                .store("destination: core " + id, BootKernel.APIC_DESTINATION, id << 24)
                .store("SIPI again", BootKernel.APIC_COMMAND, SIPI)
                .delay("Delay(10)", tenPs);
    }

    private void manual(UnitCode code, String who, int destination, int shorthand, int upThen) {
        command(code, "INIT to " + who, destination, shorthand | INIT);
        code.tscWait("10 ms", INIT_WAIT_PS);
        for (int i = 0; i < 2; i++) {
            command(code, "SIPI to " + who, destination, shorthand | SIPI);
            code.tscWait("200 us", SIPI_WAIT_PS);
        }
        await(code, upThen, false);
    }

    private static void command(UnitCode code, String what, int destination, int command) {
        if (destination != 0) {
            code.store(what + ", destination", BootKernel.APIC_DESTINATION, destination);
        }
        code.store(what, BootKernel.APIC_COMMAND, command);
    }

    /**
     * Polls until so many cores have said that they are there.
     *
     * @param startsThem whether SIPI may still have to be sent meanwhile
     */
    private void await(UnitCode code, int upThen, boolean startsThem) {
        code.step("wait for cores", (cpu, f) -> {
                    cpu.vcpu().changed();
                    cpu.vcpu().enter(VcpuState.POLL);
                    return StepResult.NEXT;
                })
                .step("look how many there are", (cpu, f) -> {
                    if (cpu.vcpu().roundRepeats(LOOP_AWAIT)) {
                        return StepResult.SPIN;
                    }
                    if (startsThem && sipiIfDue(cpu)) {
                        f.entry--; // again
                        return 0;
                    }
                    if (kernel.coresUp.get() < upThen) {
                        f.entry--; // again
                        return SHARED_POLL_PS;
                    }
                    cpu.vcpu().enter(VcpuState.BUSY);
                    return 0;
                });
    }
}
