package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import io.torosim.core.cost.CostModel;
import io.torosim.core.defect.Defects;
import io.torosim.core.defect.Defects.Defect;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.sched.ToroQuirks;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.sched.explore.Scenario.Invariant;
import io.torosim.sched.explore.Scenario.Tally;
import io.torosim.sched.explore.Scenario.Violation;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A small program on a kernel, alone or with a device that the setup puts on the machine, in which one hazard of Toro's scheduler can show. A {@link ScenarioRun} looks at the
 * invariants after each step.
 *
 * @param name on the command line
 * @param hazard the defect that it shows
 * @param masks other defects that would show the same violation first; they stay off when defects are on
 * @param invariant what the defect violates: all that is looked at while defects are on; without defects everything is
 * @param cores number of vCPUs, in [1, 8]
 * @param limitPs simulated time of a run at most
 * @param costs of the machine
 * @param setup puts threads and events on a fresh machine
 */
public record KernelScenario(
        String name,
        ToroQuirk hazard,
        Set<ToroQuirk> masks,
        Invariant invariant,
        int cores,
        long limitPs,
        CostModel costs,
        Consumer<ScenarioRun> setup)
        implements Scenario {
    private static final List<ToroQuirk> QUIRKS = List.of(ToroQuirk.values());
    private static final CostModel STANDARD = CostModel.standard();

    /** Checks the ranges. */
    public KernelScenario {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(hazard, "hazard");
        Objects.requireNonNull(masks, "masks");
        Objects.requireNonNull(invariant, "invariant");
        Objects.requireNonNull(costs, "costs");
        Objects.requireNonNull(setup, "setup");
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

    /** Of a machine with the usual costs. */
    KernelScenario(
            String name,
            ToroQuirk hazard,
            Set<ToroQuirk> masks,
            Invariant invariant,
            int cores,
            long limitPs,
            Consumer<ScenarioRun> setup) {
        this(name, hazard, masks, invariant, cores, limitPs, STANDARD, setup);
    }

    @Override
    public List<? extends Defect> defects() {
        return QUIRKS;
    }

    @Override
    public Defects defectsOn() {
        Defects on = Defects.of(QUIRKS);
        for (ToroQuirk mask : masks) {
            on = on.without(mask);
        }
        return on;
    }

    @Override
    public Optional<Violation> run(Defects on, long seed, Choices choices, @Nullable TraceSink sink, Tally tally) {
        ToroQuirks quirks = ToroQuirks.repaired();
        for (ToroQuirk quirk : on.of(ToroQuirk.class)) {
            quirks = quirks.with(quirk);
        }
        return ScenarioRun.run(this, quirks, seed, choices, sink, tally);
    }

    Set<Invariant> checked(boolean anyQuirk) {
        return anyQuirk ? EnumSet.of(invariant) : EnumSet.allOf(Invariant.class);
    }
}
