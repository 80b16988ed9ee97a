package io.torosim.virtio.qtest;

/**
 * Something that the simulated device and QEMU did not do alike.
 *
 * @param where step or request
 * @param simulated what the simulated device did
 * @param real what QEMU did
 * @param explanation the known deviation of QEMU that explains it, or null
 */
public record Difference(String where, String simulated, String real, QemuDeviation explanation) {}
