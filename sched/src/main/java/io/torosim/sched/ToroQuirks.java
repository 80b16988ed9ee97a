package io.torosim.sched;

import java.util.EnumSet;
import java.util.Set;

/**
 * Which defects of 2018 a kernel has: an immutable set of {@link ToroQuirk}.
 *
 * @param mask bit {@code ordinal} set for each quirk that is on
 */
public record ToroQuirks(long mask) {
    private static final long ALL = (1L << ToroQuirk.values().length) - 1;

    /** Checks that only known quirks are set. */
    public ToroQuirks {
        if ((mask & ~ALL) != 0) {
            throw new IllegalArgumentException("mask must name known quirks only, mask=" + Long.toHexString(mask));
        }
    }

    /** Returns Toro as it was in 2018: every defect on. */
    public static ToroQuirks faithful() {
        return new ToroQuirks(ALL);
    }

    /** Returns the repaired kernel: every defect off. */
    public static ToroQuirks repaired() {
        return new ToroQuirks(0);
    }

    /** Returns whether {@code quirk} is on. */
    public boolean has(ToroQuirk quirk) {
        return (mask & bit(quirk)) != 0;
    }

    /** Returns these with {@code quirk} on. */
    public ToroQuirks with(ToroQuirk quirk) {
        return new ToroQuirks(mask | bit(quirk));
    }

    /** Returns these with {@code quirk} off. */
    public ToroQuirks without(ToroQuirk quirk) {
        return new ToroQuirks(mask & ~bit(quirk));
    }

    /** Returns the quirks that are on, in the order of their declaration. */
    public Set<ToroQuirk> asSet() {
        EnumSet<ToroQuirk> on = EnumSet.noneOf(ToroQuirk.class);
        for (ToroQuirk quirk : ToroQuirk.values()) {
            if (has(quirk)) {
                on.add(quirk);
            }
        }
        return on;
    }

    private static long bit(ToroQuirk quirk) {
        return 1L << quirk.ordinal();
    }
}
