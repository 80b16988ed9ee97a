package io.torosim.guest.stack;

import io.torosim.guest.wire.Ipv4;

/**
 * The addresses of a network card, as given to {@code DedicateNetwork}.
 *
 * @param ip its own
 * @param gateway where packets go that leave the subnet
 * @param mask of the subnet
 */
public record StackAddresses(int ip, int gateway, int mask) {
    /** Returns those of all examples: 192.100.200.100/24 behind 192.100.200.1. */
    public static StackAddresses examples() {
        return new StackAddresses(
                Ipv4.address(192, 100, 200, 100), Ipv4.address(192, 100, 200, 1), Ipv4.address(255, 255, 255, 0));
    }
}
