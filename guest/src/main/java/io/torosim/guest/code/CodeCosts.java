package io.torosim.guest.code;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;

/**
 * What Toro's compiled Pascal takes on a machine: for each {@link Routine} a part for the call and a part for each unit, found by
 * executing what Free Pascal made of a routine of the same kind, instruction by instruction ({@code docs/guests.md}). A
 * value: equal machines and levels give equal costs.
 */
public final class CodeCosts {
    private static final int FEW = 24;
    private static final int MANY = 72;

    private final OptimisationLevel level;
    private final long[] callMilliCycles = new long[Routine.values().length];
    private final long[] unitMilliCycles = new long[Routine.values().length];
    private final long tscHz;
    private final boolean emulated;
    private final long instructionMilliCycles;
    private final long accessMilliCycles;
    private final long callMilliCyclesEmulated;

    private CodeCosts(OptimisationLevel level, CostModel model, long tscHz, boolean emulated) {
        this.level = level;
        this.tscHz = tscHz;
        this.emulated = emulated;
        this.instructionMilliCycles = model.permille("tcg.instruction");
        this.accessMilliCycles = model.permille("tcg.memory_access");
        this.callMilliCyclesEmulated = model.permille("tcg.call_return");
        RoutineRun run = new RoutineRun(Listing.of(level), model);
        for (Routine routine : Routine.values()) {
            int i = routine.ordinal();
            if (routine.countsCalls()) {
                unitMilliCycles[i] = milliCycles(run.run(routine, 1));
            } else {
                long few = milliCycles(run.run(routine, FEW));
                long many = milliCycles(run.run(routine, MANY));
                unitMilliCycles[i] = (many - few) / (MANY - FEW);
                callMilliCycles[i] = Math.max(0, few - FEW * unitMilliCycles[i]);
            }
        }
    }

    /** On a processor what the pipeline says; under software emulation every instruction is work, overlapping or not. */
    private long milliCycles(RoutineRun.Cost cost) {
        if (!emulated) {
            return cost.milliCycles();
        }
        return cost.instructions() * instructionMilliCycles
                + cost.memoryAccesses() * accessMilliCycles
                + cost.callsAndReturns() * callMilliCyclesEmulated;
    }

    /** Returns the costs of code compiled at a level, on a machine. */
    public static CodeCosts of(OptimisationLevel level, Machine machine) {
        return new CodeCosts(
                level,
                machine.spec().costs(),
                machine.spec().tscHz(),
                machine.spec().vcpuMode().isTcg());
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
        return Picos.ofCycles(milliCycles, tscHz) / 1000;
    }

    /** Returns the cycles that one more unit takes, in thousandths. */
    public long unitMilliCycles(Routine routine) {
        return unitMilliCycles[routine.ordinal()];
    }
}
