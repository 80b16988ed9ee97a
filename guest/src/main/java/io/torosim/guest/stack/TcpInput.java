package io.torosim.guest.stack;

import io.torosim.guest.code.Routine;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.program.StepProgram;
import io.torosim.guest.stack.TcpSocket.Event;
import io.torosim.guest.stack.TcpSocket.Segment;
import io.torosim.guest.stack.TcpSocket.State;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Tcp;
import java.util.Arrays;

/**
 * What received TCP segments do (Network.pas: {@code EnqueueTCPRequest}, {@code ProcessTCPSocket}): a segment is looked at in the
 * state of its socket; what Toro does not look at is a {@link NetworkQuirk}.
 */
final class TcpInput {
    /** Entries of the table of ports (Network.pas: {@code MAX_SocketPORTS}). */
    static final int MAX_PORTS = 20_000;

    private final ToroStack stack;

    TcpInput(ToroStack stack) {
        this.stack = stack;
    }

    /** Returns the service to whose port a segment goes, or null. */
    private Service serviceOf(byte[] frame) {
        int port = Tcp.destinationPort(frame);
        if (port >= MAX_PORTS) {
            stack.counters().foreignReads += stack.has(NetworkQuirk.PORT_BEYOND_TABLE) ? 1 : 0;
            return null;
        }
        return port < OutgoingPorts.FIRST ? stack.service(port) : stack.ports().owner(port);
    }

    private static TcpSocket socketOf(Service service, byte[] frame) {
        return service == null
                ? null
                : service.find(Ipv4.source(frame), Tcp.sourcePort(frame), Tcp.destinationPort(frame));
    }

    /** {@code EnqueueTCPRequest}. */
    void request(StepProgram program, byte[] frame) {
        stack.freeReceived();
        Service service = serviceOf(frame);
        if (service == null || !service.listensOn(Tcp.destinationPort(frame))) {
            return;
        }
        TcpSocket known = socketOf(service, frame);
        if (known != null) {
            if (!stack.has(NetworkQuirk.REPEATED_SYN_DROPPED) && known.state == State.NEGOTIATION) {
                known.lastSequence = TcpSocket.FIRST_SEQUENCE;
                stack.control(program, known, Tcp.SYN | Tcp.ACK);
            }
            return;
        }
        if (service.isFull()) {
            stack.counters().refused++;
            return;
        }
        TcpSocket socket =
                new TcpSocket(Tcp.Ends.ofReceived(frame, GuestNic.MAC), Tcp.sequence(frame), Tcp.window(frame));
        if (!stack.giveMemory(socket)) {
            return;
        }
        service.add(socket);
        stack.counters().connections++;
        stack.learn(Ipv4.source(frame), Ethernet.source(frame));
        long ps = stack.code().ps(Routine.TCP_INPUT, 1) + 2 * stack.code().ps(Routine.ALLOCATE, 1);
        program.then(self -> {
            socket.deadlinePs = stack.deadlinePs(ToroStack.WAIT_PS);
            stack.control(program, socket, Tcp.SYN | Tcp.ACK);
            return self.compute(ps);
        });
    }

    /** {@code ValidateTCP} and {@code ProcessTCPSocket}. */
    void segment(StepProgram program, byte[] frame) {
        Service service = serviceOf(frame);
        TcpSocket socket = socketOf(service, frame);
        if (socket == null) {
            stack.freeReceived();
            return;
        }
        long ps = stack.code().ps(Routine.TCP_INPUT, 1) + stack.code().ps(Routine.LIST_SEARCH, 1);
        socket.remoteWindow = Tcp.window(frame);
        program.then(self -> {
            switch (socket.state) {
                case NEGOTIATION -> negotiation(program, socket, frame);
                case TRANSMITTING -> transmitting(program, service, socket, frame);
                case PEER_DISCONNECTED -> disconnected(program, service, socket, frame);
                case LOCALCLOSING -> localClosing(service, socket, frame);
                case CONNECTING -> connecting(program, socket, frame);
                case BLOCKED -> stack.freeReceived();
            }
            return self.compute(ps);
        });
    }

