/** The physical memory map and Toro's per-CPU allocator. */
module io.torosim.mem {
    requires transitive io.torosim.core;
}
