package io.torosim.guest.console;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.device.PcDevices;
import io.torosim.guest.device.PcDevices.VgaText;
import io.torosim.guest.program.StepProgram;
import io.torosim.guest.spec.Display;
import io.torosim.sched.Step;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Toro's console (Console.pas): 25 rows of text memory at B8000h of which only the last is written. It is code of the guest, each access a step: a character is a store of its cell
 * and four port writes for the cursor; a new line loads and stores 3840 bytes one by one and fills 160 by 40 stores; {@code \t} reads the clock with 14 port accesses. A whole line is printed with
 * interrupts disabled and under a spin lock, a word in the kernel's data for which other cores try again and again.
 *
 * <p>Formats are Toro's: {@code \n} ends the line, {@code \t} is day and time, {@code \c} clears, {@code /} and a letter is a
 * colour. What is shown as {@link #lines} is read in the text memory when a line ends: the {@link VgaText} of {@link Display#VGA}, RAM of {@link Display#MEMORY}; in {@link Display#HEADLESS} there is
 * neither. Every other display has a clock (ports 70h and 71h), noon of 25 August 2018 at power-on.
 *
 * <p>Not in memory: the column (Toro's variable {@code X}) and the texts that are being printed. Confined to the simulation thread.
 */
public final class ToroConsole {
    /** What the clock of the machine shows at power-on. */
    private static final LocalDateTime POWER_ON = LocalDateTime.of(2018, 8, 25, 12, 0, 0);

    /** Null if headless. */
    private final @Nullable Printing printing;

    private record Printing(ConsoleScreen screen, GuestCode write, GuestCode echo) {}

    /**
     * Connects a console: unless there is none (headless), a clock, and for {@link Display#VGA} the card.
     *
     * @throws IllegalArgumentException if the machine has a clock or a card already
     */
    public ToroConsole(Machine machine, Display display, CodeCosts code) {
        printing = display == Display.HEADLESS ? null : printing(machine, display, code);
    }

    private static Printing printing(Machine machine, Display display, CodeCosts code) {
        PcDevices.rtc(machine, POWER_ON);
        ConsoleScreen screen = new ConsoleScreen(machine, display);
        ConsoleCosts costs = new ConsoleCosts(machine, display, code);
        FillWord fill = new FillWord(costs);
        FlushUp newLine = new FlushUp(screen, costs, fill);
        PutCharacter put = new PutCharacter(screen, costs, newLine);
        return new Printing(
                screen, new WriteConsole(screen, costs, put, newLine, fill), new KeyEcho(screen, costs, put, newLine));
    }

    /** Returns the lines printed so far, in order; one that is not ended is the last. */
    public List<ConsoleLine> lines() {
        if (printing == null) {
            return List.of();
        }
        return printing.screen().lines().stream()
                .map(line -> new ConsoleLine(line.timePs(), line.vcpu(), line.text()))
                .toList();
    }

    /** Returns the step of a {@link StepProgram} that prints {@code format}. */
    public Step print(String format) {
        Objects.requireNonNull(format, "format");
        Printing to = printing;
        if (to == null) {
            return self -> self.compute(0);
        }
        return StepProgram.calls(to.write(), (cpu, callee) -> to.screen().text(cpu.id(), format));
    }

    /**
     * Prints {@code format} within a routine, whose entry must return what this returns, having set the entry at which it goes on.
     *
     * @return {@link StepResult#CALL}, or 0 where nothing is printed
     */
    public long print(GuestCpu cpu, String format) {
        Objects.requireNonNull(format, "format");
        if (printing == null) {
            return 0;
        }
        printing.screen().text(cpu.id(), format);
        cpu.call(printing.write());
        return StepResult.CALL;
    }

    /** Shows what was typed within the handler's routine; see {@link #print(GuestCpu, String)}. */
    long echo(GuestCpu cpu, char typed) {
        if (printing == null) {
            return StepResult.NEXT;
        }
        Frame callee = cpu.call(printing.echo());
        callee.w[KeyEcho.TYPED] = typed;
        return StepResult.CALL;
    }

    /**
     * A line on the console.
     *
     * @param timePs when its printing began, in picoseconds
     * @param vcpu which vCPU printed it
     * @param text without its end and without colours
     */
    public record ConsoleLine(long timePs, int vcpu, String text) {}
}
