/**
 * Drivers: {@link io.torosim.virtio.driver.VirtioHandshake} brings a device up, the others use it. They need guest memory
 * and a transport and nothing else, so they also drive devices that are not simulated. {@link
 * io.torosim.virtio.nic.ToroNetDriver} is Toro's of 2018, quirks included.
 */
package io.torosim.virtio.driver;
