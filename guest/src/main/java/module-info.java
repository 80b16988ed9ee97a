/** Whole guests: Toro and Linux models, boot sequences, network and HTTP service. */
module io.torosim.guest {
    requires transitive io.torosim.core;
    requires transitive io.torosim.fat;
    requires transitive io.torosim.mem;
    requires transitive io.torosim.sched;
    requires transitive io.torosim.virtio;
    requires it.unimi.dsi.fastutil;

    exports io.torosim.guest.app;
    exports io.torosim.guest.boot;
    exports io.torosim.guest.code;
    exports io.torosim.guest.device;
    exports io.torosim.guest.console;
    exports io.torosim.guest.disk;
    exports io.torosim.guest.driver;
    exports io.torosim.guest.fs;
    exports io.torosim.guest.hazard;
    exports io.torosim.guest.heap;
    exports io.torosim.guest.idle;
    exports io.torosim.guest.linux;
    exports io.torosim.guest.load;
    exports io.torosim.guest.net;
    exports io.torosim.guest.nic;
    exports io.torosim.guest.program;
    exports io.torosim.guest.remote;
    exports io.torosim.guest.run;
    exports io.torosim.guest.stack;
    exports io.torosim.guest.wire;
}
