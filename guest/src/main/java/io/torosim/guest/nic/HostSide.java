package io.torosim.guest.nic;

import io.torosim.virtio.profile.DeviceProfile;

/**
 * What the host offers behind a virtio-net card; the size is that of a legacy card's queues, since with a modern one the driver chooses.
 *
 * @param queueSize descriptors of each queue, a power of two in [4, 256]
 * @param anyOrder whether receive buffers may come back in another order than they were posted in, as the specification allows; on a machine
 *     with surprises it happens
 */
public record HostSide(int queueSize, boolean anyOrder) {
    private static final int USUAL_QUEUE = 256;

    /** Checks the size. */
    public HostSide {
        if (queueSize < 4 || queueSize > USUAL_QUEUE || Integer.bitCount(queueSize) != 1) {
            throw new IllegalArgumentException("queueSize must be a power of two in [4, 256], queueSize=" + queueSize);
        }
    }

    /** Returns QEMU's: 256 descriptors, in order. */
    public static HostSide usual() {
        return new HostSide(USUAL_QUEUE, false);
    }

    DeviceProfile profile() {
        return queueSize == USUAL_QUEUE
                ? DeviceProfile.LEGACY_ONLY
                : DeviceProfile.LEGACY_ONLY.with("legacy-" + queueSize, queueSize);
    }
}
