/** Real virtio devices of QEMU, reached over its qtest socket: start with {@link io.torosim.virtio.qtest.QemuMachine}. */
package io.torosim.virtio.qtest;
