package io.torosim.guest.toro;

import io.torosim.core.machine.ExitCause;
import io.torosim.guest.net.Packet;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;

/**
 * The packet thread (Network.pas:ProcessNetworksPackets): takes packets off the queue and hands them to their connection;
 * with none it calls {@code SysThreadSwitch(True)}. It drains the queue without yielding in between.
 */
final class PacketThread implements GuestProgram {
    private final ToroNetwork network;
    private boolean looked;
    private boolean handling;
    private long packet;

    PacketThread(ToroNetwork network) {
        this.network = network;
    }

    @Override
    public long next(GuestThread self) {
        if (handling) {
            handling = false;
            boolean sent = handle();
            if (sent) {
                self.vcpu().exit(ExitCause.NOTIFY);
                return self.compute(network.kickPs);
            }
        }
        if (looked) {
            looked = false;
            return self.switchIdle();
        }
        if (network.incoming.isEmpty()) {
            looked = true;
            return self.poll(network.emptyReadPs);
        }
        self.active();
        packet = network.incoming.take();
        handling = true;
        return self.compute(network.handlePacketPs);
    }

    /** Network.pas:ProcessIPPacket and ProcessTCPSocket; returns whether a segment was sent. */
    private boolean handle() {
        int connection = Packet.connection(packet);
        Socket socket = network.sockets.find(connection);
        Packet.Kind kind = Packet.kind(packet);
        if (kind == Packet.Kind.SYN) {
            if (socket != null) {
                return false; // a duplicate is dropped
            }
            Socket opened = new Socket(connection);
            network.sockets.push(opened);
            network.send(opened, Packet.Kind.SYN_ACK);
            return true;
        }
        if (socket == null) {
            return false;
        }
        switch (kind) {
            case ACK -> {
                if (socket.state == Socket.State.NEGOTIATION) {
                    socket.state = Socket.State.TRANSMITTING;
                    socket.event = Socket.Event.ACCEPT;
                } else {
                    socket.acknowledged = true;
                }
                return false;
            }
            case GET -> {
                socket.hasData = true;
                if (socket.event == Socket.Event.WAITING) {
                    socket.event = Socket.Event.RECEIVE;
                }
                network.send(socket, Packet.Kind.ACK);
                return true;
            }
            case FIN -> {
                network.sockets.remove(socket);
                network.send(socket, Packet.Kind.ACK);
                return true;
            }
            default -> {
                return false;
            }
        }
    }
}
