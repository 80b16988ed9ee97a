package io.torosim.virtio.qtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one script is about: a device behind an interface, and the seed of all that its driver does.
 *
 * @param device the device
 * @param way the interface
 * @param seed of the script
 * @param steps how many
 */
record Scenario(Device device, Way way, long seed, int steps) {
    /** The devices, in the order in which QEMU is given them. */
    enum Device {
        BLK,
        BLK_READ_ONLY,
        ENTROPY,
        NET,
        CONSOLE
    }

    /** Returns every device behind every interface. */
    static List<Scenario> all(long seed, int steps) {
        List<Scenario> all = new ArrayList<>();
        for (Way way : Way.values()) {
            for (Device device : Device.values()) {
                all.add(new Scenario(device, way, seed, steps));
            }
        }
        return all;
    }

    Scenario seed(long newSeed) {
        return new Scenario(device, way, newSeed, steps);
    }

    /** Returns device and interface in words. */
    String place() {
        return (device + " on " + way).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return place() + ", seed " + seed;
    }
}
