/** Split and packed virtqueues, transports, devices and drivers. */
module io.torosim.virtio {
    requires transitive io.torosim.core;
}
