/**
 * Tests for drivers of a device type, a layer above the rings: {@link io.torosim.virtio.requests.DriverExam} runs a driver of
 * yours at devices that lie or are late ({@link io.torosim.virtio.requests.Lie}) and compares with a reference model.
 */
package io.torosim.virtio.requests;
