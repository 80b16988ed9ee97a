/** What was published or measured of Toro after 2018: {@link io.torosim.experiment.later.LaterExperiment}. */
package io.torosim.experiment.later;
