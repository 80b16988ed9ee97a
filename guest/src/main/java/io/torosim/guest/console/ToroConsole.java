package io.torosim.guest.console;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.spec.Display;
import io.torosim.sched.GuestThread;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Toro's console (Console.pas: {@code WriteConsoleF}): 25 lines of text memory of which only the last is written. A character
 * is two bytes and four port writes for the cursor; a new line moves 3840 bytes one by one and fills 160; {@code \t} reads
 * the clock with 14 port accesses. A whole line is printed with interrupts disabled and under a spin lock, which makes the
 * other cores wait.
 *
 * <p>Formats are Toro's: {@code \n} ends the line, {@code \t} is day and time, {@code \c} clears, {@code /} and a letter is a
 * colour. Confined to the simulation thread.
 */
public final class ToroConsole {
    private static final int CURSOR_PIO = 4;
    private static final int CLOCK_PIO = 14;
    private static final int SCROLL_BYTES = 3840;
    private static final int SCROLL_FILL_DWORDS = 40;
    private static final int SCREEN_DWORDS = 1000;
    private static final int COLUMNS = 80;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("dd/MM/yyyy-HH:mm:ss", Locale.ROOT);
    /** What the simulated clock of the machine shows at power-on. */
    private static final LocalDateTime POWER_ON = LocalDateTime.of(2018, 8, 25, 12, 0, 0);

    private final Display display;
    private final CodeCosts code;
    private final long cellPs;
    private final List<ConsoleLine> lines = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();
    private long lineBeganPs;
    private long lockedUntilPs;
    private int column;
    private long stampSecond = -1;
    private String stamp = "";

    /** Creates an empty console. */
    public ToroConsole(Machine machine, Display display, CodeCosts code) {
        this.display = display;
        this.code = code;
        boolean emulated = machine.spec().vcpuMode().isTcg();
        String trapped = emulated ? "vga.cell_access_tcg" : "vga.cell_access_trapped";
        this.cellPs = machine.costs().model().ps(display == Display.VGA ? trapped : "vga.cell_access");
    }

    /** Returns the lines printed so far, in order; one that is not ended is the last. */
    public List<ConsoleLine> lines() {
        if (line.length() == 0) {
            return Collections.unmodifiableList(lines);
        }
        List<ConsoleLine> all = new ArrayList<>(lines);
        all.add(new ConsoleLine(lineBeganPs, 0, line.toString()));
        return Collections.unmodifiableList(all);
    }

    /** Action of a thread: prints {@code format}. */
    public long print(GuestThread self, String format) {
        if (display == Display.HEADLESS) {
            return self.compute(0);
        }
        return self.compute(print(self.vcpu(), format));
    }

    /**
     * Prints {@code format}.
     *
     * @return how long it takes, in picoseconds
     */
    public long print(Vcpu vcpu, String format) {
        long nowPs = vcpu.nowPs();
        long startPs = Math.max(nowPs, lockedUntilPs);
        Work work = new Work();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            boolean pair = i + 1 < format.length();
            if (c == '\\' && pair) {
                command(format.charAt(++i), startPs, vcpu, work);
            } else if (c == '/' && pair && "navVzcrRN".indexOf(format.charAt(i + 1)) >= 0) {
                i++; // a colour
            } else {
                put(c, startPs, vcpu, work);
            }
        }
        lockedUntilPs = startPs + charge(vcpu, work);
        return lockedUntilPs - nowPs;
    }

    /**
     * Shows what was typed, as the keyboard's interrupt handler does (Console.pas: {@code PutC}), without lock: a character,
     * or for {@code \n} a new line, or for {@code \b} the last character of the line taken away.
     *
     * @return how long it takes, in picoseconds
     */
    public long echo(Vcpu vcpu, char typed) {
        if (display == Display.HEADLESS) {
            return 0;
        }
        Work work = new Work();
        if (typed == '\n') {
            newLine(vcpu, work);
            work.portAccesses += CURSOR_PIO;
        } else if (typed != '\b') {
            put(typed, vcpu.nowPs(), vcpu, work);
        } else if (column > 0) {
            column--;
            line.setLength(line.length() - 1);
            work.cellAccesses++;
            work.portAccesses += 2 * CURSOR_PIO;
        }
        return charge(vcpu, work);
    }

    private long charge(Vcpu vcpu, Work work) {
        vcpu.exits(ExitCause.PIO, work.portAccesses);
        if (display == Display.VGA) {
            vcpu.exits(ExitCause.MMIO, work.cellAccesses);
        }
        return work.portAccesses * vcpu.machine().costs().pioPs()
                + work.cellAccesses * cellPs
                + code.ps(Routine.FORMAT_CHARACTERS, work.characters)
                + code.ps(Routine.COPY_BYTES, work.movedBytes)
                + code.ps(Routine.FILL_DWORDS, work.filledDwords);
    }

    /** What a line takes, counted. */
    private static final class Work {
        private long portAccesses;
        private long cellAccesses;
        private long characters;
        private long movedBytes;
        private long filledDwords;
    }

    private void command(char letter, long timePs, Vcpu vcpu, Work work) {
        switch (letter) {
            case 'n' -> newLine(vcpu, work);
            case 'c' -> {
                column = 0;
                work.filledDwords += SCREEN_DWORDS;
                work.cellAccesses += SCREEN_DWORDS;
            }
            case 't' -> {
                work.portAccesses += CLOCK_PIO;
                String stamp = stamp(timePs / Picos.PER_SECOND);
                for (int i = 0; i < stamp.length(); i++) {
                    put(stamp.charAt(i), timePs, vcpu, work);
                }
            }
            default -> {
                put('\\', timePs, vcpu, work);
                put(letter, timePs, vcpu, work);
            }
        }
    }

    /** Day and time, made once a second. */
    private String stamp(long second) {
        if (second != stampSecond) {
            stampSecond = second;
            stamp = STAMP.format(POWER_ON.plusSeconds(second));
        }
        return stamp;
    }

    private void put(char c, long timePs, Vcpu vcpu, Work work) {
        if (column == COLUMNS) {
            newLine(vcpu, work);
        }
        if (line.length() == 0) {
            lineBeganPs = timePs;
        }
        line.append(c);
        column++;
        work.characters++;
        work.portAccesses += CURSOR_PIO;
        work.cellAccesses++;
    }

    private void newLine(Vcpu vcpu, Work work) {
        lines.add(new ConsoleLine(line.length() == 0 ? vcpu.nowPs() : lineBeganPs, vcpu.id(), line.toString()));
        line.setLength(0);
        column = 0;
        work.movedBytes += SCROLL_BYTES;
        work.cellAccesses += SCROLL_BYTES;
        work.filledDwords += SCROLL_FILL_DWORDS;
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
