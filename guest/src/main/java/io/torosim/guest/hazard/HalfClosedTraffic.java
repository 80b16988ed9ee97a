package io.torosim.guest.hazard;

import io.torosim.core.time.Picos;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.nic.HostSide;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.stack.ServiceCall;
import io.torosim.guest.stack.ServiceHandler;
import io.torosim.guest.stack.StackPrograms;
import io.torosim.guest.stack.ToroStack;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Link;
import io.torosim.guest.wire.Tcp;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.Step;
import io.torosim.sched.explore.Scenario.Invariant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One connection: a client asks and closes its half, early or late, and acknowledges what comes; the service answers and closes. When all is over
 * the heap must hold what it held before.
 */
final class HalfClosedTraffic implements Traffic, ServiceHandler {
    private static final int SERVER = Ipv4.address(192, 100, 200, 100);
    private static final int CLIENT = Ipv4.address(192, 100, 200, 1);
    private static final int SERVICE_PORT = 80;
    private static final int CLIENT_PORT = 40_000;
    private static final int FIRST_SEQUENCE = 1000;
    private static final int WINDOW = 29_200;
    private static final byte[] ASKED = "ask".getBytes(StandardCharsets.US_ASCII);
    private static final int AFTER_ASKED = FIRST_SEQUENCE + 1 + ASKED.length;
    private static final long GRANULE_PS = 500 * Picos.PER_NANO;
    private static final byte[] NOTHING = {};
    /** The block of the socket on which the service listens when it has begun: 168 bytes. */
    private static final int LISTENING_SOCKET = 256;

    private static final Tcp.Ends ENDS =
            new Tcp.Ends(RemoteHost.MAC, GuestNic.MAC, CLIENT, SERVER, CLIENT_PORT, SERVICE_PORT);

    private final HazardGuest guest;
    private final Link link;
    private final ToroStack stack;
    private final long liveBefore;
    private boolean asked;

    HalfClosedTraffic(HazardGuest guest) {
        this.guest = guest;
        link = guest.link();
        stack = guest.network(link, NicCard.VIRTIO_TORO, HostSide.usual());
        link.connectFarEnd(this::hear);
        guest.kernel.spawn(0, "main", GuestProgram.loop(Step.suspend()));
        guest.kernel.spawn(0, "packets", StackPrograms.packets(stack));
        guest.kernel.spawn(0, "service", StackPrograms.service(stack, this));
        guest.at(100 * Picos.PER_MICRO, Picos.PER_MICRO, "syn", () -> put(Tcp.SYN, FIRST_SEQUENCE, 0, NOTHING));
        liveBefore = guest.heap.liveBytes() + LISTENING_SOCKET;
    }

    private void put(int flags, int sequence, int acknowledgement, byte[] data) {
        link.toGuest(Tcp.segment(ENDS, flags, sequence, acknowledgement, WINDOW, data));
    }

    /** The far end answers at once. */
    private void hear(byte[] frame) {
        if (!Tcp.isWhole(frame)) {
            return;
        }
        int flags = Tcp.flags(frame);
        int expected = Tcp.sequence(frame) + Tcp.dataEnd(frame) - Tcp.dataStart(frame);
        if (flags == (Tcp.SYN | Tcp.ACK)) {
            put(Tcp.ACK, FIRST_SEQUENCE + 1, expected + 1, NOTHING);
            if (!asked) {
                asked = true;
                put(Tcp.PSH | Tcp.ACK, FIRST_SEQUENCE + 1, expected + 1, ASKED);
                guest.at(
                        guest.machine.simulation().nowPs(),
                        GRANULE_PS,
                        "fin",
                        () -> put(Tcp.FIN | Tcp.ACK, AFTER_ASKED, expected + 1, NOTHING));
            }
        } else if ((flags & Tcp.FIN) != 0) {
            put(Tcp.ACK, AFTER_ASKED + 1, expected + 1, NOTHING);
        } else if (Tcp.dataEnd(frame) > Tcp.dataStart(frame)) {
            put(Tcp.ACK, AFTER_ASKED, expected, NOTHING);
        }
    }

    @Override
    public void check() {
        guest.mustHold(Invariant.MEMORY_LEAKED, stack.sockets().isEmpty(), "the connection is never freed");
        guest.checkMemory(liveBefore);
    }

    // ---- the service

    @Override
    public int port() {
        return SERVICE_PORT;
    }

    @Override
    public int backlog() {
        return 5;
    }

    @Override
    public void onAccept(ServiceCall call) {
        call.select(Duration.ofMillis(200));
    }

    @Override
    public void onReceive(ServiceCall call) {
        while (call.read() >= 0) {
            // what was asked does not matter
        }
        call.send(ASKED);
        call.close();
    }

    @Override
    public void onTimeOut(ServiceCall call) {
        call.close();
    }

    @Override
    public void onClose(ServiceCall call) {
        call.close();
    }
}
