/** What the model says of a probe guest. Start with {@link io.torosim.experiment.real.model.Prediction}. */
package io.torosim.experiment.real.model;
