/**
 * How driver and device find each other: legacy PCI, modern PCI and MMIO (virtio 1.2 chapter 4). A driver uses a {@link
 * io.torosim.virtio.transport.VirtioTransport} over {@link io.torosim.virtio.transport.VirtioTransport.RegisterSpace}s; on the other side
 * of those sits a simulated device's register file, or a real machine.
 */
package io.torosim.virtio.transport;
