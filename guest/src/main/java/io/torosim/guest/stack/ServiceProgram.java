package io.torosim.guest.stack;

import io.torosim.core.time.Picos;
import io.torosim.guest.code.Routine;
import io.torosim.guest.program.StepProgram;
import io.torosim.guest.stack.TcpSocket.Event;
import io.torosim.guest.stack.TcpSocket.Segment;
import io.torosim.guest.stack.TcpSocket.State;
import io.torosim.guest.wire.Tcp;
import io.torosim.sched.GuestThread;
import io.torosim.sched.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The thread of a service (Network.pas: {@code DoNetworkService}, {@code NetworkDispatcher}, {@code DispatcherFlushPacket}):
 * passes over its connections, does what their events ask for, sends what may be sent, then calls {@code SysThreadSwitch}, with the
 * idle hint if it has no connection at all.
 */
final class ServiceProgram extends StepProgram {
    /** How often a repaired stack tries again. */
    static final int MOST_RENEWALS = 5;

    private final ToroStack stack;
    private final Service service;
    private boolean initialised;
    private boolean passed;
    private TcpSocket at;
    private boolean suppressed;

    ServiceProgram(ToroStack stack, Service service) {
        this.stack = stack;
        this.service = service;
    }

    @Override
    protected long idle(GuestThread self) {
        if (!initialised) {
            initialised = true;
            ServiceCall call = new ServiceCall(stack, this, service, null);
            service.handler().onInit(call);
            if (!call.steps().isEmpty()) {
                then(call.steps().toArray(Step[]::new));
                return StepProgram.GO_ON;
            }
        }
        if (passed) {
            if (at != null) {
                TcpSocket socket = at;
                at = socket.next;
                return visit(self, socket);
            }
            passed = false;
            return service.first() == null ? self.switchIdle() : self.switchThread();
        }
        passed = true;
        suppressed = false;
        at = service.first();
        return self.poll(stack.emptyReadPs() + stack.machine().costs().lapicIdReadPs());
    }

    private long visit(GuestThread self, TcpSocket socket) {
        if (!stack.has(NetworkQuirk.SUPPRESS_FLAG_STAYS)) {
            suppressed = false;
        }
        long visitPs = stack.code().ps(Routine.VISIT_SOCKET, 1);
        switch (socket.event) {
            case ACCEPT -> {
                service.leaveBacklog(socket);
                socket.event = Event.WAITING;
                return callback(self, socket, service.handler()::onAccept);
            }
            case CONNECT -> {
                socket.event = Event.WAITING;
                socket.deadlinePs = Picos.NEVER;
                return callback(self, socket, service.handler()::onConnect);
            }
            case RECEIVE -> {
                return callback(self, socket, service.handler()::onReceive);
            }
            case CLOSE -> {
                return callback(self, socket, service.handler()::onClose);
            }
            case CLOSING -> {
                if (socket.sending.isEmpty()) {
                    socket.event = stack.has(NetworkQuirk.ZOMBIES_STAY) ? Event.ZOMBIE : Event.WAITING;
                    socket.deadlinePs = stack.deadlinePs(ToroStack.WAIT_PS);
                    stack.finish(this, socket);
                    return self.compute(visitPs);
                }
            }
            case WAITING -> {
                if (self.nowPs() >= socket.deadlinePs) {
                    return late(self, socket, visitPs);
                }
                if (socket.deadlinePs != Picos.NEVER) {
                    self.comparesWith(socket.deadlinePs);
                }
            }
            default -> {
                // a zombie, or a time-out that the service has been told of
            }
        }
        return suppressed || !flush(self, socket) ? self.poll(visitPs) : self.compute(visitPs);
    }

    private long callback(GuestThread self, TcpSocket socket, Consumer<ServiceCall> handler) {
        Event before = socket.event;
        ServiceCall call = new ServiceCall(stack, this, service, socket);
        handler.accept(call);
        if (before == Event.RECEIVE || before == Event.CLOSE) {
            socket.event = Event.WAITING;
            socket.deadlinePs = Picos.NEVER;
        }
        then(s -> {
            if (!suppressed) {
                flush(s, socket);
            }
            return StepProgram.GO_ON;
        });
        then(call.steps().toArray(Step[]::new));
        return self.compute(stack.code().ps(Routine.VISIT_SOCKET, 1));
    }

