/** Whole guests: Toro and Linux models, boot sequences, network and HTTP service. */
module io.torosim.guest {
    requires transitive io.torosim.core;
    requires transitive io.torosim.sched;
    requires it.unimi.dsi.fastutil;

    exports io.torosim.guest.boot;
    exports io.torosim.guest.linux;
    exports io.torosim.guest.load;
    exports io.torosim.guest.net;
    exports io.torosim.guest.toro;
}
