package io.torosim.guest.toro;

import io.torosim.core.machine.ExitCause;
import io.torosim.guest.net.Packet;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;

/**
 * The thread of a network service (Network.pas: DoNetworkService, NetworkDispatcher): passes over its client sockets, does
 * what their events ask for, sends what may be sent, then calls {@code SysThreadSwitch}, with the idle hint if it has no
 * client socket at all.
 */
final class ServiceThread implements GuestProgram {
    private enum Stage {
        PASS,
        VISIT,
        ACCEPTED,
        SERVED,
        FLUSH,
        SWITCH
    }

    private final ToroNetwork network;
    private Stage stage = Stage.PASS;
    private Socket socket;
    private Socket following;

    ServiceThread(ToroNetwork network) {
        this.network = network;
    }

    @Override
    public long next(GuestThread self) {
        while (true) {
            switch (stage) {
                case PASS -> {
                    socket = network.sockets.head();
                    stage = socket == null ? Stage.SWITCH : Stage.VISIT;
                    return self.poll(network.emptyDispatchPs);
                }
                case VISIT -> {
                    following = socket.next;
                    if (socket.event == Socket.Event.ACCEPT) {
                        stage = Stage.ACCEPTED;
                        return self.compute(network.acceptPs);
                    }
                    if (socket.event == Socket.Event.RECEIVE) {
                        stage = Stage.SERVED;
                        return self.compute(network.servePs);
                    }
                    stage = Stage.FLUSH;
                    if (socket.event == Socket.Event.CLOSING && !socket.responseQueued && !socket.responseInFlight) {
                        socket.state = Socket.State.PEER_DISCONNECTED;
                        socket.event = Socket.Event.ZOMBIE;
                        return send(self, Packet.Kind.FIN);
                    }
                    return self.poll(network.visitPs);
                }
                case ACCEPTED -> {
                    socket.event = socket.hasData ? Socket.Event.RECEIVE : Socket.Event.WAITING;
                    stage = Stage.FLUSH;
                }
                case SERVED -> {
                    socket.hasData = false;
                    socket.responseQueued = true;
                    socket.event = Socket.Event.CLOSING;
                    stage = Stage.FLUSH;
                }
                case FLUSH -> {
                    Socket flushed = socket;
                    socket = following;
                    stage = socket == null ? Stage.SWITCH : Stage.VISIT;
                    if (flush(self, flushed)) {
                        return sent(self);
                    }
                }
                case SWITCH -> {
                    stage = Stage.PASS;
                    return network.sockets.isEmpty() ? self.switchIdle() : self.switchThread();
                }
                default -> throw new AssertionError(stage);
            }
        }
    }

    /** Network.pas:DispatcherFlushPacket: one segment in flight; returns whether one was sent. */
    private boolean flush(GuestThread self, Socket s) {
        if (!s.acknowledged) {
            return false;
        }
        if (s.responseInFlight) {
            self.vcpu().changed();
            s.responseInFlight = false;
            s.acknowledged = false;
            return false;
        }
        if (!s.responseQueued) {
            return false;
        }
        s.acknowledged = false;
        s.responseQueued = false;
        s.responseInFlight = true;
        network.send(s, Packet.Kind.RESPONSE);
        return true;
    }

    private long send(GuestThread self, Packet.Kind kind) {
        network.send(socket, kind);
        return sent(self);
    }

    private long sent(GuestThread self) {
        self.vcpu().exit(ExitCause.NOTIFY);
        return self.compute(network.kickPs);
    }
}