    /** WAITING with the deadline passed. */
    private long late(GuestThread self, TcpSocket socket, long visitPs) {
        switch (socket.state) {
            case NEGOTIATION -> {
                suppressed = true;
                socket.deadlinePs = stack.deadlinePs(ToroStack.WAIT_PS);
                socket.renewals++;
                stack.counters().renewals++;
                if (!stack.has(NetworkQuirk.NEGOTIATION_NEVER_ENDS) && socket.renewals > MOST_RENEWALS) {
                    stack.free(service, socket);
                } else if (!stack.has(NetworkQuirk.REPEATED_SYN_DROPPED)) {
                    socket.lastSequence = TcpSocket.FIRST_SEQUENCE;
                    stack.control(this, socket, Tcp.SYN | Tcp.ACK);
                }
            }
            case CONNECTING -> {
                boolean again = !stack.has(NetworkQuirk.SYN_SENT_ONCE) && ++socket.renewals <= MOST_RENEWALS;
                if (!again) {
                    return connectFailed(self, socket);
                }
                socket.deadlinePs = Picos.NEVER;
                stack.sendSyn(this, socket, ToroStack.WAIT_PS << socket.renewals);
            }
            case LOCALCLOSING -> freeAndFlush(self, socket);
            case PEER_DISCONNECTED -> {
                if (socket.remoteClose) {
                    freeAndFlush(self, socket);
                } else if (stack.has(NetworkQuirk.ZOMBIES_STAY)) {
                    socket.event = Event.ZOMBIE;
                } else if (++socket.renewals > MOST_RENEWALS) {
                    stack.free(service, socket);
                } else {
                    socket.lastSequence--;
                    socket.deadlinePs = stack.deadlinePs(ToroStack.WAIT_PS);
                    stack.control(this, socket, Tcp.FIN | Tcp.ACK);
                }
            }
            default -> {
                socket.event = Event.TIMEOUT;
                return callback(self, socket, service.handler()::onTimeOut);
            }
        }
        return self.compute(visitPs);
    }

    /** As Toro leaves it, the socket is late again in the next pass, and its service is told of a time-out too. */
    private long connectFailed(GuestThread self, TcpSocket socket) {
        socket.state = State.BLOCKED;
        if (!stack.has(NetworkQuirk.FAILED_CONNECT_STAYS)) {
            then(s -> {
                stack.free(service, socket);
                return StepProgram.GO_ON;
            });
        }
        return callback(self, socket, service.handler()::onConnectFail);
    }

    private void freeAndFlush(GuestThread self, TcpSocket socket) {
        stack.free(service, socket);
        if (stack.has(NetworkQuirk.FLUSH_AFTER_FREE) && !suppressed) {
            stack.counters().usesAfterFree++;
            flush(self, socket);
        }
    }

    /** {@code DispatcherFlushPacket}; returns whether it changed anything. */
    private boolean flush(GuestThread self, TcpSocket socket) {
        if (!stack.has(NetworkQuirk.STOP_AND_WAIT)) {
            return flushWindow(self, socket);
        }
        Segment first = socket.sending.peek();
        if (!socket.ackFlag) {
            boolean again = !stack.has(NetworkQuirk.NEVER_RETRANSMITS)
                    && first != null
                    && first.inFlight
                    && self.nowPs() >= socket.ackTimeOutPs;
            if (again) {
                stack.counters().retransmissions++;
                sendSegment(self, socket, first);
            } else if (!stack.has(NetworkQuirk.NEVER_RETRANSMITS) && first != null && first.inFlight) {
                self.comparesWith(socket.ackTimeOutPs);
            }
            return again;
        }
        if (first == null) {
            return false;
        }
        if (first.inFlight) {
            socket.ackFlag = false;
            socket.ackTimeOutPs = 0;
            socket.lastSequence += first.data.length;
            stack.freePacket(socket.sending.poll().packet);
            if (socket.sending.isEmpty()) {
                return true;
            }
            first = socket.sending.peek();
        }
        first.sequence = socket.lastSequence;
        sendSegment(self, socket, first);
        return true;
    }

    /** The repair of {@link NetworkQuirk#STOP_AND_WAIT}: what the window holds, all of it again when the oldest is late. */
    private boolean flushWindow(GuestThread self, TcpSocket socket) {
        boolean late = !stack.has(NetworkQuirk.NEVER_RETRANSMITS)
                && !socket.sending.isEmpty()
                && socket.sending.peek().inFlight
                && self.nowPs() >= socket.ackTimeOutPs;
        int sequence = socket.lastSequence;
        List<Segment> now = new ArrayList<>();
        for (Segment segment : socket.sending) {
            int end = sequence + segment.data.length;
            if (end - socket.lastSequence > socket.remoteWindow && segment != socket.sending.peek()) {
                break;
            }
            if (!segment.inFlight || late) {
                stack.counters().retransmissions += segment.inFlight ? 1 : 0;
                segment.sequence = sequence;
                now.add(segment);
            }
            sequence = end;
        }
        for (int i = now.size() - 1; i >= 0; i--) {
            sendSegment(self, socket, now.get(i)); // each is put in front of the one before
        }
        if (now.isEmpty() && !socket.sending.isEmpty() && !stack.has(NetworkQuirk.NEVER_RETRANSMITS)) {
            self.comparesWith(socket.ackTimeOutPs);
        }
        return !now.isEmpty();
    }

    private void sendSegment(GuestThread self, TcpSocket socket, Segment segment) {
        self.vcpu().changed();
        socket.ackFlag = false;
        segment.inFlight = true;
        socket.ackTimeOutPs = stack.deadlinePs(ToroStack.WAIT_PS);
        int flags = Tcp.ACK | (segment.push ? Tcp.PSH : 0);
        byte[] frame = Tcp.segment(socket.ends, flags, segment.sequence, socket.lastAck, socket.window(), segment.data);
        stack.counters().segmentsSent++;
        stack.transmit(this, segment.packet, frame);
    }
}
