package io.torosim.guest.boot;

import java.util.ArrayList;
import java.util.List;

/**
 * What one unit of the kernel, or of what comes before it, does to initialise: steps, one after the other.
 *
 * @param name what is done
 * @param beforeKernel whether it lies before the first instruction of the kernel proper (KernelStart)
 * @param source where that is written
 * @param driver says what its duration comes from
 * @param steps what is done, in order
 */
record BootUnit(String name, boolean beforeKernel, String source, Driver driver, List<BootStep> steps) {
    /** Says, after a run, what the duration of a unit comes from. */
    @FunctionalInterface
    interface Driver {
        /** Returns the text for people. */
        String text(BootKernel kernel, long durationPs);
    }

    BootUnit {
        steps = List.copyOf(steps);
    }

    /** A unit whose text does not depend on the run. */
    static BootUnit of(String name, boolean beforeKernel, String source, String driver, List<BootStep> steps) {
        return new BootUnit(name, beforeKernel, source, (kernel, ps) -> driver, steps);
    }

    /** Returns this with a step before the others. */
    BootUnit after(BootStep first) {
        List<BootStep> all = new ArrayList<>(steps);
        all.add(0, first);
        return new BootUnit(name, beforeKernel, source, driver, all);
    }
}
