package io.torosim.guest.heap;

import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.sched.ToroKernel.ThreadMemory;

/**
 * What a thread has of the kernel's memory (Process.pas: {@code ThreadCreate}, {@code ThreadExit}): its record, its stack, its thread variables and its private heap, blocks of the core that executes
 * {@code ThreadCreate}. What the record says of the others is in guest memory, and what is freed is what it says then.
 *
 * <p>{@code ThreadCreate} asks for them in that order; without a record, a stack or room for its variables it frees what it has and returns nil. That it got no private heap it does not look at: such a
 * thread has none. {@code ThreadExit} releases the heap, then frees variables, stack and record, while it still runs on that stack. Each request and each release is one call of the allocator
 * ({@link Routine#ALLOCATE}), as for packets.
 *
 * <pre>
 *   0 ThreadID (8) | 56 PrivateHeap (8) | 96 TLS (8) | 104 StackAddress (8) | 112 StackSize (8) | 144 NetworkService (8) | 160 end
 * </pre>
 *
 * <p>Names and order are Toro's; the places follow from the natural alignment of all fields in that order, which comes to the 160 bytes of the record. The other fields are the scheduler's and not in guest memory, nor is
 * what a thread keeps on its stack: a handler that takes the stack's block while {@code ThreadExit} still runs on it overwrites nothing here.
 */
final class ThreadBlocks implements ThreadMemory {
    static final int THREAD_ID = 0;
    static final int PRIVATE_HEAP = 56;
    static final int TLS = 96;
    static final int STACK_ADDRESS = 104;
    static final int STACK_SIZE = 112;
    static final int NETWORK_SERVICE = 144;

    private final KernelHeap heap;
    private final GuestMemory memory;
    private final CodeCosts code;
    private final long recordBytes;
    private int calls;

    ThreadBlocks(KernelHeap heap, GuestMemory memory, CodeCosts code, long recordBytes) {
        this.heap = heap;
        this.memory = memory;
        this.code = code;
        this.recordBytes = recordBytes;
    }

    @Override
    public long take(int core, long stackBytes, long threadVarBytes) {
        calls = 0;
        long record = get(core, recordBytes);
        if (record == 0) {
            return 0;
        }
        long stack = get(core, stackBytes);
        if (stack == 0) {
            free(core, record);
            return 0;
        }
        long variables = threadVarBytes == 0 ? 0 : get(core, threadVarBytes);
        if (variables == 0 && threadVarBytes != 0) {
            free(core, stack);
            free(core, record);
            return 0;
        }
        calls++;
        memory.store64(record + PRIVATE_HEAP, heap.getPrivateHeap(core));
        memory.store64(record + THREAD_ID, record);
        memory.store64(record + TLS, variables);
        memory.store64(record + STACK_ADDRESS, stack);
        memory.store64(record + STACK_SIZE, stackBytes);
        memory.store64(record + NETWORK_SERVICE, 0);
        return record;
    }

    @Override
    public void giveBack(int core, long record) {
        calls = 0;
        long privateHeap = memory.load64(record + PRIVATE_HEAP);
        if (privateHeap != 0) {
            calls++;
            heap.freePrivateHeap(core, privateHeap);
        }
        free(core, memory.load64(record + TLS));
        free(core, memory.load64(record + STACK_ADDRESS));
        free(core, record);
    }

    @Override
    public long spentPs() {
        return calls * code.ps(Routine.ALLOCATE, 1);
    }

    private long get(int core, long bytes) {
        calls++;
        return heap.get(core, bytes);
    }

    private void free(int core, long block) {
        if (block != 0) {
            calls++;
            heap.free(core, block);
        }
    }
}
