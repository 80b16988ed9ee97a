package io.torosim.sched;

import io.torosim.sched.ToroQuirks.ToroQuirk;

/** Says which defects are on, and counts how often it was asked: {@link KernelAudit#reached}. */
final class QuirkSwitches {
    private static final int DEFECTS = ToroQuirk.values().length;

    private final ToroQuirks on;
    /** By defect: how often a step came to where it acts, or would. */
    private final long[] reached = new long[DEFECTS];

    QuirkSwitches(ToroQuirks on) {
        this.on = on;
    }

    /** Asked where a defect would act, and noted. */
    boolean has(ToroQuirk quirk) {
        reached[quirk.ordinal()]++;
        return on.has(quirk);
    }

    long reached(ToroQuirk quirk) {
        return reached[quirk.ordinal()];
    }
}
