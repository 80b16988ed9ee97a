/**
 * Tests a layer above the rings: {@link io.torosim.virtio.requests.DriverExam} runs a driver of yours at devices that lie or are
 * late ({@link io.torosim.virtio.requests.Lie}), {@link io.torosim.virtio.requests.DeviceExam} runs scripts of requests at a
 * device model of yours; both compare with a reference model.
 */
package io.torosim.virtio.requests;
