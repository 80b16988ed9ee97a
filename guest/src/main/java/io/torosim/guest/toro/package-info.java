/** Whole Toro guests: {@link io.torosim.guest.toro.ToroHttpGuest}. */
package io.torosim.guest.toro;
