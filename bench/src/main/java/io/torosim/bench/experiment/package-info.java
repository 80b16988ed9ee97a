/**
 * The published measurements as experiments: a specification in, a result value out. Start with
 * {@link io.torosim.bench.experiment.Experiment} and {@link io.torosim.bench.experiment.ExperimentResult}.
 */
package io.torosim.bench.experiment;
