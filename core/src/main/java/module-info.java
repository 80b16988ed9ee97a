/**
 * Simulated time and events, random streams, traces, vCPUs and interrupts, the cost model, guest memory and block
 * devices.
 */
@SuppressWarnings("module") // the modules that an inner package is for come later
module io.torosim.core {
    requires com.google.common;
    requires it.unimi.dsi.fastutil;
    requires HdrHistogram;
    requires org.apache.commons.statistics.distribution;
    requires static transitive org.jspecify;

    exports io.torosim.core.block;
    exports io.torosim.core.bus;
    exports io.torosim.core.choice;
    exports io.torosim.core.code;
    exports io.torosim.core.cost;
    exports io.torosim.core.defect;
    exports io.torosim.core.direct;
    exports io.torosim.core.event;
    exports io.torosim.core.explore;
    exports io.torosim.core.host;
    exports io.torosim.core.machine;
    exports io.torosim.core.memory;
    exports io.torosim.core.power;
    exports io.torosim.core.random;
    exports io.torosim.core.replay;
    exports io.torosim.core.state;
    exports io.torosim.core.stats;
    exports io.torosim.core.time;
    exports io.torosim.core.trace;

    // inside the library
    exports io.torosim.core.fields to
            io.torosim.sched;
    exports io.torosim.core.file to
            io.torosim.guest,
            io.torosim.sweep;
    exports io.torosim.core.process to
            io.torosim.virtio,
            io.torosim.experiment;
}
