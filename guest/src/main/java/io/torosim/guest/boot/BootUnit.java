package io.torosim.guest.boot;

import io.torosim.core.code.GuestCode;

/**
 * What one unit of the kernel, or of what comes before it, does to initialise.
 *
 * @param name what is done
 * @param beforeKernel whether it lies before the first instruction of the kernel proper (KernelStart)
 * @param source where that is written
 * @param driver says what its duration comes from
 * @param code does it; called by the routine of the whole boot
 */
record BootUnit(String name, boolean beforeKernel, String source, Driver driver, GuestCode code) {
    /** Says, after a run, what the duration of a unit comes from. */
    @FunctionalInterface
    interface Driver {
        /** Returns the text for people. */
        String text(BootKernel kernel, long durationPs);
    }
}
