/** Guest-physical memory: start with {@link io.torosim.core.memory.GuestMemory}. */
package io.torosim.core.memory;
