/** Network cards on a simulated machine: {@link io.torosim.guest.nic.GuestNic}. */
package io.torosim.guest.nic;
