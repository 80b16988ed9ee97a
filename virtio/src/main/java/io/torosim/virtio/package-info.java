/**
 * Words that all of virtio shares: {@link io.torosim.virtio.VirtioFeatures}, {@link io.torosim.virtio.layout.VirtioStatus} and
 * the numbered {@link io.torosim.virtio.Rule}s. Start with {@code io.torosim.virtio.queue} for rings and with {@code
 * io.torosim.virtio.testkit} for testing your own.
 */
package io.torosim.virtio;
