/**
 * virtio-vsock (virtio 1.2 section 5.10): byte streams between a guest and its host. Start with {@link
 * io.torosim.virtio.vsock.VsockDevice} and {@link io.torosim.virtio.vsock.VsockDriver}; what both ends do with a stream is one
 * {@link io.torosim.virtio.vsock.VsockEndpoint}, and {@link io.torosim.virtio.vsock.VsockDevice.VsockChecker} holds others to the credit
 * rules.
 */
package io.torosim.virtio.vsock;
