package io.torosim.guest.toro;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.net.Packet;
import io.torosim.guest.net.PacketQueue;

/** What the interrupt handler, the packet thread and the service thread of Toro's network stack share, and what they cost. */
final class ToroNetwork {
    final NetworkCard card;
    final PacketQueue incoming = new PacketQueue();
    final SocketList sockets = new SocketList();

    final long statusReadPs;
    final long eoiPs;
    final long kickPs;
    final long emptyReadPs;
    final long emptyDispatchPs;
    final long visitPs;
    final long receivePacketPs;
    final long handlePacketPs;
    final long acceptPs;
    final long servePs;

    ToroNetwork(Machine machine, NetworkCard card) {
        this.card = card;
        MachineCosts costs = machine.costs();
        statusReadPs = costs.pioPs();
        eoiPs = costs.picPs();
        kickPs = costs.kickPs();
        long scanPs = costs.cpuPs("toro.scan");
        emptyReadPs = costs.lapicIdReadPs() + scanPs;
        emptyDispatchPs = 2 * costs.lapicIdReadPs() + scanPs;
        visitPs = scanPs;
        long requestPs = costs.cpuPs("toro.request_cpu");
        long perPacketPs = requestPs * costs.model().permille("toro.rx_share") / 1000;
        receivePacketPs = perPacketPs / 2; // driver: allocation and the byte-wise copy
        handlePacketPs = perPacketPs - receivePacketPs; // stack
        acceptPs = requestPs * costs.model().permille("toro.accept_share") / 1000;
        servePs = requestPs - 5 * perPacketPs - acceptPs; // five packets are received per request
        if (servePs <= 0) {
            throw new IllegalArgumentException(
                    "toro.rx_share and toro.accept_share leave nothing of toro.request_cpu for the request itself");
        }
    }

    void send(Socket socket, Packet.Kind kind) {
        card.transmit(Packet.of(socket.connection, kind));
    }
}
