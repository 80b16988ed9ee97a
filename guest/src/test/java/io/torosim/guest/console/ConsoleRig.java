package io.torosim.guest.console;

import io.torosim.core.bus.Bus;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.console.ToroConsole.ConsoleLine;
import io.torosim.guest.device.PcDevices.VgaText;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.OptimisationLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A machine with a console and nothing else: vCPUs print, or show what was typed, and are switched off. */
final class ConsoleRig {
    static final int VECTOR = 40;

    final Machine machine;
    final ToroConsole console;
    /** When a vCPU was through, and when its interrupts were taken. */
    final List<String> log = new ArrayList<>();

    ConsoleRig(MachineSpec spec, Display display) {
        machine = Machine.create(spec);
        console = new ToroConsole(machine, display, CodeCosts.of(OptimisationLevel.O2, machine));
    }

    ConsoleRig(Display display) {
        this(MachineSpec.builder().vcpus(2).build(), display);
    }

    /** Runs what the steps make of a routine on a vCPU from now on. */
    private void run(int vcpu, Steps steps) {
        GuestCode code = steps.step("off", (cpu, f) -> {
                    log.add("vcpu" + cpu.id() + " done " + cpu.vcpu().nowPs());
                    return StepResult.OFF;
                })
                .build();
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(vcpu)), code);
        run.begin();
        Activity handler = v -> {
            log.add("vcpu" + v.id() + " interrupt " + v.nowPs());
            return Activity.DONE;
        };
        machine.vcpu(vcpu).start(run, vector -> handler);
    }

    void prints(int vcpu, String... formats) {
        Steps steps = Steps.of("test", 0);
        for (String format : formats) {
            steps.step("print", (cpu, f) -> console.print(cpu, format));
        }
        run(vcpu, steps);
    }

    void types(int vcpu, String text) {
        Steps steps = Steps.of("test", 0);
        for (char c : text.toCharArray()) {
            steps.step("echo", (cpu, f) -> console.echo(cpu, c));
        }
        run(vcpu, steps);
    }

    RunResult run() {
        return machine.runUntil(Duration.ofSeconds(1));
    }

    /** Prints on vCPU 0 until that is done; returns how long it took. */
    long print(String... formats) {
        prints(0, formats);
        run();
        return at(0);
    }

    /** When vCPU {@code vcpu} was through. */
    long at(int vcpu) {
        String begins = "vcpu" + vcpu + " done ";
        return log.stream()
                .filter(entry -> entry.startsWith(begins))
                .mapToLong(entry -> Long.parseLong(entry.substring(begins.length())))
                .findFirst()
                .orElseThrow();
    }

    List<String> texts() {
        return console.lines().stream().map(ConsoleLine::text).toList();
    }

    long exits(int vcpu, ExitCause cause) {
        return machine.vcpu(vcpu).exits(cause);
    }

    /** A row of text memory as it stands, whatever it is. */
    String row(int row) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < VgaText.COLUMNS; i++) {
            int cell = machine.memory().load8(VgaText.BASE + 2L * (VgaText.COLUMNS * row + i));
            text.append(cell == 0 ? ' ' : (char) cell);
        }
        return text.toString().stripTrailing();
    }

    /** A number made of all of text memory, the cursor with its index, and the time. */
    long screen() {
        long sum = machine.simulation().nowPs();
        Bus bus = machine.bus();
        int index = bus.in(0x3d4, 1);
        for (int register = 0x0e; register <= 0x0f; register++) {
            bus.out(0x3d4, 1, register);
            sum = 31 * sum + bus.in(0x3d5, 1);
        }
        bus.out(0x3d4, 1, index);
        sum = 31 * sum + index;
        for (int i = 0; i < 2 * VgaText.COLUMNS * VgaText.ROWS; i++) {
            sum = 31 * sum + machine.memory().load8(VgaText.BASE + i);
        }
        return sum;
    }

    /** Something happens on the machine every so often, and sees the screen as it is. */
    void looksEvery(long everyPs, List<Long> seen) {
        machine.simulation()
                .at(
                        machine.simulation().nowPs() + everyPs,
                        Machine.DEVICE_PRIORITY,
                        (op, arg) -> {
                            seen.add(screen());
                            if (machine.simulation().nowPs() < Picos.PER_SECOND / 10) {
                                looksEvery(everyPs, seen);
                            }
                        },
                        0,
                        0);
    }

    /** A device interrupts a vCPU at an instant. */
    void interruptsAt(long timePs, Vcpu vcpu) {
        machine.simulation().at(timePs, Machine.DEVICE_PRIORITY, (op, arg) -> vcpu.raise(VECTOR), 0, 0);
    }
}
