/**
 * Recorded sequences of requests, and a comparison of allocators on them. Start with
 * {@link io.torosim.mem.trace.AllocatorComparison}; {@link io.torosim.mem.trace.AllocationTrace} reads a trace.
 */
package io.torosim.mem.trace;
