package io.torosim.experiment.spec;

import io.torosim.experiment.boot.BootSpec;
import io.torosim.experiment.cpu.CpuUsageSpec;

/**
 * What a specification file says, defaults filled in.
 *
 * @param cpuUsage the CPU usage experiment
 * @param boot the boot experiment
 */
public record ReproductionSpec(CpuUsageSpec cpuUsage, BootSpec boot) {}
