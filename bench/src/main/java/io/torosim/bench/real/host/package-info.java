/**
 * A real monitor on this host, its CPU time, and how busy the host is otherwise. Start with
 * {@link io.torosim.bench.real.host.RealMachine}.
 */
package io.torosim.bench.real.host;
