package io.torosim.experiment;

/**
 * One phase of a boot.
 *
 * @param path which way of booting, such as {@code "QEMU-Lite"}
 * @param phase name of the phase
 * @param millis simulated duration
 * @param share fraction of the whole boot, in [0, 1]
 * @param driver what it was computed from, such as {@code "656 PIO x 3.0 us"}
 * @param source where the figures come from
 */
public record PhaseRow(String path, String phase, double millis, double share, String driver, String source) {}
