/**
 * A real monitor on this host, its CPU time, and how busy the host is otherwise. Start with
 * {@link io.torosim.experiment.real.host.RealMachine}.
 */
package io.torosim.experiment.real.host;
