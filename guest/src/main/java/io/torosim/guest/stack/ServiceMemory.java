package io.torosim.guest.stack;

import io.torosim.core.cost.CostModel;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.sched.GuestThread;
import org.jspecify.annotations.Nullable;

/**
 * What a dedicated card and the services on it have of the kernel's memory besides packets and connections (Network.pas): two tables of ports, and of each service its record and its listening
 * socket. Its thread's are the kernel's to take. Nothing of it is ever given back in a run, since Toro has no call that ends a service.
 *
 * <p>Where there is no memory Toro does without: the tables are written through nil, which nothing hinders; a service without record or thread is none (derived: nobody ran that); one without
 * a socket listens on no port. {@link StackCounters#withoutMemory} counts them all.
 */
final class ServiceMemory {
    /** Clearing the tables: a store for each of their pointers (Network.pas: {@code LocalNetworkInit}). */
    private static final int POINTER_BYTES = 8;
    /** In a service's record. */
    private static final int SERVER_SOCKET = 0;

    private final KernelHeap heap;
    private final CodeCosts code;
    private final StackCounters counters;
    private final long tableBytes;
    private final long serviceBytes;
    private final long stackBytes;

    ServiceMemory(KernelHeap heap, CodeCosts code, CostModel sizes, StackCounters counters) {
        this.heap = heap;
        this.code = code;
        this.counters = counters;
        this.tableBytes = sizes.count("toro.port_table");
        this.serviceBytes = sizes.count("toro.service_record");
        this.stackBytes = sizes.count("toro.network_stack");
    }

    /** The stack of the packet thread, and of a service's. */
    long stackBytes() {
        return stackBytes;
    }

    /** The two tables; returns how long it takes to get and to clear them. What would be in them is the services' own here. */
    long portTables() {
        get(tableBytes);
        get(tableBytes);
        return 2 * callPs() + code.ps(Routine.FILL_DWORDS, 2 * tableBytes / POINTER_BYTES);
    }

    /** A call of the allocator. */
    long callPs() {
        return code.ps(Routine.ALLOCATE, 1);
    }

    /** The record of a new service, 0 if there is no memory. */
    long service() {
        return get(serviceBytes);
    }

    /** The service has its thread, null if there was no memory for one: then its record is freed. Returns how long that takes. */
    long attach(Service service, @Nullable GuestThread thread) {
        if (thread == null) {
            counters.withoutMemory++;
            heap.free(0, service.record());
            return callPs();
        }
        heap.networkService(thread.recordAddress(), service.record());
        return 0;
    }

    /** The socket on which a service listens; false if there is no memory. */
    boolean listens(Service service) {
        long socket = get(TcpSocket.RECORD_BYTES);
        heap.memory().store64(service.record() + SERVER_SOCKET, socket);
        return socket != 0;
    }

    private long get(long bytes) {
        long block = heap.get(0, bytes);
        if (block == 0) {
            counters.withoutMemory++;
        }
        return block;
    }
}
