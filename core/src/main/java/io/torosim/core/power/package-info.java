/**
 * The host's power: {@link io.torosim.core.power.HostCpus.HostClock} and {@link io.torosim.core.power.HostCpus.HostSleep} choose P-states and C-states
 * and make the guest feel them, {@link io.torosim.core.power.PowerMeter} measures energy and residency on the trace.
 */
package io.torosim.core.power;
