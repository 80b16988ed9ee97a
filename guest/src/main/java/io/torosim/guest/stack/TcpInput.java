package io.torosim.guest.stack;

import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.stack.TcpSocket.Event;
import io.torosim.guest.stack.TcpSocket.Segment;
import io.torosim.guest.stack.TcpSocket.State;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Tcp;
import org.jspecify.annotations.Nullable;

/**
 * What received TCP segments do (Network.pas: {@code EnqueueTCPRequest}, {@code ProcessTCPSocket}): a segment is looked at in the
 * state of its socket; what Toro does not look at is a {@link NetworkQuirk}.
 */
final class TcpInput {
    /** Entries of the table of ports (Network.pas: {@code MAX_SocketPORTS}). */
    static final int MAX_PORTS = 20_000;

    /** How many words its caller's frame has for it. */
    static final int WORDS = 2;

    /** Word: the bytes of data that were taken. */
    private static final int BYTES = 0;
    /** Word: what comes before an acknowledgement. */
    private static final int DELAY = 1;

    private final ToroStack stack;
    private final SegmentOutput output;
    /** What the packet thread is at work on, between two of its steps; nobody's before the first segment. */
    private TcpSocket socket = TcpSocket.incoming();

    TcpInput(ToroStack stack, SegmentOutput output) {
        this.stack = stack;
        this.output = output;
    }

    /** Returns the service to whose port a segment goes, or null. */
    private @Nullable Service serviceOf(byte[] frame) {
        int port = Tcp.destinationPort(frame);
        if (port >= MAX_PORTS) {
            stack.counters().foreignReads += stack.has(NetworkQuirk.PORT_BEYOND_TABLE) ? 1 : 0;
            return null;
        }
        return port < OutgoingPorts.FIRST ? stack.service(port) : stack.ports().owner(port);
    }

    private static @Nullable TcpSocket socketOf(@Nullable Service service, byte[] frame) {
        return service == null
                ? null
                : service.find(Ipv4.source(frame), Tcp.sourcePort(frame), Tcp.destinationPort(frame));
    }

    /** A whole segment has come; returns the step result. */
    long segment(GuestCpu cpu, Frame f, byte[] frame) {
        int flags = Tcp.flags(frame);
        if (flags == Tcp.SYN) {
            return request(cpu, frame);
        }
        if ((flags & (Tcp.ACK | Tcp.RST)) != 0) {
            return known(cpu, f, frame);
        }
        stack.leakOrFree();
        return StepResult.NEXT;
    }

    /** {@code EnqueueTCPRequest}. */
    private long request(GuestCpu cpu, byte[] frame) {
        stack.freeReceived();
        Service service = serviceOf(frame);
        if (service == null || !service.listensOn(Tcp.destinationPort(frame))) {
            return StepResult.NEXT;
        }
        TcpSocket known = socketOf(service, frame);
        if (known != null) {
            service.idleTail().touched(known);
            if (!stack.has(NetworkQuirk.REPEATED_SYN_DROPPED) && known.state == State.NEGOTIATION) {
                known.lastSequence = TcpSocket.FIRST_SEQUENCE;
                return stack.control(output, cpu, known, Tcp.SYN | Tcp.ACK, SegmentOutput.AT_ONCE);
            }
            return StepResult.NEXT;
        }
        if (service.isFull()) {
            stack.counters().refused++;
            return StepResult.NEXT;
        }
        TcpSocket opened = service.spare();
        opened.accept(frame);
        if (!stack.giveMemory(opened)) {
            service.useAgain(opened);
            return StepResult.NEXT;
        }
        service.add(opened);
        stack.counters().connections++;
        stack.learn(Ipv4.source(frame), Ethernet.source(frame));
        long ps = stack.code().ps(Routine.TCP_INPUT, 1) + 2 * stack.code().ps(Routine.ALLOCATE, 1);
        opened.deadlinePs = stack.deadlinePs(ToroStack.WAIT_PS);
        return stack.control(output, cpu, opened, Tcp.SYN | Tcp.ACK, ps);
    }

    /** {@code ValidateTCP} and {@code ProcessTCPSocket}. */
    private long known(GuestCpu cpu, Frame f, byte[] frame) {
        Service service = serviceOf(frame);
        TcpSocket known = socketOf(service, frame);
        if (service == null || known == null) {
            stack.freeReceived();
            return StepResult.NEXT;
        }
        socket = known;
        long ps = stack.code().ps(Routine.TCP_INPUT, 1) + stack.code().ps(Routine.LIST_SEARCH, 1);
        service.idleTail().touched(socket);
        socket.remoteWindow = Tcp.window(frame);
        if (socket.state == State.LOCALCLOSING) {
            stack.leakOrFree();
        } else {
            stack.freeReceived();
        }
        boolean answered =
                switch (socket.state) {
                    case NEGOTIATION -> negotiation(cpu, f, frame, ps);
                    case TRANSMITTING -> transmitting(cpu, f, service, frame, ps);
                    case PEER_DISCONNECTED -> disconnected(cpu, service, frame, ps);
                    case LOCALCLOSING -> localClosing(service, frame);
                    case CONNECTING -> connecting(f, frame);
                    case BLOCKED -> false;
                };
        return answered ? StepResult.CALL : ps;
    }

