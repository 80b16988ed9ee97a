package io.torosim.guest.code;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.core.time.Picos;

/**
 * What Toro's compiled Pascal takes on a machine: for each {@link Routine} a part for the call and a part for each unit, found by
 * executing what Free Pascal made of a routine of the same kind, instruction by instruction ({@code docs/guests.md}). A
 * value: equal machines and levels give equal costs.
 */
public final class CodeCosts {
    private static final int FEW = 64;
    private static final int MANY = 192;

    private final OptimisationLevel level;
    private final long[] callMilliCycles = new long[Routine.values().length];
    private final long[] unitMilliCycles = new long[Routine.values().length];
    private final long tscHz;
    private final MachineCosts costs;

    private CodeCosts(OptimisationLevel level, CostModel model, long tscHz, MachineCosts costs) {
        this.level = level;
        this.tscHz = tscHz;
        this.costs = costs;
        RoutineRun run = new RoutineRun(Listing.of(level), model);
        for (Routine routine : Routine.values()) {
            int i = routine.ordinal();
            if (routine.countsCalls()) {
                unitMilliCycles[i] = run.run(routine, 1).milliCycles();
            } else {
                long few = run.run(routine, FEW).milliCycles();
                long many = run.run(routine, MANY).milliCycles();
                unitMilliCycles[i] = (many - few) / (MANY - FEW);
                callMilliCycles[i] = Math.max(0, few - FEW * unitMilliCycles[i]);
            }
        }
    }

    /** Returns the costs of code compiled at a level, on a machine. */
    public static CodeCosts of(OptimisationLevel level, Machine machine) {
        return new CodeCosts(level, machine.spec().costs(), machine.spec().tscHz(), machine.costs());
    }

    /** Returns the level. */
    public OptimisationLevel level() {
        return level;
    }

    /**
     * Returns what one call of a routine with {@code units} takes, in picoseconds; 0 for no units.
     *
     * @param units at least 0
     */
    public long ps(Routine routine, long units) {
        if (units <= 0) {
            return 0;
        }
        int i = routine.ordinal();
        long milliCycles = callMilliCycles[i] + Math.multiplyExact(units, unitMilliCycles[i]);
        return costs.cpuPs(Picos.ofCycles(milliCycles, tscHz) / 1000);
    }

    /** Returns the cycles that one more unit takes, in thousandths. */
    public long unitMilliCycles(Routine routine) {
        return unitMilliCycles[routine.ordinal()];
    }
}
