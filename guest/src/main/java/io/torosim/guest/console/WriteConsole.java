package io.torosim.guest.console;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.guest.device.PcDevices.VgaText;

/**
 * Prints a format (Console.pas: {@code WriteConsoleF}): with interrupts disabled and the console's lock held, for which other cores spin. {@code \t} reads the clock (Arch.pas:
 * {@code Now}): six registers and the seconds once more, all of it again if these have changed.
 *
 * <p>The text is the console's, one for each vCPU, since nothing else of its core runs meanwhile.
 *
 * <p>{@link ToroConsole} has one for each vCPU. It prints each character by {@link PutCharacter}, clears by {@link FillWord}, moves the rest up by
 * {@link FlushUp}, all of them on one {@link ConsoleScreen}.
 */
final class WriteConsole extends GuestCode {
    private static final long FREE = ConsoleScreen.FREE;
    /** What the lock holds when a core prints. */
    private static final long BUSY = 4;

    /** Letters that make a command of the backslash before them: a new line, clear, the time. */
    private static final String COMMANDS = "nct";
    /** In place of such a letter: the text is over. */
    private static final char END = 0;

    /** Letters that make a colour of the slash before them. */
    private static final String COLOURS = "navVzcrRN";

    private static final int CLOCK_INDEX_PORT = 0x70;
    private static final int CLOCK_DATA_PORT = 0x71;
    /** Seconds, minutes, hours, day, month, year. */
    private static final int[] CLOCK = {0, 2, 4, 7, 8, 9, 0};

    /** What {@code \t} shows: two digits of a register, by its letter in {@link #REGISTERS}, or the character itself. */
    private static final String STAMP = "dd/MM/20yy-HH:mm:ss";

    private static final String REGISTERS = "smHdMy";

    private static final int AT = 0;
    private static final int HELD = 1; // interrupts were enabled
    private static final int CHARACTERS = 2;
    private static final int BEGAN_PS = 3;
    private static final int STAMP_AT = 4; // from 1; 0 for none
    private static final int PENDING = 5; // a letter behind a backslash that is no command
    private static final int REGISTER = 6;
    private static final int VALUES = 7;
    private static final int WORDS = VALUES + 6;

    private static final int ENTER = 0;
    private static final int LOCK = 1;
    private static final int NEXT = 2;
    private static final int SELECT_CLOCK = 3;
    private static final int READ_CLOCK = 4;
    private static final int UNLOCK = 5;
    private static final int BACK = 6;
    private static final String[] NAMES = {
        "cli", "SpinLock", "next character", "select a register of the clock", "read the clock", "unlock, sti", "return"
    };

    private final ConsoleScreen screen;
    private final ConsoleCosts costs;
    private final PutCharacter put;
    private final FlushUp newLine;
    private final FillWord fill;

    WriteConsole(ConsoleScreen screen, ConsoleCosts costs, PutCharacter put, FlushUp newLine, FillWord fill) {
        this.screen = screen;
        this.costs = costs;
        this.put = put;
        this.newLine = newLine;
        this.fill = fill;
    }

    @Override
    public String name() {
        return "WriteConsoleF";
    }

    @Override
    public int words() {
        return WORDS;
    }

    @Override
    public String entryName(int entry) {
        return NAMES[entry];
    }

    @Override
    public boolean isInstant(int word) {
        return word == BEGAN_PS;
    }

    @Override
    public long run(GuestCpu cpu, Frame f) {
        long ps;
        do {
            ps = entry(cpu, f);
        } while (ps >= 0 && f.entry != BACK && cpu.goOn(ps));
        return ps;
    }

    private long entry(GuestCpu cpu, Frame f) {
        long[] w = f.w;
        switch (f.entry) {
            case ENTER -> {
                w[HELD] = cpu.vcpu().interruptsEnabled() ? 1 : 0;
                cpu.interrupts(false);
                f.entry = LOCK;
                return lock(cpu, f);
            }
            case LOCK -> {
                return lock(cpu, f);
            }
            case NEXT -> {
                return next(cpu, f);
            }
            case SELECT_CLOCK -> {
                cpu.out(CLOCK_INDEX_PORT, 1, CLOCK[(int) w[REGISTER]]);
                f.entry = READ_CLOCK;
                return 0;
            }
            case READ_CLOCK -> {
                readClock(cpu, f);
                return 0;
            }
            case UNLOCK -> {
                cpu.store64(ConsoleScreen.LOCK, FREE);
                if (w[HELD] != 0) {
                    cpu.interrupts(true);
                }
                cpu.leaves();
                f.entry = BACK;
                return costs.sharedPs();
            }
            default -> {
                return StepResult.RETURN;
            }
        }
    }

