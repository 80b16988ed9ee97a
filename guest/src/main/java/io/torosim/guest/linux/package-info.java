/** A small model of a Linux guest: {@link io.torosim.guest.linux.LinuxHttpGuest}. */
package io.torosim.guest.linux;
