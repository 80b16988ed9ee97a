/** How a Toro kernel comes to run: {@link io.torosim.guest.boot.BootSequence}. */
package io.torosim.guest.boot;
