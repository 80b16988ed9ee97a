/** Energy, P-states, C-states and wake-up latencies, measured on a trace: start with {@link io.torosim.core.power.PowerMeter}. */
package io.torosim.core.power;
