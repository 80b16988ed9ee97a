/** Ports, memory-mapped registers and interrupt lines: how guest code and devices meet. Start with {@link io.torosim.core.bus.Bus}. */
package io.torosim.core.bus;
