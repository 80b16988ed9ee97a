/** What the compiler's optimisation does to file serving: {@link io.torosim.bench.o2.OptimisationExperiment}. */
package io.torosim.bench.o2;
