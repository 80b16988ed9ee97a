/** The comparison of allocators on recorded traces: {@link io.torosim.experiment.mem.FragmentationExperiment}. */
package io.torosim.experiment.mem;