    /** Calls for a segment without data, after {@code ps}; returns true. */
    private boolean answer(GuestCpu cpu, int flags, long ps) {
        stack.control(output, cpu, socket, flags, ps);
        return true;
    }

    // Each of these returns whether it has called for an answer; what it was to take beyond that is with the call.

    private boolean negotiation(GuestCpu cpu, Frame f, byte[] frame, long ps) {
        boolean answered = false;
        if ((Tcp.flags(frame) & Tcp.FIN) != 0) {
            socket.lastAck++;
            answered = answer(cpu, Tcp.ACK, ps);
            socket.state = State.LOCALCLOSING;
            socket.remoteClose = true;
        } else if (!stack.has(NetworkQuirk.RESET_IGNORED) && (Tcp.flags(frame) & Tcp.RST) != 0) {
            socket.state = State.LOCALCLOSING;
            socket.remoteClose = true;
        } else {
            socket.state = State.TRANSMITTING;
            if (!stack.has(NetworkQuirk.HANDSHAKE_DATA_IGNORED) && dataBytes(frame) > 0) {
                answered = take(cpu, f, frame, ps);
            }
        }
        socket.event = Event.ACCEPT;
        return answered;
    }

    /** The answer to the SYN of an outgoing connection. */
    private boolean connecting(Frame f, byte[] frame) {
        if ((Tcp.flags(frame) & Tcp.RST) != 0 && !stack.has(NetworkQuirk.RESET_IGNORED)) {
            socket.renewals = ServiceLoop.MOST_RENEWALS;
            socket.deadlinePs = stack.deadlinePs(0);
            return false;
        }
        if ((Tcp.flags(frame) & Tcp.SYN) == 0 || Tcp.acknowledgement(frame) != TcpSocket.FIRST_SEQUENCE + 1) {
            return false;
        }
        socket.lastAck = Tcp.sequence(frame) + 1;
        socket.state = State.TRANSMITTING;
        socket.event = Event.CONNECT;
        socket.renewals = 0;
        f.w[DELAY] = 0;
        if (stack.has(NetworkQuirk.CONNECT_BUFFER_LEAKS)) {
            stack.counters().buffersLeaked++;
            stack.heap().get(0, TcpSocket.MAX_WINDOW); // a second buffer, whose address is overwritten
            f.w[DELAY] = stack.code().ps(Routine.ALLOCATE, 1);
        }
        f.entry = PacketLoop.CONNECTED;
        return false;
    }

    /** The step after {@link #connecting}. */
    long acknowledgeConnection(GuestCpu cpu, Frame f) {
        return stack.control(output, cpu, socket, Tcp.ACK, f.w[DELAY]);
    }

    private int dataStart(byte[] frame) {
        return stack.has(NetworkQuirk.OPTIONS_ARE_DATA) ? Tcp.DATA : Tcp.dataStart(frame);
    }

    private int dataBytes(byte[] frame) {
        return Tcp.dataEnd(frame) - dataStart(frame);
    }

    /** Appends data, acknowledges them and tells the dispatcher. */
    private boolean take(GuestCpu cpu, Frame f, byte[] frame, long ps) {
        int sequence = Tcp.sequence(frame);
        if (!stack.has(NetworkQuirk.SEQUENCE_NOT_CHECKED) && sequence != socket.lastAck) {
            return answer(cpu, Tcp.ACK, ps); // not what is next: says what would be
        }
        int room = TcpSocket.MAX_WINDOW - socket.bufferLength();
        int bytes = dataBytes(frame);
        if (bytes > room) {
            if (stack.has(NetworkQuirk.WINDOW_NOT_CHECKED)) {
                stack.counters().bytesBeyondBuffer += bytes - Math.max(0, room);
            } else {
                bytes = Math.max(0, room);
            }
        }
        socket.append(frame, dataStart(frame), bytes);
        socket.lastAck = sequence + bytes;
        if (socket.event != Event.CLOSING && socket.event != Event.ZOMBIE && socket.event != Event.ACCEPT) {
            socket.event = Event.RECEIVE;
        }
        f.w[BYTES] = bytes;
        f.entry = PacketLoop.TAKEN;
        return false;
    }

