package io.torosim.virtio.qtest;

/**
 * Something that the simulated device and QEMU did not do alike.
 *
 * @param where which script, and the line of what its driver saw
 * @param simulated what the simulated device did
 * @param real what QEMU did
 */
public record Difference(String where, String simulated, String real) {
    @Override
    public String toString() {
        return where + "\n  simulated: " + simulated + "\n  QEMU:      " + real;
    }
}
