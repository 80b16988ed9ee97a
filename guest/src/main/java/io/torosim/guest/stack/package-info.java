/**
 * Toro's network stack of 2018 (Network.pas), byte for byte: {@link io.torosim.guest.stack.ToroStack} with ARP, IP, ICMP and
 * TCP, {@link io.torosim.guest.stack.ServiceHandler} for the programs above it, {@link
 * io.torosim.guest.stack.NetworkQuirk} for its defects.
 */
package io.torosim.guest.stack;
