/** All experiments by name: {@link io.torosim.experiment.catalog.Experiments}. */
package io.torosim.experiment.catalog;
