/** Energy of idle policies: {@link io.torosim.experiment.power.PowerExperiment}. */
package io.torosim.experiment.power;
