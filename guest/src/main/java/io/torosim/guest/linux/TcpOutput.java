package io.torosim.guest.linux;

import io.torosim.core.machine.Machine;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.driver.NapiNet;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Tcp;

/** Puts frames of the Linux guest's stack into its driver's queue, and tells the trace of them. Sends now what is asked for, and decides nothing. */
final class TcpOutput {
    /** The receive window, in bytes. */
    static final int WINDOW = 29_200;

    private final Machine machine;
    private final NapiNet net;
    private final long mac;
    private final int ip;
    private final byte[] frame = new byte[NapiNet.MOST_FRAME_BYTES];

    TcpOutput(Machine machine, NapiNet net, long mac, int ip) {
        this.machine = machine;
        this.net = net;
        this.mac = mac;
        this.ip = ip;
    }

    void traced(TraceKind kind, long ports, long flagsOrType, int bytes) {
        machine.trace().emit(machine.simulation().nowPs(), 0, kind, ports, flagsOrType << 32 | bytes);
    }

    /** A frame that is no TCP segment. */
    void queue(byte[] reply) {
        traced(TraceKind.PACKET_OUT, 0, Ethernet.type(reply), reply.length);
        net.queue(reply, reply.length);
    }

    private void queue(int flags, int remotePort, int bytes) {
        traced(TraceKind.PACKET_OUT, TcpServer.PORT + ((long) remotePort << 16), flags, bytes);
        net.queue(frame, bytes);
    }

    /** A segment of a connection, with so many bytes of its answer from a place on. */
    void send(ServerConnection c, int flags, int sequence, int answerFrom, int bytes) {
        System.arraycopy(c.answer, answerFrom, frame, Tcp.DATA, bytes);
        Tcp.fill(
                frame,
                Tcp.DATA + bytes,
                mac,
                c.remoteMac,
                ip,
                c.remoteIp,
                TcpServer.PORT,
                c.remotePort,
                flags,
                sequence,
                c.expected,
                WINDOW);
        queue(flags, c.remotePort, Tcp.DATA + bytes);
    }

    /** An acknowledgement of what has come. */
    void acknowledge(ServerConnection c) {
        send(c, Tcp.ACK, c.furthest, 0, 0);
    }

    /** Answers a segment that belongs to nothing here (RFC 793, page 36). */
    void refuse(byte[] in) {
        int flags = Tcp.flags(in);
        if ((flags & Tcp.RST) == 0) {
            boolean numbered = (flags & Tcp.ACK) != 0;
            int data = Tcp.dataEnd(in) - Tcp.dataStart(in);
            int length = data + ((flags & Tcp.SYN) != 0 ? 1 : 0) + ((flags & Tcp.FIN) != 0 ? 1 : 0);
            reply(
                    in,
                    numbered ? Tcp.RST : Tcp.RST | Tcp.ACK,
                    numbered ? Tcp.acknowledgement(in) : 0,
                    numbered ? 0 : Tcp.sequence(in) + length);
        }
    }

    /** Answers a segment without a connection. */
    void reply(byte[] in, int flags, int sequence, int acknowledgement) {
        Tcp.fill(
                frame,
                Tcp.DATA,
                mac,
                Ethernet.source(in),
                ip,
                Ipv4.source(in),
                Tcp.destinationPort(in),
                Tcp.sourcePort(in),
                flags,
                sequence,
                acknowledgement,
                (flags & Tcp.RST) != 0 ? 0 : WINDOW);
        queue(flags, Tcp.sourcePort(in), Tcp.DATA);
    }
}
