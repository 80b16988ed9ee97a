/** Split and packed virtqueues, transports, devices and drivers. */
@SuppressWarnings("module") // the modules that inner packages are for come later
module io.torosim.virtio {
    requires transitive io.torosim.core;

    exports io.torosim.virtio.device;
    exports io.torosim.virtio.driver;
    exports io.torosim.virtio.profile;
    exports io.torosim.virtio.queue;
    exports io.torosim.virtio.requests;
    exports io.torosim.virtio.testkit;
    exports io.torosim.virtio.transport;
    exports io.torosim.virtio.vsock;
    exports io.torosim.virtio;

    // inside the library
    exports io.torosim.virtio.layout to
            io.torosim.guest;
    exports io.torosim.virtio.nic to
            io.torosim.guest;
    exports io.torosim.virtio.pcapng to
            io.torosim.guest;

    // for states of a run: core.state
    opens io.torosim.virtio to
            io.torosim.core;
    opens io.torosim.virtio.device to
            io.torosim.core;
    opens io.torosim.virtio.driver to
            io.torosim.core;
    opens io.torosim.virtio.layout to
            io.torosim.core;
    opens io.torosim.virtio.nic to
            io.torosim.core;
    opens io.torosim.virtio.pcapng to
            io.torosim.core;
    opens io.torosim.virtio.profile to
            io.torosim.core;
    opens io.torosim.virtio.qtest to
            io.torosim.core;
    opens io.torosim.virtio.queue to
            io.torosim.core;
    opens io.torosim.virtio.requests to
            io.torosim.core;
    opens io.torosim.virtio.testkit to
            io.torosim.core;
    opens io.torosim.virtio.transport to
            io.torosim.core;
    opens io.torosim.virtio.vsock to
            io.torosim.core;
}