    /** The step after {@link #take}. */
    long acknowledgeData(GuestCpu cpu, Frame f) {
        long copyPs = stack.code().ps(Routine.COPY_BYTES, f.w[BYTES]);
        return stack.control(output, cpu, socket, Tcp.ACK, copyPs, copyPs);
    }

    private boolean transmitting(GuestCpu cpu, Frame f, Service service, byte[] frame, long ps) {
        int flags = Tcp.flags(frame);
        if ((flags & Tcp.RST) != 0 && !stack.has(NetworkQuirk.RESET_IGNORED)) {
            stack.free(service, socket);
        } else if ((flags & Tcp.SYN) != 0 && !stack.has(NetworkQuirk.REPEATED_SYN_DROPPED)) {
            return answer(cpu, Tcp.ACK, ps); // the peer has not heard that the connection is open
        } else if (flags == Tcp.ACK) {
            acknowledge(frame);
            if (dataBytes(frame) > 0) {
                return take(cpu, f, frame, ps);
            } else if (stack.has(NetworkQuirk.SEQUENCE_NOT_CHECKED)) {
                socket.lastAck = Tcp.sequence(frame);
            }
        } else if ((flags & (Tcp.ACK | Tcp.PSH | Tcp.RST | Tcp.SYN)) == (Tcp.ACK | Tcp.PSH)) {
            return push(cpu, f, frame, ps);
        } else if (flags == (Tcp.ACK | Tcp.FIN)) {
            if (!stack.has(NetworkQuirk.SEQUENCE_NOT_CHECKED)
                    && Tcp.sequence(frame) + dataBytes(frame) != socket.lastAck) {
                return answer(cpu, Tcp.ACK, ps);
            }
            socket.lastAck++;
            answer(cpu, Tcp.ACK, ps);
            socket.state = State.LOCALCLOSING;
            socket.remoteClose = true;
            socket.ackFlag = true;
            return true;
        }
        return false;
    }

    private boolean push(GuestCpu cpu, Frame f, byte[] frame, long ps) {
        if (!stack.has(NetworkQuirk.PUSH_DOES_NOT_ACKNOWLEDGE)) {
            acknowledge(frame);
        }
        boolean numbersFit =
                Tcp.acknowledgement(frame) == socket.lastSequence || !stack.has(NetworkQuirk.PUSH_DOES_NOT_ACKNOWLEDGE);
        if (!numbersFit) {
            return answer(cpu, Tcp.ACK, ps);
        }
        boolean answered = take(cpu, f, frame, ps);
        if ((Tcp.flags(frame) & Tcp.FIN) != 0) {
            socket.state = State.LOCALCLOSING;
            socket.remoteClose = true;
            if (!stack.has(NetworkQuirk.SEQUENCE_NOT_CHECKED)) {
                socket.lastAck++;
            }
        }
        return answered;
    }

    /** A segment acknowledges what is in flight; with the quirk whatever its number says. */
    private void acknowledge(byte[] frame) {
        int number = Tcp.acknowledgement(frame);
        if (stack.has(NetworkQuirk.STOP_AND_WAIT)) {
            Segment first = socket.sending.peek();
            boolean covers = first == null || !first.inFlight || number - (socket.lastSequence + first.bytes) >= 0;
            if (stack.has(NetworkQuirk.ANY_ACK_COUNTS) || covers) {
                socket.ackFlag = true;
            }
            return;
        }
        while (!socket.sending.isEmpty() && socket.sending.peek().inFlight) {
            Segment first = socket.sending.peek();
            if (number - (first.sequence + first.bytes) < 0) {
                return;
            }
            socket.lastSequence = first.sequence + first.bytes;
            stack.sent(socket.sending.poll());
            socket.ackTimeOutPs = stack.deadlinePs(ToroStack.WAIT_PS);
        }
    }

    private boolean disconnected(GuestCpu cpu, Service service, byte[] frame, long ps) {
        int flags = Tcp.flags(frame);
        if ((flags & Tcp.RST) != 0 || ((flags & Tcp.ACK) != 0 && socket.remoteClose)) {
            stack.free(service, socket);
        } else if ((flags & Tcp.FIN) == 0) {
            socket.ackFlag = true;
            if (stack.has(NetworkQuirk.ZOMBIES_STAY)) {
                socket.event = Event.ZOMBIE;
            }
        } else {
            socket.lastAck++;
            answer(cpu, Tcp.ACK, ps);
            stack.free(service, socket);
            return true;
        }
        return false;
    }

    private boolean localClosing(Service service, byte[] frame) {
        if ((Tcp.flags(frame) & Tcp.RST) != 0) {
            stack.free(service, socket);
        } else if (!stack.has(NetworkQuirk.ACK_IGNORED_AFTER_FIN)) {
            acknowledge(frame);
        }
        return false;
    }
}
