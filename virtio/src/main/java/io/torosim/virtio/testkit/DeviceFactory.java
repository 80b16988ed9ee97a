package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.QueueLayout;

/** Makes the device half under test; {@code DeviceQueue::create} makes ours. */
@FunctionalInterface
public interface DeviceFactory {
    /** Creates the half. */
    DeviceQueue create(GuestMemory memory, QueueLayout layout, long features);
}
