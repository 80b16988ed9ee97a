/** The comparison of allocators on recorded traces: {@link io.torosim.bench.mem.FragmentationExperiment}. */
package io.torosim.bench.mem;
