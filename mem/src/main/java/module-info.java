/** The physical memory map, Toro's per-CPU allocator with its alternatives, and allocation traces to compare them. */
module io.torosim.mem {
    requires transitive io.torosim.core;
    requires it.unimi.dsi.fastutil;

    exports io.torosim.mem.alloc;
    exports io.torosim.mem.map;
    exports io.torosim.mem.trace;

    // for states of a run: core.state
    opens io.torosim.mem.alloc to
            io.torosim.core;
    opens io.torosim.mem.map to
            io.torosim.core;
    opens io.torosim.mem.trace to
            io.torosim.core;
}
