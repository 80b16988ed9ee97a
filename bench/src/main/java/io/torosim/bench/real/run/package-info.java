/** Probe guests run on this host. Start with {@link io.torosim.bench.real.run.ProbeRun}. */
package io.torosim.bench.real.run;
