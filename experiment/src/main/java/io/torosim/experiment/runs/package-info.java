/** Runs of one experiment side by side ({@link io.torosim.experiment.runs.IndependentRuns}). */
package io.torosim.experiment.runs;
