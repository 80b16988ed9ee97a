package io.torosim.guest.hazard;

import io.torosim.core.choice.Choices;
import io.torosim.core.defect.Defects;
import io.torosim.core.defect.Defects.Defect;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.guest.app.GuestSpec.GuestDefects;
import io.torosim.guest.stack.NetworkQuirk;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.sched.explore.Scenario;
import io.torosim.sched.explore.Scenario.Invariant;
import io.torosim.sched.explore.Scenario.Tally;
import io.torosim.sched.explore.Scenario.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A whole guest in which one hazard can show.
 *
 * @param name on the command line
 * @param hazard the defect
 * @param invariant what it violates
 * @param parts the enums whose defects are on in a search for it: where the kernel's are not among them, its lost wake-ups would show first
 * @param traffic what is done to the guest
 */
record GuestScenario(
        String name,
        Defect hazard,
        Invariant invariant,
        List<Class<? extends Defect>> parts,
        Function<HazardGuest, Traffic> traffic)
        implements Scenario {
    private static final List<Defect> DEFECTS = GuestDefects.all();

    @Override
    public List<? extends Defect> defects() {
        return DEFECTS;
    }

    @Override
    public Defects defectsOn() {
        List<Defect> on = new ArrayList<>();
        for (Defect defect : DEFECTS) {
            boolean wanted = parts.contains(((Enum<?>) defect).getDeclaringClass());
            if (wanted && !shownFirst(defect)) {
                on.add(defect);
            }
        }
        return Defects.of(on);
    }

    /** Fixed by August 2018; or of the same part of kernel or stack, where many defects have one consequence. */
    private boolean shownFirst(Defect defect) {
        return defect == MemQuirk.EXPANSION_RACE
                || defect == MemQuirk.SPLIT_UNDERFLOW
                || defect instanceof ToroQuirk && defect != hazard
                || defect instanceof NetworkQuirk && hazard instanceof NetworkQuirk && defect != hazard;
    }

    @Override
    public Optional<Violation> run(Defects on, long seed, Choices choices, @Nullable TraceSink sink, Tally tally) {
        boolean repaired = on.equals(Defects.none());
        return new HazardGuest(on, seed, choices, sink, repaired ? null : invariant, tally).run(traffic);
    }
}