    private void negotiation(StepProgram program, TcpSocket socket, byte[] frame) {
        stack.freeReceived();
        if ((Tcp.flags(frame) & Tcp.FIN) != 0) {
            socket.lastAck++;
            stack.control(program, socket, Tcp.ACK);
            socket.state = State.LOCALCLOSING;
            socket.remoteClose = true;
        } else if (!stack.has(NetworkQuirk.RESET_IGNORED) && (Tcp.flags(frame) & Tcp.RST) != 0) {
            socket.state = State.LOCALCLOSING;
            socket.remoteClose = true;
        } else {
            socket.state = State.TRANSMITTING;
            byte[] data = data(frame);
            if (!stack.has(NetworkQuirk.HANDSHAKE_DATA_IGNORED) && data.length > 0) {
                take(program, socket, frame, data);
            }
        }
        socket.event = Event.ACCEPT;
    }

    /** The answer to the SYN of an outgoing connection. */
    private void connecting(StepProgram program, TcpSocket socket, byte[] frame) {
        stack.freeReceived();
        if ((Tcp.flags(frame) & Tcp.RST) != 0 && !stack.has(NetworkQuirk.RESET_IGNORED)) {
            socket.renewals = ServiceProgram.MOST_RENEWALS;
            socket.deadlinePs = stack.deadlinePs(0);
            return;
        }
        if ((Tcp.flags(frame) & Tcp.SYN) == 0 || Tcp.acknowledgement(frame) != TcpSocket.FIRST_SEQUENCE + 1) {
            return;
        }
        socket.lastAck = Tcp.sequence(frame) + 1;
        socket.state = State.TRANSMITTING;
        socket.event = Event.CONNECT;
        socket.renewals = 0;
        long bufferPs = 0;
        if (stack.has(NetworkQuirk.CONNECT_BUFFER_LEAKS)) {
            stack.counters().buffersLeaked++;
            stack.heap().get(0, TcpSocket.MAX_WINDOW); // a second buffer, whose address is overwritten
            bufferPs = stack.code().ps(Routine.ALLOCATE, 1);
        }
        long ps = bufferPs;
        program.then(self -> {
            stack.control(program, socket, Tcp.ACK);
            return self.compute(ps);
        });
    }

    private byte[] data(byte[] frame) {
        if (stack.has(NetworkQuirk.OPTIONS_ARE_DATA)) {
            return Arrays.copyOfRange(frame, Tcp.DATA, Ethernet.HEADER_BYTES + Ipv4.totalBytes(frame));
        }
        return Tcp.data(frame);
    }

    /** Appends data, acknowledges them and tells the dispatcher. */
    private void take(StepProgram program, TcpSocket socket, byte[] frame, byte[] data) {
        int sequence = Tcp.sequence(frame);
        if (!stack.has(NetworkQuirk.SEQUENCE_NOT_CHECKED) && sequence != socket.lastAck) {
            stack.control(program, socket, Tcp.ACK); // not what is next: says what would be
            return;
        }
        int room = TcpSocket.MAX_WINDOW - socket.bufferLength();
        int bytes = data.length;
        if (bytes > room) {
            if (stack.has(NetworkQuirk.WINDOW_NOT_CHECKED)) {
                stack.counters().bytesBeyondBuffer += bytes - Math.max(0, room);
            } else {
                bytes = Math.max(0, room);
            }
        }
        socket.append(data, bytes);
        socket.lastAck = sequence + bytes;
        if (socket.event != Event.CLOSING && socket.event != Event.ZOMBIE && socket.event != Event.ACCEPT) {
            socket.event = Event.RECEIVE;
        }
        long ps = stack.code().ps(Routine.COPY_BYTES, bytes);
        program.then(self -> {
            stack.control(program, socket, Tcp.ACK);
            return self.compute(ps);
        });
    }

