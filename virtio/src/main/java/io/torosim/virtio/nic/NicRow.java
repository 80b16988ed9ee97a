package io.torosim.virtio.nic;

/**
 * One card at one packet size and rate.
 *
 * @param card which card and driver
 * @param frameBytes size of each frame, without preamble and checksum
 * @param offeredPerSecond packets a second that arrived
 * @param answeredPerSecond answers a second that left, over the time it took to answer the last
 * @param dropped packets that the card had no room for
 * @param cpuPsPerPacket vCPU time for one answered packet, in picoseconds
 * @param busyPermille share of time in which the vCPU worked, in thousandths
 * @param exitsPerThousand exits for a thousand answered packets
 * @param interruptsPerThousand interrupts for a thousand answered packets
 * @param copiedBytesPerPacket bytes copied by the driver for one answered packet
 * @param meanLatencyPs mean time from arrival to answer
 * @param p99LatencyPs 99th percentile of it
 */
public record NicRow(
        String card,
        int frameBytes,
        long offeredPerSecond,
        long answeredPerSecond,
        long dropped,
        long cpuPsPerPacket,
        long busyPermille,
        long exitsPerThousand,
        long interruptsPerThousand,
        long copiedBytesPerPacket,
        long meanLatencyPs,
        long p99LatencyPs) {}
