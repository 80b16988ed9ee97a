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

    PutCharacter(ConsoleScreen screen, ConsoleCosts costs, FlushUp newLine) {
        this.screen = screen;
        this.newLine = newLine;
        this.costs = costs;
        cellPs = costs.plainCellPs();
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

    /**
     * Returns how many characters may be shown at once, by {@link #atOnce} each and {@link #shownAtOnce} after the last: as many as nothing can come between and as
     * fit into the row.
     *
     * @param before of its line, which are formatted already
     */
    int most(GuestCpu cpu, long before) {
        long eachPs = cpu.keptRoundPs(ConsoleScreen.LAST_ROW, INDEX_PORT, OUTS);
        int none = 0;
        if (eachPs < 0) {
            return none;
        }
        long room = cpu.roomPs();
        int most = VgaText.COLUMNS - screen.column();
        int tooMany = most + 1;
        while (none + 1 < tooMany) { // most often the first guess is right
            if (ps(before, most, eachPs) < room) {
                none = most;
            } else {
                tooMany = most;
            }
            most = (none + tooMany) / 2;
        }
        return none;
    }

    /** What so many characters take. */
    private long ps(long before, int characters, long eachPs) {
        return costs.formatPs(before, characters) + characters * (eachPs + cellPs);
    }

    /** One of {@link #most} characters: its cell. */
    void atOnce(GuestCpu cpu, int character, long beganPs) {
        cpu.keptStore16(cell(), ATTRIBUTE | character & 0xff);
        screen.shown(beganPs);
    }

    /** So many have been shown, at least one: the cursor stands behind the last of them, and their time is over. */
    void shownAtOnce(GuestCpu cpu, long before, int characters) {
        long eachPs = cpu.keptRoundPs(ConsoleScreen.LAST_ROW, INDEX_PORT, OUTS);
        int position = position();
        cpu.keptOut(INDEX_PORT, CURSOR_HIGH);
        cpu.keptOut(DATA_PORT, position >> 8);
        cpu.keptOut(INDEX_PORT, CURSOR_LOW);
        cpu.keptOut(DATA_PORT, position & 0xff);
        cpu.keptRounds(ConsoleScreen.LAST_ROW, ps(before, characters, eachPs), characters, OUTS);
    }

    private long cell() {
        return ConsoleScreen.LAST_ROW + 2L * screen.column();
    }

    private int position() {
        return (VgaText.ROWS - 1) * VgaText.COLUMNS + screen.column();
    }

    private long cell(GuestCpu cpu, Frame f) {
        cpu.store16(cell(), ATTRIBUTE | (int) f.w[CHARACTER] & 0xff);
        screen.shown(f.w[BEGAN_PS]);
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
