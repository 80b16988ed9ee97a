package io.torosim.guest.console;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.device.PcDevices.VgaText;

/** A new line (Console.pas: {@code FlushUp}): 24 rows move up byte by byte, as {@code Move} does it, and blanks fill the last one. */
final class FlushUp extends GuestCode {
    private static final int ROW_BYTES = 2 * VgaText.COLUMNS;
    /** The bytes of all rows but one. */
    private static final int MOVED = (VgaText.ROWS - 1) * ROW_BYTES;

    private static final int AT = 0;
    private static final int VALUE = 1;

    private static final int BEGIN = 0;
    private static final int LOAD = 1;
    private static final int STORE = 2;
    private static final int FILL = 3;
    private static final int BACK = 4;
    private static final String[] NAMES = {"begin", "load a byte", "store a byte", "fill the last row", "return"};

    private final ConsoleScreen screen;
    private final FillWord fill;
    private final long callPs;
    private final long loadPs;
    private final long storePs;

    FlushUp(ConsoleScreen screen, ConsoleCosts costs, FillWord fill) {
        this.screen = screen;
        this.fill = fill;
        long bytePs = costs.roundPs(Routine.COPY_BYTES, MOVED);
        callPs = costs.callPs(Routine.COPY_BYTES, MOVED);
        loadPs = bytePs / 2;
        storePs = bytePs - loadPs + costs.plainCellPs();
    }

    @Override
    public String name() {
        return "FlushUp";
    }

    @Override
    public int words() {
        return 2;
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
        } while (ps >= 0 && cpu.goOn(ps));
        return ps;
    }

    private long entry(GuestCpu cpu, Frame f) {
        long[] w = f.w;
        switch (f.entry) {
            case BEGIN -> {
                screen.lineEnds(cpu.vcpu());
                f.entry = LOAD;
                return callPs;
            }
            case LOAD -> {
                w[AT] += cpu.moveDown(
                        VgaText.BASE + ROW_BYTES + w[AT], VgaText.BASE + w[AT], MOVED - (int) w[AT], loadPs, storePs);
                if (w[AT] == MOVED) {
                    return fill(cpu, f);
                }
                w[VALUE] = cpu.load8(VgaText.BASE + ROW_BYTES + w[AT]);
                f.entry = STORE;
                return loadPs;
            }
            case STORE -> {
                cpu.store8(VgaText.BASE + w[AT], (int) w[VALUE]);
                f.entry = ++w[AT] < MOVED ? LOAD : FILL;
                return storePs;
            }
            case FILL -> {
                return fill(cpu, f);
            }
            default -> {
                return StepResult.RETURN;
            }
        }
    }

    private long fill(GuestCpu cpu, Frame f) {
        Frame callee = cpu.call(fill);
        callee.w[FillWord.ADDRESS] = VgaText.BASE + MOVED;
        callee.w[FillWord.PAIRS] = ROW_BYTES / 4;
        f.entry = BACK;
        return StepResult.CALL;
    }
}
