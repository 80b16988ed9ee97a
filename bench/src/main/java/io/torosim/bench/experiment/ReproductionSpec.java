package io.torosim.bench.experiment;

/**
 * What a specification file says, defaults filled in.
 *
 * @param cpuUsage the CPU usage experiment
 * @param boot the boot experiment
 */
public record ReproductionSpec(CpuUsageSpec cpuUsage, BootSpec boot) {}
