/**
 * Split and packed virtqueues, byte for byte in guest memory (virtio 1.2 sections 2.6 to 2.8). Start with {@link
 * io.torosim.virtio.queue.QueueLayout} (where a ring lies), {@link io.torosim.virtio.queue.DriverQueue} and {@link
 * io.torosim.virtio.queue.DeviceQueue} (its two halves). The halves share nothing but guest memory: either can be
 * replaced by another implementation.
 */
package io.torosim.virtio.queue;
