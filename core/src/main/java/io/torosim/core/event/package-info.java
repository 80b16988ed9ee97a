/** The clock and the pending events: start with {@link io.torosim.core.event.Simulation}. */
package io.torosim.core.event;
