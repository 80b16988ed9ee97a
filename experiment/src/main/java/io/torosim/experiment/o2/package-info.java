/** What the compiler's optimisation does to file serving: {@link io.torosim.experiment.o2.OptimisationExperiment}. */
package io.torosim.experiment.o2;
