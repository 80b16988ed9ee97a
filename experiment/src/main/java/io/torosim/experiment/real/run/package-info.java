/** Probe guests run on this host. Start with {@link io.torosim.experiment.real.run.ProbeRun}. */
package io.torosim.experiment.real.run;
