/** Simulated time as exact integer picoseconds: {@link io.torosim.core.time.Picos}. */
package io.torosim.core.time;
