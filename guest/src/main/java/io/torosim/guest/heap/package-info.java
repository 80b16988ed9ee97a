/** The kernel's memory in the machine's RAM: {@link io.torosim.guest.heap.KernelHeap}. */
package io.torosim.guest.heap;
