package io.torosim.guest.console;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.guest.code.CodeCosts.Routine;

/** Fills cells with blanks, two by two ({@code FillWord} of the run-time library). */
final class FillWord extends GuestCode {
    /** Argument: address of the first two cells. */
    static final int ADDRESS = 0;
    /** Argument: how many pairs, at least 1. */
    static final int PAIRS = 1;

    private static final int BLANKS = 0x0720_0720;

    private static final int BEGIN = 0;
    private static final int STORE = 1;
    private static final int BACK = 2;
    private static final String[] NAMES = {"begin", "store two blanks", "return"};

    private final ConsoleCosts costs;

    FillWord(ConsoleCosts costs) {
        this.costs = costs;
    }

    @Override
    public String name() {
        return "FillWord";
    }

    @Override
    public int words() {
        return 3;
    }

    @Override
    public String entryName(int entry) {
        return NAMES[entry];
    }

    private static final int STORE_PS = 2;

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
        if (f.entry == BEGIN) {
            w[STORE_PS] = costs.roundPs(Routine.FILL_DWORDS, w[PAIRS]) + costs.plainCellPs();
            f.entry = STORE;
            return costs.callPs(Routine.FILL_DWORDS, w[PAIRS]);
        }
        if (f.entry == BACK) {
            return StepResult.RETURN;
        }
        int stored = cpu.fill32(w[ADDRESS], BLANKS, (int) w[PAIRS] - 1, w[STORE_PS]);
        w[ADDRESS] += 4L * stored;
        w[PAIRS] -= stored;
        cpu.store32(w[ADDRESS], BLANKS);
        w[ADDRESS] += 4;
        if (--w[PAIRS] == 0) {
            cpu.leaves();
            f.entry = BACK;
        }
        return w[STORE_PS];
    }
}
