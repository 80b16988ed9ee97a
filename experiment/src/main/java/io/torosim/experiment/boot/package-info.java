/** Boot time by path and phase: {@link io.torosim.experiment.boot.BootExperiment}. */
package io.torosim.experiment.boot;
