/**
 * Toro's virtio-net driver of 2018 in plain Java, defects included: start with {@link io.torosim.virtio.nic.ToroNetDriver}. On a machine the
 * same driver is guest code ({@code io.torosim.guest.driver}).
 */
package io.torosim.virtio.nic;
