/**
 * The model held against a real QEMU on this host, and this host measured for the model. Start with
 * {@link io.torosim.experiment.real.CpuComparison} and {@link io.torosim.experiment.real.Calibration}. This is where the
 * project meets the wall clock; nothing of it reaches a simulation but a {@link io.torosim.core.host.HostProfile}.
 */
package io.torosim.experiment.real;
