package io.torosim.guest.stack;

import io.torosim.core.time.Picos;
import io.torosim.guest.code.Routine;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a callback of a service does, in order. Reading is immediate, since only the packet thread adds data and it cannot
 * run meanwhile; everything else becomes a step of the service's thread.
 */
public final class ServiceCall {
    private final ToroStack stack;
    private final StepProgram program;
    private final Service service;
    private final TcpSocket socket;
    private final List<Step> steps = new ArrayList<>();
    private int reads;

    /** For one connection; null where there is none. */
    ServiceCall(ToroStack stack, StepProgram program, Service service, TcpSocket socket) {
        this.stack = stack;
        this.program = program;
        this.service = service;
        this.socket = socket;
    }

    List<Step> steps() {
        chargeReads();
        return steps;
    }

    /**
     * Returns the connection.
     *
     * @throws IllegalStateException in {@link ServiceHandler#onInit}, which has none; so do all calls that work on it
     */
    public TcpSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("onInit has no connection: connect opens one");
        }
        return socket;
    }

    /** Reads one byte ({@code SysSocketRecv} of 1), or returns -1 if there is none. */
    public int read() {
        reads++;
        return socket().read();
    }

    /** One step for all bytes read one after the other. */
    private void chargeReads() {
        if (reads > 0) {
            long ps = reads * stack.code().ps(Routine.RECEIVE_BYTE, 1);
            reads = 0;
            steps.add(self -> self.compute(ps));
        }
    }

    private void add(Step step) {
        chargeReads();
        steps.add(step);
    }

    /** Charges {@code units} of a routine's work. */
    public void charge(Routine routine, long units) {
        long ps = stack.code().ps(routine, units);
        add(self -> self.compute(ps));
    }

    /** Prints a line on the console. */
    public void print(String format) {
        add(self -> stack.console().print(self, format));
    }

    /** {@code SysSocketSend}: cuts {@code data} into segments, which the dispatcher sends. */
    public void send(byte[] data) {
        TcpSocket to = socket();
        add(self -> {
            stack.queue(to, data);
            return self.compute(stack.sendCostPs(data.length));
        });
    }

    /** {@code SysSocketSelect}: what is there is dispatched at once, else the wait ends after {@code time}. */
    public void select(Duration time) {
        TcpSocket from = socket();
        add(self -> {
            stack.select(from, stack.deadlinePs(Picos.of(time)));
            return self.compute(stack.code().ps(Routine.SOCKET_CALL, 1));
        });
    }

    /** {@code SysSocketClose}. */
    public void close() {
        TcpSocket closing = socket();
        add(self -> {
            stack.close(self, program, closing);
            return StepProgram.GO_ON;
        });
    }

    /**
     * {@code SysSocketConnect}: opens a connection from a free local port, 10,000 or above. How that ends is told by {@link
     * ServiceHandler#onConnect} or {@link ServiceHandler#onConnectFail}; for as long as the hardware address is not known, and 50 ms
     * after the SYN, neither comes.
     *
     * @param ip the peer's address
     * @param port the peer's port, in [1, 65535]
     * @param begun takes the connection, to which the service may add something of its own, or nothing if no local port is free
     */
    public void connect(int ip, int port, Consumer<Optional<TcpSocket>> begun) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be in [1, 65535], port=" + port);
        }
        add(self -> self.compute(stack.connect(program, service, ip, port, begun)));
    }

    /** Does something of the service's own, which takes no time. */
    public void run(Runnable effect) {
        add(self -> {
            effect.run();
            return StepProgram.GO_ON;
        });
    }
}
