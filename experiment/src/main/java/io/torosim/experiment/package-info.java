/**
 * The published measurements as experiments: a specification in, a result value out. Start with
 * {@link io.torosim.experiment.Experiment} and {@link io.torosim.experiment.ExperimentResult}.
 */
package io.torosim.experiment;
