package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;

/** Makes the driver half under test; {@code DriverQueue::create} makes ours. */
@FunctionalInterface
public interface DriverFactory {
    /** Creates the half and initialises the ring. */
    DriverQueue create(GuestMemory memory, QueueLayout layout, long features);
}
