/**
 * Guest-physical memory. Start with {@link io.torosim.core.memory.GuestMemory}, what drivers and devices are written
 * against, and {@link io.torosim.core.memory.SparseRam}, which most machines use. {@code GuestAddressSpace} adds
 * memory-mapped I/O, {@code WriteTracingMemory} shows who wrote where, {@code StoreBuffers} finds missing barriers.
 */
package io.torosim.core.memory;
