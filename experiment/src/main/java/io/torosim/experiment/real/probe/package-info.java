/**
 * Guests that show one idle policy on a real monitor, and nothing else: assembled when they are needed. Start with
 * {@link io.torosim.experiment.real.probe.ProbeSpec} and {@link io.torosim.experiment.real.probe.ProbeGuest}.
 */
package io.torosim.experiment.real.probe;
