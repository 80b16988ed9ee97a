package io.torosim.virtio.requests;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an exam of a device has found.
 *
 * @param failure what the device did wrong and the shortest script that shows it, or null
 * @param scripts how many scripts were run, the failing one included
 * @param steps how many steps of each kind were taken, by the first word of their text; a kind that is not here was not tried
 * @param cause what came out of the device, with its trace, if that is what is wrong, or null
 */
public record DeviceReport(String failure, int scripts, Map<String, Integer> steps, Throwable cause) {
    /** Copies the map. */
    public DeviceReport {
        steps = Collections.unmodifiableMap(new TreeMap<>(steps));
    }

    /** Returns whether the device did something wrong. */
    public boolean failed() {
        return failure != null;
    }

    /**
     * Fails as a test does.
     *
     * @throws AssertionError with the failure, if there is one; its cause is what came out of the device, if something did
     */
    public void verify() {
        if (failed()) {
            throw new AssertionError(failure, cause);
        }
    }

    @Override
    public String toString() {
        return failed() ? failure : scripts + " scripts, nothing wrong; steps: " + steps;
    }
}
