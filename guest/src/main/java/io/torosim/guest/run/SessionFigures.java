package io.torosim.guest.run;

import io.torosim.guest.app.GuestSession;
import io.torosim.guest.heap.KernelHeap;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What an application's session says of itself, whoever its clients are. */
final class SessionFigures {
    private SessionFigures() {}

    /** Returns the most bytes of the kernel's heap that were in use; empty if the application has none. */
    static OptionalLong heapHighWaterBytes(GuestSession session) {
        return session.heap().stream().mapToLong(KernelHeap::highWaterBytes).findFirst();
    }

    /** Returns the connections that it has now; empty if it has no network stack. */
    static OptionalInt connections(GuestSession session) {
        return session.stack().isPresent() ? OptionalInt.of(session.sockets().size()) : OptionalInt.empty();
    }
}
