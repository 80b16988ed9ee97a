package io.torosim.guest.boot;

import io.torosim.core.machine.ExitCause;
import java.util.Map;

/**
 * One phase of a boot, as a run has measured it.
 *
 * @param name what is done
 * @param durationPs how long it took
 * @param beforeKernel whether it lies before the first instruction of the kernel proper (KernelStart)
 * @param driver what the duration comes from
 * @param source where that is written
 * @param exits how often the boot processor left guest mode, by cause, where it did; those of the firmware are not known
 */
public record BootPhase(
        String name, long durationPs, boolean beforeKernel, String driver, String source, Map<ExitCause, Long> exits) {
    /** Returns how often the boot processor left guest mode. */
    public long exitCount() {
        return exits.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the number of port accesses, whoever answers them. */
    public long portAccesses() {
        return exits.getOrDefault(ExitCause.PIO, 0L) + exits.getOrDefault(ExitCause.PIC, 0L);
    }
}
