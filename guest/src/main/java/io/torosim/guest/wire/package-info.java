/**
 * What travels between guest and host, byte for byte: {@link io.torosim.guest.wire.Link} carries frames with loss, delay
 * and reordering; {@link io.torosim.guest.wire.Ethernet}, {@link io.torosim.guest.wire.Arp}, {@link
 * io.torosim.guest.wire.Ipv4}, {@link io.torosim.guest.wire.Icmp} and {@link io.torosim.guest.wire.Tcp} say what is in them.
 */
package io.torosim.guest.wire;
