/** Captures of simulated wires for Wireshark: start with {@link io.torosim.virtio.pcapng.PcapngWriter}. */
package io.torosim.virtio.pcapng;
