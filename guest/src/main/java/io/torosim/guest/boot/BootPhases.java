package io.torosim.guest.boot;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is measured of a boot, from outside: how long each unit took and how often the boot processor left guest mode meanwhile. Units of the same name are one
 * phase.
 */
final class BootPhases {
    private static final ExitCause[] CAUSES = ExitCause.values();

    private final Map<String, Tally> phases = new LinkedHashMap<>();
    private final long[] exitsAtBegin = new long[CAUSES.length];
    private long beganAtPs;
    private long endedPs = -1;

    /** A unit is entered: a step that takes no time. */
    long begins(Vcpu vcpu, BootUnit unit) {
        Tally its = phases.computeIfAbsent(unit.name(), name -> new Tally(unit, phases.size()));
        beganAtPs = vcpu.nowPs();
        for (ExitCause cause : CAUSES) {
            exitsAtBegin[cause.ordinal()] = vcpu.exits(cause);
        }
        vcpu.machine().trace().emit(beganAtPs, vcpu.id(), TraceKind.BOOT_PHASE, its.number, 0);
        return StepResult.NEXT;
    }

    /** It is left: the same. */
    long ends(Vcpu vcpu, BootUnit unit) {
        Tally its = Objects.requireNonNull(phases.get(unit.name()));
        its.ps += vcpu.nowPs() - beganAtPs;
        for (ExitCause cause : CAUSES) {
            long count = vcpu.exits(cause) - exitsAtBegin[cause.ordinal()];
            if (count > 0) {
                its.exits.merge(cause, count, Long::sum);
            }
        }
        return StepResult.NEXT;
    }

    /** The last unit is done. */
    void over(long nowPs) {
        endedPs = nowPs;
    }

    boolean isOver() {
        return endedPs >= 0;
    }

    long endedPs() {
        return endedPs;
    }

    /** What was measured, in the order in which the phases began. */
    List<Tally> tallies() {
        return List.copyOf(phases.values());
    }

    /** What units of one name came to. */
    static final class Tally {
        private final BootUnit unit;
        private final int number;
        private final Map<ExitCause, Long> exits = new EnumMap<>(ExitCause.class);
        private long ps;

        Tally(BootUnit unit, int number) {
            this.unit = unit;
            this.number = number;
        }

        BootUnit unit() {
            return unit;
        }

        long ps() {
            return ps;
        }

        Map<ExitCause, Long> exits() {
            return Collections.unmodifiableMap(exits);
        }
    }
}