    private void transmitting(StepProgram program, Service service, TcpSocket socket, byte[] frame) {
        stack.freeReceived();
        int flags = Tcp.flags(frame);
        byte[] data = data(frame);
        if ((flags & Tcp.RST) != 0 && !stack.has(NetworkQuirk.RESET_IGNORED)) {
            stack.free(service, socket);
        } else if ((flags & Tcp.SYN) != 0 && !stack.has(NetworkQuirk.REPEATED_SYN_DROPPED)) {
            stack.control(program, socket, Tcp.ACK); // the peer has not heard that the connection is open
        } else if (flags == Tcp.ACK) {
            acknowledge(socket, frame);
            if (data.length > 0) {
                take(program, socket, frame, data);
            } else if (stack.has(NetworkQuirk.SEQUENCE_NOT_CHECKED)) {
                socket.lastAck = Tcp.sequence(frame);
            }
        } else if ((flags & (Tcp.ACK | Tcp.PSH | Tcp.RST | Tcp.SYN)) == (Tcp.ACK | Tcp.PSH)) {
            push(program, socket, frame, data);
        } else if (flags == (Tcp.ACK | Tcp.FIN)) {
            if (!stack.has(NetworkQuirk.SEQUENCE_NOT_CHECKED) && Tcp.sequence(frame) + data.length != socket.lastAck) {
                stack.control(program, socket, Tcp.ACK);
                return;
            }
            socket.lastAck++;
            stack.control(program, socket, Tcp.ACK);
            socket.state = State.LOCALCLOSING;
            socket.remoteClose = true;
            socket.ackFlag = true;
        }
    }

    private void push(StepProgram program, TcpSocket socket, byte[] frame, byte[] data) {
        if (!stack.has(NetworkQuirk.PUSH_DOES_NOT_ACKNOWLEDGE)) {
            acknowledge(socket, frame);
        }
        boolean numbersFit =
                Tcp.acknowledgement(frame) == socket.lastSequence || !stack.has(NetworkQuirk.PUSH_DOES_NOT_ACKNOWLEDGE);
        if (!numbersFit) {
            stack.control(program, socket, Tcp.ACK);
            return;
        }
        boolean closes = (Tcp.flags(frame) & Tcp.FIN) != 0;
        take(program, socket, frame, data);
        if (closes) {
            socket.state = State.LOCALCLOSING;
            socket.remoteClose = true;
            if (!stack.has(NetworkQuirk.SEQUENCE_NOT_CHECKED)) {
                socket.lastAck++;
            }
        }
    }

    /** A segment acknowledges what is in flight; with the quirk whatever its number says. */
    private void acknowledge(TcpSocket socket, byte[] frame) {
        int number = Tcp.acknowledgement(frame);
        if (stack.has(NetworkQuirk.STOP_AND_WAIT)) {
            Segment first = socket.sending.peek();
            boolean covers =
                    first == null || !first.inFlight || number - (socket.lastSequence + first.data.length) >= 0;
            if (stack.has(NetworkQuirk.ANY_ACK_COUNTS) || covers) {
                socket.ackFlag = true;
            }
            return;
        }
        while (!socket.sending.isEmpty() && socket.sending.peek().inFlight) {
            Segment first = socket.sending.peek();
            if (number - (first.sequence + first.data.length) < 0) {
                return;
            }
            stack.freePacket(socket.sending.poll().packet);
            socket.lastSequence = first.sequence + first.data.length;
            socket.ackTimeOutPs = stack.deadlinePs(ToroStack.WAIT_PS);
        }
    }

    private void disconnected(StepProgram program, Service service, TcpSocket socket, byte[] frame) {
        stack.freeReceived();
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
            stack.control(program, socket, Tcp.ACK);
            stack.free(service, socket);
        }
    }

    private void localClosing(Service service, TcpSocket socket, byte[] frame) {
        stack.leakOrFree();
        if ((Tcp.flags(frame) & Tcp.RST) != 0) {
            stack.free(service, socket);
        } else if (!stack.has(NetworkQuirk.ACK_IGNORED_AFTER_FIN)) {
            acknowledge(socket, frame);
        }
    }
}
