package io.torosim.guest.stack;

import io.torosim.core.time.Picos;
import io.torosim.guest.code.Routine;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a callback of a service does, in order. Reading is immediate, since only the packet thread adds data and it cannot
 * run meanwhile; everything else becomes a step of the service's thread.
 */
public final class ServiceCall {
    private final ToroStack stack;
    private final StepProgram program;
    private final TcpSocket socket;
    private final List<Step> steps = new ArrayList<>();
    private int reads;

    ServiceCall(ToroStack stack, StepProgram program, TcpSocket socket) {
        this.stack = stack;
        this.program = program;
        this.socket = socket;
    }

    List<Step> steps() {
        chargeReads();
        return steps;
    }

    /** Returns the connection. */
    public TcpSocket socket() {
        return socket;
    }

    /** Reads one byte ({@code SysSocketRecv} of 1), or returns -1 if there is none. */
    public int read() {
        reads++;
        return socket.read();
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
        add(self -> {
            stack.queue(socket, data);
            return self.compute(stack.sendCostPs(data.length));
        });
    }

    /** {@code SysSocketSelect}: what is there is dispatched at once, else the wait ends after {@code time}. */
    public void select(Duration time) {
        add(self -> {
            stack.select(socket, stack.deadlinePs(Picos.of(time)));
            return self.compute(stack.code().ps(Routine.SOCKET_CALL, 1));
        });
    }

    /** {@code SysSocketClose}. */
    public void close() {
        add(self -> {
            stack.close(self, program, socket);
            return StepProgram.GO_ON;
        });
    }

    /** Does something of the service's own, which takes no time. */
    public void run(Runnable effect) {
        add(self -> {
            effect.run();
            return StepProgram.GO_ON;
        });
    }
}
