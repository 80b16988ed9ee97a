package io.torosim.virtio.driver;

/** Lets time pass while a driver waits for its device: runs the simulation on, halts the vCPU, or sleeps. */
@FunctionalInterface
public interface DeviceWait {
    /** A device that answers within its notification: nothing to wait for. */
    DeviceWait NONE = () -> {};

    /** Waits a little. */
    void await();
}
