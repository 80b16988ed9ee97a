package io.torosim.guest.boot;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A vCPU that boots: it executes the steps of its units, and notes what each took and how often it left guest mode. Units of
 * the same name are one phase.
 */
final class BootProcessor implements Activity {
    private static final ExitCause[] CAUSES = ExitCause.values();

    private final BootKernel kernel;
    private final List<BootUnit> units;
    private final long afterwards;
    private final Map<String, Tally> phases = new LinkedHashMap<>();
    private final long[] exitsAtBegin = new long[CAUSES.length];
    private int unit;
    private int step;
    private boolean begun;
    private @Nullable Tally tally;
    private long beganAtPs;
    private long endedPs;

    /** How far the present step has come; 0 at its beginning. */
    long part;
    /** When the present wait is over. */
    long waitEndPs;
    /** When the PIT's count was loaded. */
    long pitLoadedPs;

    /** {@code afterwards} is how it ends: {@link Activity#OFF} or {@link Activity#HALT}. */
    BootProcessor(BootKernel kernel, List<BootUnit> units, long afterwards) {
        this.kernel = kernel;
        this.units = units;
        this.afterwards = afterwards;
    }

    BootKernel kernel() {
        return kernel;
    }

    /** Whether all units are done. */
    boolean isDone() {
        return unit == units.size();
    }

    /** When the last unit was done. */
    long endedPs() {
        return endedPs;
    }

    /** What was measured, in the order in which the phases began. */
    List<Tally> phases() {
        return List.copyOf(phases.values());
    }

    /** One access to a port or a register. */
    long access(Vcpu vcpu, ExitCause cause) {
        vcpu.exit(cause);
        return kernel.accessPs(cause);
    }

    /** Part by part: a write to the interrupt command register, after one of the destination if there is one. */
    long command(Vcpu vcpu, boolean destination, Runnable effect) {
        if (part == 0 && destination) {
            part = 1;
            return access(vcpu, ExitCause.APIC_ACCESS);
        }
        if (part < 2) {
            part = 2;
            effect.run();
            return access(vcpu, ExitCause.ICR_WRITE);
        }
        return BootStep.OVER;
    }

    @Override
    public long step(Vcpu vcpu) {
        while (!isDone()) {
            List<BootStep> steps = units.get(unit).steps();
            if (!begun) {
                begin(vcpu);
            }
            if (step == steps.size()) {
                end(vcpu);
                continue;
            }
            long result = steps.get(step).next(this, vcpu);
            if (result != BootStep.OVER) {
                return result;
            }
            step++;
            part = 0;
        }
        endedPs = vcpu.nowPs();
        return afterwards;
    }

    private void begin(Vcpu vcpu) {
        begun = true;
        beganAtPs = vcpu.nowPs();
        for (ExitCause cause : CAUSES) {
            exitsAtBegin[cause.ordinal()] = vcpu.exits(cause);
        }
        BootUnit next = units.get(unit);
        Tally its = phases.computeIfAbsent(next.name(), name -> new Tally(next, phases.size()));
        tally = its;
        if (vcpu.id() == 0) {
            vcpu.machine().trace().emit(vcpu.nowPs(), vcpu.id(), TraceKind.BOOT_PHASE, its.number, 0);
        }
    }

    private void end(Vcpu vcpu) {
        Tally its = Objects.requireNonNull(tally);
        its.ps += vcpu.nowPs() - beganAtPs;
        for (ExitCause cause : CAUSES) {
            long count = vcpu.exits(cause) - exitsAtBegin[cause.ordinal()];
            if (count > 0) {
                its.exits.merge(cause, count, Long::sum);
            }
        }
        unit++;
        step = 0;
        begun = false;
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
