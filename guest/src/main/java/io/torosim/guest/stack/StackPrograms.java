package io.torosim.guest.stack;

import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestProgram.ThreadProgram;

/** The programs of the threads that a stack has: one that takes packets, and one to a service. */
public final class StackPrograms {
    private StackPrograms() {}

    /** Returns the program of the packet thread. */
    public static GuestProgram packets(ToroStack stack) {
        ThreadProgram thread = new ThreadProgram().readsOnlyDeclared();
        return thread.executes(new PacketLoop(stack, thread, new SegmentOutput(stack)));
    }

    /**
     * Registers a service and returns the program of its thread.
     *
     * @throws IllegalArgumentException if its port is out of range or taken
     */
    public static GuestProgram service(ToroStack stack, ServiceHandler handler) {
        Service service = stack.register(handler);
        ThreadProgram thread = new ThreadProgram().readsOnlyDeclared();
        return thread.executes(new ServiceLoop(stack, service, thread, new SegmentOutput(stack)));
    }
}
