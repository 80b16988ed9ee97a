/**
 * The device's side: {@link io.torosim.virtio.device.VirtioDevice} is the state machine that all devices share, a {@link
 * io.torosim.virtio.device.DeviceModel} what makes it a disk or a network card.
 */
package io.torosim.virtio.device;
