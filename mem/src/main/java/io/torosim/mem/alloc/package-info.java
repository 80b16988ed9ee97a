/**
 * Allocators in guest memory. Start with {@link io.torosim.mem.alloc.GuestAllocator}; Toro's own is
 * {@link io.torosim.mem.alloc.ToroAllocator} with its defects as {@link io.torosim.mem.alloc.ToroAllocator.MemQuirk} switches and
 * {@link io.torosim.mem.alloc.PrivateHeaps} on top. {@code BuddyAllocator} and {@code SegregatedFitAllocator} are there to
 * compare with.
 */
package io.torosim.mem.alloc;
