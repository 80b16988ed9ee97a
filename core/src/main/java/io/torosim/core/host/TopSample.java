package io.torosim.core.host;

/**
 * One line of {@code top} about the QEMU process.
 *
 * @param startPs beginning of the interval
 * @param endPs when the sample was taken
 * @param cpuPercent the %CPU column, one decimal
 * @param threadPercent the exact share of each thread, vCPUs first, then the main loop; 100 = one CPU
 */
public record TopSample(long startPs, long endPs, double cpuPercent, double[] threadPercent) {}
