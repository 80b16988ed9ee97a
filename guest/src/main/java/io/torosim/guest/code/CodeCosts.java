package io.torosim.guest.code;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import io.torosim.guest.spec.OptimisationLevel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What Toro's compiled Pascal takes on a machine: for each {@link Routine} a part for the call and a part for each unit, found by
 * executing what Free Pascal made of a routine of the same kind, instruction by instruction ({@code docs/guests.md}). A
 * value: equal machines and levels give equal costs.
 */
public final class CodeCosts {
    private static final int FEW = 24;
    private static final int MANY = 72;

    /** Up to how many units a result is kept: a frame and more. */
    private static final int KEPT = 2048;

    private static final long UNKNOWN = -1;

    private final OptimisationLevel level;
    private final CostModel model;
    /** Made when the first routine is asked for. */
    private @Nullable RoutineRun run;

    private final long[] callMilliCycles = new long[Routine.values().length];
    private final long[] unitMilliCycles = new long[Routine.values().length];
    /** For each routine that was asked for, what so many units take in picoseconds, or {@link #UNKNOWN}. */
    private final long[][] kept = new long[Routine.values().length][];

    private final long tscHz;
    private final boolean emulated;
    private final long instructionMilliCycles;
    private final long accessMilliCycles;
    private final long callMilliCyclesEmulated;

    private CodeCosts(OptimisationLevel level, CostModel model, long tscHz, boolean emulated) {
        this.level = level;
        this.model = model;
        this.tscHz = tscHz;
        this.emulated = emulated;
        this.instructionMilliCycles = model.permille("tcg.instruction");
        this.accessMilliCycles = model.permille("tcg.memory_access");
        this.callMilliCyclesEmulated = model.permille("tcg.call_return");
    }

    /** A routine is executed when it is first asked for: few programs use all. */
    private void measure(Routine routine) {
        if (run == null) {
            run = new RoutineRun(Listing.of(level), model);
        }
        int i = routine.ordinal();
        if (routine.countsCalls()) {
            unitMilliCycles[i] = milliCycles(run.run(routine, 1));
        } else {
            long few = milliCycles(run.run(routine, FEW));
            long many = milliCycles(run.run(routine, MANY));
            unitMilliCycles[i] = (many - few) / (MANY - FEW);
            callMilliCycles[i] = Math.max(0, few - FEW * unitMilliCycles[i]);
        }
        long[] results = new long[KEPT];
        Arrays.fill(results, UNKNOWN);
        kept[i] = results;
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

    /** Returns the assembly text that is executed at a level: what Free Pascal made of the routines, for the GNU assembler. */
    public static String listing(OptimisationLevel level) {
        return Listing.text(level);
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
        long[] results = kept[routine.ordinal()];
        if (results != null && units >= 0 && units < KEPT) {
            long ps = results[(int) units];
            if (ps != UNKNOWN) {
                return ps;
            }
        }
        return compute(routine, units);
    }

    private long compute(Routine routine, long units) {
        if (units <= 0) {
            return 0;
        }
        int i = routine.ordinal();
        if (kept[i] == null) {
            measure(routine);
        }
        long milliCycles = callMilliCycles[i] + Math.multiplyExact(units, unitMilliCycles[i]);
        long ps = Picos.ofCycles(milliCycles, tscHz) / 1000;
        if (units < KEPT) {
            kept[i][(int) units] = ps;
        }
        return ps;
    }

    /** Returns the cycles that one more unit takes, in thousandths. */
    public long unitMilliCycles(Routine routine) {
        if (kept[routine.ordinal()] == null) {
            measure(routine);
        }
        return unitMilliCycles[routine.ordinal()];
    }

    /** A piece of Toro's Pascal whose instructions are counted; each has a part that every call pays and a part for each unit. */
    public enum Routine {
        /** A byte loop: {@code Move} of the run-time library and the copy loops of the drivers. Unit: a byte. */
        COPY_BYTES,
        /** Filling memory four bytes at a time. Unit: four bytes. */
        FILL_DWORDS,
        /** The internet checksum. Unit: a 16-bit word. */
        CHECKSUM,
        /** A linear search of a linked list: sockets, ARP entries, cached blocks. Unit: an element. */
        LIST_SEARCH,
        /** One call of the allocator, get or free. Unit: a call. */
        ALLOCATE,
        /** A received frame becomes a packet of the stack. Unit: a frame. */
        RECEIVE_FRAME,
        /** Looks at a packet's headers and finds who is to have it. Unit: a packet. */
        DISPATCH_PACKET,
        /** What a TCP segment does to its socket. Unit: a segment. */
        TCP_INPUT,
        /** Fills the headers of a TCP segment. Unit: a segment. */
        TCP_OUTPUT,
        /** The dispatcher looks at one socket. Unit: a socket. */
        VISIT_SOCKET,
        /** A system call on a socket. Unit: a call. */
        SOCKET_CALL,
        /** {@code SysSocketRecv} of one byte. Unit: a call. */
        RECEIVE_BYTE,
        /** A program looks at one byte of a request. Unit: a byte. */
        PARSE_BYTES,
        /** Concatenates strings. Unit: a byte. */
        CONCATENATE,
        /** The console formats one character. Unit: a character. */
        FORMAT_CHARACTERS;

        /** Whether a unit is a whole call. */
        boolean countsCalls() {
            return switch (this) {
                case ALLOCATE,
                        RECEIVE_FRAME,
                        DISPATCH_PACKET,
                        TCP_INPUT,
                        TCP_OUTPUT,
                        VISIT_SOCKET,
                        SOCKET_CALL,
                        RECEIVE_BYTE -> true;
                default -> false;
            };
        }
    }
}
