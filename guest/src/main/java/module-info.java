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

    // for states of a run: core.state
    opens io.torosim.guest.app to
            io.torosim.core;
    opens io.torosim.guest.boot to
            io.torosim.core;
    opens io.torosim.guest.code to
            io.torosim.core;
    opens io.torosim.guest.console to
            io.torosim.core;
    opens io.torosim.guest.device to
            io.torosim.core;
    opens io.torosim.guest.disk to
            io.torosim.core;
    opens io.torosim.guest.driver to
            io.torosim.core;
    opens io.torosim.guest.fs to
            io.torosim.core;
    opens io.torosim.guest.hazard to
            io.torosim.core;
    opens io.torosim.guest.heap to
            io.torosim.core;
    opens io.torosim.guest.idle to
            io.torosim.core;
    opens io.torosim.guest.linux to
            io.torosim.core;
    opens io.torosim.guest.load to
            io.torosim.core;
    opens io.torosim.guest.net to
            io.torosim.core;
    opens io.torosim.guest.nic to
            io.torosim.core;
    opens io.torosim.guest.program to
            io.torosim.core;
    opens io.torosim.guest.remote to
            io.torosim.core;
    opens io.torosim.guest.run to
            io.torosim.core;
    opens io.torosim.guest.stack to
            io.torosim.core;
    opens io.torosim.guest.wire to
            io.torosim.core;
}