    /** {@code SpinLock}: as many tries in vain as nothing can come between are made at once. */
    private long lock(GuestCpu cpu, Frame f) {
        long tryPs = costs.sharedPs();
        if (cpu.compareExchange64(ConsoleScreen.LOCK, FREE, BUSY) == FREE) {
            f.w[BEGAN_PS] = cpu.vcpu().nowPs();
            f.entry = NEXT;
            return tryPs;
        }
        long tries = (cpu.roomPs() - 1) / tryPs;
        if (tries > 1) {
            cpu.passed((tries - 1) * tryPs, (int) Math.min(tries - 1, Integer.MAX_VALUE));
        }
        return tryPs;
    }

    private void readClock(GuestCpu cpu, Frame f) {
        long[] w = f.w;
        int value = cpu.in(CLOCK_DATA_PORT, 1);
        int register = (int) w[REGISTER]++;
        f.entry = SELECT_CLOCK;
        if (register < CLOCK.length - 1) {
            w[VALUES + register] = value;
        } else if (value != w[VALUES]) {
            w[REGISTER] = 0;
        } else {
            w[STAMP_AT] = 1;
            f.entry = NEXT;
        }
    }

    /** The next character, or what stands in its place; before that, at once, as many characters as nothing can come between. */
    private long next(GuestCpu cpu, Frame f) {
        long[] w = f.w;
        String text = screen.text(cpu.id());
        int next = take(w, text);
        if (next < 0) {
            return command(cpu, f, (char) ~next);
        }
        long eachPs = put.eachPs(cpu);
        int most = put.most(cpu, eachPs, w[CHARACTERS]);
        int shown = 0;
        while (next >= 0 && shown < most) {
            put.atOnce(shown++, next);
            next = take(w, text);
        }
        if (shown > 0) {
            put.showAtOnce(cpu, eachPs, w[CHARACTERS], shown, w[BEGAN_PS]);
            w[CHARACTERS] += shown;
        }
        return next >= 0 ? put(cpu, f, next) : command(cpu, f, (char) ~next);
    }

    /** Returns the character that is shown next; the complement of a command's letter, or of {@link #END}. */
    private static int take(long[] w, String text) {
        if (w[STAMP_AT] > 0) {
            return stamp(w);
        }
        if (w[PENDING] != 0) {
            int letter = (int) w[PENDING];
            w[PENDING] = 0;
            return letter;
        }
        while (w[AT] < text.length()) {
            char c = text.charAt((int) w[AT]++);
            char behind = w[AT] < text.length() ? text.charAt((int) w[AT]) : 0;
            if (c == '\\' && behind != 0) {
                w[AT]++;
                if (COMMANDS.indexOf(behind) >= 0) {
                    return ~behind;
                }
                w[PENDING] = behind;
                return c;
            }
            if (c != '/' || behind == 0 || COLOURS.indexOf(behind) < 0) {
                return c;
            }
            w[AT]++;
        }
        return ~END;
    }

    /** The next character of day and time; registers count in BCD. */
    private static char stamp(long[] w) {
        int i = (int) w[STAMP_AT]++ - 1;
        char c = STAMP.charAt(i);
        boolean last = i == STAMP.length() - 1;
        if (last) {
            w[STAMP_AT] = 0;
        }
        int register = REGISTERS.indexOf(c);
        if (register < 0) {
            return c;
        }
        boolean tens = !last && STAMP.charAt(i + 1) == c;
        return (char) ('0' + (w[VALUES + register] >> (tens ? 4 : 0) & 0xf));
    }

    private long command(GuestCpu cpu, Frame f, char letter) {
        switch (letter) {
            case 'n' -> cpu.call(newLine);
            case 'c' -> {
                screen.cleared();
                Frame callee = cpu.call(fill);
                callee.w[FillWord.ADDRESS] = VgaText.BASE;
                callee.w[FillWord.PAIRS] = VgaText.ROWS * VgaText.COLUMNS / 2;
            }
            case 't' -> {
                f.w[REGISTER] = 0;
                f.entry = SELECT_CLOCK;
                return StepResult.NEXT;
            }
            default -> {
                f.entry = UNLOCK;
                return StepResult.NEXT;
            }
        }
        return StepResult.CALL;
    }

    private long put(GuestCpu cpu, Frame f, int c) {
        Frame callee = cpu.call(put);
        callee.w[PutCharacter.CHARACTER] = c;
        callee.w[PutCharacter.PS] = costs.formatPs(f.w[CHARACTERS]++, 1);
        callee.w[PutCharacter.BEGAN_PS] = f.w[BEGAN_PS];
        return StepResult.CALL;
    }
}
