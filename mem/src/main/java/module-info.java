/** The physical memory map, Toro's per-CPU allocator with its alternatives, and allocation traces to compare them. */
@SuppressWarnings("module") // the modules that inner packages are for come later
module io.torosim.mem {
    requires transitive io.torosim.core;
    requires it.unimi.dsi.fastutil;

    exports io.torosim.mem.alloc;
    exports io.torosim.mem.map;

    // inside the library
    exports io.torosim.mem.trace to
            io.torosim.guest,
            io.torosim.experiment;

    // for states of a run: core.state
    opens io.torosim.mem.alloc to
            io.torosim.core;
    opens io.torosim.mem.map to
            io.torosim.core;
    opens io.torosim.mem.trace to
            io.torosim.core;
}
