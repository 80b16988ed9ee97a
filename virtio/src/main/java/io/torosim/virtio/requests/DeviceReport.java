package io.torosim.virtio.requests;

/**
 * What an exam of a device has found.
 *
 * @param failure what the device did wrong and the shortest script that shows it, or null
 * @param scripts how many scripts were run, the failing one included
 */
public record DeviceReport(String failure, int scripts) {
    /** Returns whether the device did something wrong. */
    public boolean failed() {
        return failure != null;
    }

    /**
     * Fails as a test does.
     *
     * @throws AssertionError with the failure, if there is one
     */
    public void verify() {
        if (failed()) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public String toString() {
        return failed() ? failure : scripts + " scripts, nothing wrong";
    }
}
