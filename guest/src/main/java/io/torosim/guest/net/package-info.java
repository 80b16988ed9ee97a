/** The simulated network: {@link io.torosim.guest.net.NetworkCard} and what travels over it. */
package io.torosim.guest.net;
