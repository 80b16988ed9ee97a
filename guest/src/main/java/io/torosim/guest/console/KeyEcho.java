package io.torosim.guest.console;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;

/**
 * Shows what was typed, as the keyboard's interrupt handler does (Console.pas: {@code PutC}), without the lock: a character, or for {@code \n} a new line, or for {@code \b} a
 * blank over the last character of the line.
 */
final class KeyEcho extends GuestCode {
    /** Argument: what was typed. */
    static final int TYPED = 0;

    private static final int BEGIN = 0;
    private static final int ERASED = 1;
    private static final int CURSOR = 2;
    private static final int BACK = 3;
    private static final String[] NAMES = {"begin", "step back", "set the cursor", "return"};

    private final ConsoleScreen screen;
    private final ConsoleCosts costs;
    private final PutCharacter put;
    private final FlushUp newLine;

    KeyEcho(ConsoleScreen screen, ConsoleCosts costs, PutCharacter put, FlushUp newLine) {
        this.screen = screen;
        this.costs = costs;
        this.put = put;
        this.newLine = newLine;
    }

    @Override
    public String name() {
        return "show what was typed";
    }

    @Override
    public int words() {
        return 1;
    }

    @Override
    public String entryName(int entry) {
        return NAMES[entry];
    }

    @Override
    public long run(GuestCpu cpu, Frame f) {
        switch (f.entry) {
            case BEGIN -> {
                return begin(cpu, f);
            }
            case ERASED, CURSOR -> {
                if (f.entry == ERASED) {
                    screen.stepBack();
                }
                f.entry = BACK;
                return put(cpu, PutCharacter.CURSOR_ALONE, 0);
            }
            default -> {
                return StepResult.RETURN;
            }
        }
    }

    private long begin(GuestCpu cpu, Frame f) {
        char typed = (char) f.w[TYPED];
        if (typed == '\n') {
            f.entry = CURSOR;
            cpu.call(newLine);
            return StepResult.CALL;
        }
        if (typed != '\b') {
            f.entry = BACK;
            return put(cpu, typed, costs.formatPs(0, 1));
        }
        if (screen.column() == 0) {
            return StepResult.RETURN;
        }
        screen.stepBack();
        f.entry = ERASED;
        return put(cpu, ' ', 0);
    }

    private long put(GuestCpu cpu, int character, long ps) {
        Frame callee = cpu.call(put);
        callee.w[PutCharacter.CHARACTER] = character;
        callee.w[PutCharacter.PS] = ps;
        callee.w[PutCharacter.BEGAN_PS] = cpu.vcpu().nowPs();
        return StepResult.CALL;
    }
}
