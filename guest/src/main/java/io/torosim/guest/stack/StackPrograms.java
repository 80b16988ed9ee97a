package io.torosim.guest.stack;

import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestProgram.ThreadProgram;

/** The programs of the threads that a stack has, one that takes packets and one to a service, and the calls that begin them. */
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
     * @throws IllegalStateException if there is no memory for its record
     */
    public static GuestProgram service(ToroStack stack, ServiceHandler handler) {
        Service service = stack.register(handler);
        if (service == null) {
            throw new IllegalStateException("no memory for the service of port " + handler.port());
        }
        return program(stack, service);
    }

    private static GuestProgram program(ToroStack stack, Service service) {
        ThreadProgram thread = new ThreadProgram().readsOnlyDeclared();
        return thread.executes(new ServiceLoop(stack, service, thread, new SegmentOutput(stack)));
    }

    /** {@code LocalNetworkInit}, in front of what {@code program} still has to do: the tables of ports and the packet thread. */
    public static void dedicate(ToroStack stack, StepProgram program) {
        ServiceMemory memory = stack.serviceMemory();
        program.then(
                self -> self.compute(memory.portTables()),
                self -> self.beginThread(-1, "packets", packets(stack), memory.stackBytes()));
    }

    /** {@code SysRegisterNetworkService}, in front of what {@code program} still has to do: the service's record, its thread, and the one attached to the other. */
    public static void register(ToroStack stack, ServiceHandler handler, StepProgram program) {
        program.then(self -> {
            Service service = stack.register(handler);
            if (service != null) {
                program.then(
                        it -> it.beginThread(
                                -1,
                                "service",
                                program(stack, service),
                                stack.serviceMemory().stackBytes()),
                        it -> it.compute(stack.attach(service, it.began())));
            }
            return self.compute(stack.serviceMemory().callPs());
        });
    }
}
