package io.torosim.guest.console;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.guest.device.PcDevices.VgaText;

/**
 * Shows a character and sets the cursor behind it (Console.pas: {@code PutC}, {@code SetCursor}): a cell of the last row, then four port writes. In column 80 a new line
 * comes first.
 */
final class PutCharacter extends GuestCode {
    /** Argument: the character; {@link #CURSOR_ALONE} for none. */
    static final int CHARACTER = 0;
    /** Argument: what formatting it takes. */
    static final int PS = 1;
    /** Argument: when what it belongs to began to be printed. */
    static final int BEGAN_PS = 2;

    private static final int POSITION = 3;

    /** Only sets the cursor. */
    static final int CURSOR_ALONE = -1;

    private static final int INDEX_PORT = 0x3d4;
    private static final int DATA_PORT = 0x3d5;
    private static final int CURSOR_HIGH = 0x0e;
    private static final int CURSOR_LOW = 0x0f;
    /** Port writes that set the cursor. */
    private static final int OUTS = 4;
    /** Grey on black. */
    private static final int ATTRIBUTE = 0x0700;

    private static final int BEGIN = 0;
    private static final int CELL = 1;
    private static final int SELECT_HIGH = 2;
    private static final int HIGH = 3;
    private static final int SELECT_LOW = 4;
    private static final int LOW = 5;
    private static final int BACK = 6;
    private static final String[] NAMES = {
        "begin",
        "store the cell",
        "select the cursor's high byte",
        "write the cursor's high byte",
        "select the cursor's low byte",
        "write the cursor's low byte",
        "return"
    };

    private final ConsoleScreen screen;
    private final FlushUp newLine;
    private final ConsoleCosts costs;
    private final long cellPs;
    /** Of the characters that are shown at once, within one entry. */
    private final byte[] cells = new byte[2 * VgaText.COLUMNS];

    PutCharacter(ConsoleScreen screen, ConsoleCosts costs, FlushUp newLine) {
        this.screen = screen;
        this.newLine = newLine;
        this.costs = costs;
        cellPs = costs.plainCellPs();
        for (int i = 1; i < cells.length; i += 2) {
            cells[i] = ATTRIBUTE >> 8;
        }
    }

    @Override
    public String name() {
        return "PutC";
    }

    @Override
    public int words() {
        return 4;
    }

    @Override
    public String entryName(int entry) {
        return NAMES[entry];
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
            case BEGIN -> {
                if (w[CHARACTER] == CURSOR_ALONE) {
                    return selectHigh(cpu, f);
                }
                f.entry = CELL;
                if (screen.column() == VgaText.COLUMNS) {
                    cpu.call(newLine);
                    return StepResult.CALL;
                }
                return cell(cpu, f);
            }
            case CELL -> {
                return cell(cpu, f);
            }
            case SELECT_HIGH -> {
                return selectHigh(cpu, f);
            }
            case HIGH -> {
                return out(cpu, f, DATA_PORT, (int) w[POSITION] >> 8, SELECT_LOW);
            }
            case SELECT_LOW -> {
                return out(cpu, f, INDEX_PORT, CURSOR_LOW, LOW);
            }
            case LOW -> {
                out(cpu, f, DATA_PORT, (int) w[POSITION] & 0xff, BACK);
                if (cpu.goOn(0)) {
                    return StepResult.RETURN;
                }
                cpu.leaves();
                return 0;
            }
            default -> {
                return StepResult.RETURN;
            }
        }
    }

    /** What a character takes that is shown at once with others, beside formatting it; -1 if each has to be shown by itself. */
    long eachPs(GuestCpu cpu) {
        long paidPs = cpu.keptRoundPs(ConsoleScreen.LAST_ROW, INDEX_PORT, OUTS);
        return paidPs < 0 ? -1 : paidPs + cellPs;
    }

    /**
     * Returns how many characters may be shown at once: as many as nothing can come between and as fit into the row.
     *
     * @param eachPs see {@link #eachPs}
     * @param before characters of the line that are formatted already
     */
    int most(GuestCpu cpu, long eachPs, long before) {
        int most = 0;
        if (eachPs < 0) {
            return most;
        }
        long room = cpu.roomPs();
        int guess = VgaText.COLUMNS - screen.column();
        int tooMany = guess + 1;
        while (most + 1 < tooMany) { // most often the first guess is right
            if (costs.formatPs(before, guess) + guess * eachPs < room) {
                most = guess;
            } else {
                tooMany = guess;
            }
            guess = (most + tooMany) / 2;
        }
        return most;
    }

    /** Character {@code index} of those that are shown at once. */
    void atOnce(int index, int character) {
        cells[2 * index] = (byte) character;
    }

    /** So many are shown at once, at least 1 and at most {@link #most}: the cursor stands behind the last of them, and their time is over. */
    void showAtOnce(GuestCpu cpu, long eachPs, long before, int characters, long beganPs) {
        long first = cell();
        screen.shown(beganPs, characters);
        int position = position();
        cpu.keptOut(INDEX_PORT, CURSOR_HIGH);
        cpu.keptOut(DATA_PORT, position >> 8);
        cpu.keptOut(INDEX_PORT, CURSOR_LOW);
        cpu.keptOut(DATA_PORT, position & 0xff);
        cpu.keptRounds(first, cells, characters, OUTS, costs.formatPs(before, characters) + characters * eachPs);
    }

    private long cell() {
        return ConsoleScreen.LAST_ROW + 2L * screen.column();
    }

    private int position() {
        return (VgaText.ROWS - 1) * VgaText.COLUMNS + screen.column();
    }

    private long cell(GuestCpu cpu, Frame f) {
        cpu.store16(cell(), ATTRIBUTE | (int) f.w[CHARACTER] & 0xff);
        screen.shown(f.w[BEGAN_PS], 1);
        f.entry = SELECT_HIGH;
        return f.w[PS] + cellPs;
    }

    private long selectHigh(GuestCpu cpu, Frame f) {
        f.w[POSITION] = position();
        return out(cpu, f, INDEX_PORT, CURSOR_HIGH, HIGH);
    }

    private static long out(GuestCpu cpu, Frame f, int port, int value, int next) {
        cpu.out(port, 1, value);
        f.entry = next;
        return 0;
    }
}
