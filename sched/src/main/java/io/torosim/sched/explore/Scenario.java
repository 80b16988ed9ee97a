package io.torosim.sched.explore;

import io.torosim.core.time.Picos;
import io.torosim.sched.ToroQuirk;
import io.torosim.sched.ToroQuirks;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A small program on a small machine in which one hazard of Toro can show.
 *
 * @param name on the command line
 * @param hazard the defect that it shows
 * @param masks other defects that would show the same violation first; they stay off when defects are on
 * @param invariant what the defect violates: all that is looked at while defects are on; without defects everything is
 * @param cores number of vCPUs, in [1, 8]
 * @param limitPs simulated time of a run at most
 * @param setup puts threads and events on a fresh machine
 */
public record Scenario(
        String name,
        ToroQuirk hazard,
        Set<ToroQuirk> masks,
        Invariant invariant,
        int cores,
        long limitPs,
        Consumer<ScenarioRun> setup) {
    /** Checks the ranges. */
    public Scenario {
        EnumSet<ToroQuirk> copy = EnumSet.noneOf(ToroQuirk.class);
        copy.addAll(masks);
        masks = Collections.unmodifiableSet(copy);
        if (cores < 1 || cores > 8) {
            throw new IllegalArgumentException("cores must be in [1, 8], cores=" + cores);
        }
        if (limitPs < Picos.PER_MICRO) {
            throw new IllegalArgumentException("limitPs must be at least 1 us, limitPs=" + limitPs);
        }
    }

    /** Returns Toro's defects without those that would mask this one: what {@code --quirks on} means here. */
    public ToroQuirks quirksOn() {
        ToroQuirks on = ToroQuirks.faithful();
        for (ToroQuirk mask : masks) {
            on = on.without(mask);
        }
        return on;
    }

    Set<Invariant> checked(boolean anyQuirk) {
        return anyQuirk ? EnumSet.of(invariant) : EnumSet.allOf(Invariant.class);
    }
}
