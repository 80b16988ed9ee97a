/** Whole guests: Toro and Linux models, boot sequences, network and HTTP service. */
module io.torosim.guest {
    requires transitive io.torosim.core;
    requires transitive io.torosim.mem;
    requires transitive io.torosim.sched;
    requires transitive io.torosim.virtio;
    requires transitive io.torosim.fat;
}
