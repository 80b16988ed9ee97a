package io.torosim.experiment.boot;

import io.torosim.core.cost.CostModel;

/**
 * What the boot experiment is to simulate.
 *
 * @param vcpus cores, in [1, 8]; the published figure is for 1
 * @param ramMib memory in MiB, in [16, 1048576]
 * @param tscHz clock rate of the host, in [10^8, 10^10]
 * @param costs cost model
 */
public record BootSpec(int vcpus, int ramMib, long tscHz, CostModel costs) {}
