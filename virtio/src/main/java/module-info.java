/** Split and packed virtqueues, transports, devices and drivers. */
module io.torosim.virtio {
    requires transitive io.torosim.core;

    exports io.torosim.virtio;
    exports io.torosim.virtio.device;
    exports io.torosim.virtio.driver;
    exports io.torosim.virtio.nic;
    exports io.torosim.virtio.pcapng;
    exports io.torosim.virtio.profile;
    exports io.torosim.virtio.qtest;
    exports io.torosim.virtio.queue;
    exports io.torosim.virtio.requests;
    exports io.torosim.virtio.testkit;
    exports io.torosim.virtio.transport;
    exports io.torosim.virtio.vsock;
}
