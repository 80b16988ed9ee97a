package io.torosim.mem.trace;

import io.torosim.core.memory.SparseRam;
import io.torosim.mem.alloc.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator;
import io.torosim.mem.alloc.MemQuirk;
import io.torosim.mem.alloc.MemoryAreas;
import io.torosim.mem.alloc.ToroAllocator;

/** The allocators that come with the library, by name. */
public enum AllocatorChoice {
    /** Toro's, with the defects of 2018-08-25. */
    TORO_2018("Toro 2018"),
    /** Toro's, without them. */
    TORO_REPAIRED("Toro repaired"),
    /** Binary buddies. */
    BUDDY("Buddy"),
    /** Two-level segregated fit. */
    SEGREGATED_FIT("Segregated fit");

    private final String title;

    AllocatorChoice(String title) {
        this.title = title;
    }

    /** Returns the name for a reader. */
    public String title() {
        return title;
    }

    /** Creates the allocator and prepares its areas. */
    public GuestAllocator create(SparseRam ram, MemoryAreas areas, AllocatorCosts costs) {
        return switch (this) {
            case TORO_2018 -> new ToroAllocator(ram, areas, MemQuirk.toro2018(), costs);
            case TORO_REPAIRED -> new ToroAllocator(ram, areas, MemQuirk.repaired(), costs);
            case BUDDY -> GuestAllocator.buddy(ram, areas, costs);
            case SEGREGATED_FIT -> GuestAllocator.segregatedFit(ram, areas, costs);
        };
    }
}
