/**
 * What a run is to simulate, as typed values by key: {@link io.torosim.experiment.spec.Specification} over
 * {@link io.torosim.experiment.spec.Keys}. A new key is a line there, its use in an experiment, and a line in
 * {@code specs/default.toml}.
 */
package io.torosim.experiment.spec;
