package io.torosim.guest.boot;

/**
 * One phase of a boot.
 *
 * @param name what is done
 * @param durationPs how long it takes on the machine
 * @param beforeKernel whether it lies before the first instruction of the kernel proper (KernelStart)
 * @param driver what the duration was computed from
 * @param source where that is written
 */
public record BootPhase(String name, long durationPs, boolean beforeKernel, String driver, String source) {}
