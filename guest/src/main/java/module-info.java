/** Whole guests: Toro and Linux models, boot sequences, network and HTTP service. */
@SuppressWarnings("module") // the modules that inner packages are for come later
module io.torosim.guest {
    requires transitive io.torosim.core;
    requires transitive io.torosim.fat;
    requires transitive io.torosim.mem;
    requires transitive io.torosim.sched;
    requires transitive io.torosim.virtio;
    requires it.unimi.dsi.fastutil;

    exports io.torosim.guest.app;
    exports io.torosim.guest.boot;
    exports io.torosim.guest.device;
    exports io.torosim.guest.idle;
    exports io.torosim.guest.load;
    exports io.torosim.guest.run;
    exports io.torosim.guest.spec;

    // inside the library
    exports io.torosim.guest.code to
            io.torosim.experiment;
    exports io.torosim.guest.console to
            io.torosim.experiment;
    exports io.torosim.guest.disk to
            io.torosim.experiment;
    exports io.torosim.guest.driver to
            io.torosim.experiment;
    exports io.torosim.guest.fs to
            io.torosim.experiment;
    exports io.torosim.guest.hazard to
            io.torosim.experiment;
    exports io.torosim.guest.heap to
            io.torosim.experiment;
    exports io.torosim.guest.linux to
            io.torosim.experiment;
    exports io.torosim.guest.nic to
            io.torosim.experiment;
    exports io.torosim.guest.program to
            io.torosim.experiment;
    exports io.torosim.guest.remote to
            io.torosim.experiment;
    exports io.torosim.guest.stack to
            io.torosim.experiment;
    exports io.torosim.guest.wire to
            io.torosim.experiment;

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
    opens io.torosim.guest.nic to
            io.torosim.core;
    opens io.torosim.guest.program to
            io.torosim.core;
    opens io.torosim.guest.remote to
            io.torosim.core;
    opens io.torosim.guest.run to
            io.torosim.core;
    opens io.torosim.guest.spec to
            io.torosim.core;
    opens io.torosim.guest.stack to
            io.torosim.core;
    opens io.torosim.guest.wire to
            io.torosim.core;
}
