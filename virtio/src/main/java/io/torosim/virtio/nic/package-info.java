/**
 * Three network cards as Toro's drivers of 2018 used them, register access for register access: start with {@link
 * io.torosim.virtio.nic.NicComparison}.
 */
package io.torosim.virtio.nic;
