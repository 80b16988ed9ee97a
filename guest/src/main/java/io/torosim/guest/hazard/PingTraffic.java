package io.torosim.guest.hazard;

import io.torosim.core.time.Picos;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.nic.HostSide;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.stack.StackPrograms;
import io.torosim.guest.stack.ToroStack;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Link;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.Step;
import io.torosim.sched.explore.Scenario.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Echo requests a few microseconds from each other. Each is to be answered once, with its own bytes. */
final class PingTraffic implements Traffic {
    private static final int SERVER = Ipv4.address(192, 100, 200, 100);
    private static final int CLIENT = Ipv4.address(192, 100, 200, 1);
    private static final int DATA_BYTES = 24;
    private static final long FIRST_PS = 100 * Picos.PER_MICRO;
    private static final long DISTANCE_PS = 20 * Picos.PER_MICRO;
    private static final long GRANULE_PS = 200 * Picos.PER_NANO;

    private final HazardGuest guest;
    private final List<byte[]> out = new ArrayList<>();
    private final long liveBefore;
    private final int requests;
    private final boolean everyOneAnswered;

    /** With Toro's virtio-net driver; see the other constructor. */
    PingTraffic(HazardGuest guest, int queueSize, boolean anyOrder, int requests, boolean everyOneAnswered) {
        this(guest, NicCard.VIRTIO_TORO, new HostSide(queueSize, anyOrder), requests, everyOneAnswered);
    }

    /**
     * Puts the card in and lets the requests come.
     *
     * @param requests how many echo requests come
     * @param everyOneAnswered whether there is room for all the answers, so that none may be dropped
     */
    PingTraffic(HazardGuest guest, NicCard card, HostSide host, int requests, boolean everyOneAnswered) {
        this.guest = guest;
        this.requests = requests;
        this.everyOneAnswered = everyOneAnswered;
        Link link = guest.link();
        ToroStack stack = guest.network(link, card, host);
        link.connectFarEnd(frame -> out.add(frame.clone()));
        guest.kernel.spawn(0, "main", GuestProgram.loop(Step.suspend()));
        guest.kernel.spawn(0, "packets", StackPrograms.packets(stack));
        for (int i = 0; i < requests; i++) {
            byte[] data = new byte[DATA_BYTES];
            Arrays.fill(data, (byte) (i + 1));
            byte[] request = Icmp.request(GuestNic.MAC, RemoteHost.MAC, CLIENT, SERVER, i, data);
            guest.at(FIRST_PS + i * DISTANCE_PS, GRANULE_PS, "ping", () -> link.toGuest(request));
        }
        liveBefore = guest.heap.liveBytes();
    }

    @Override
    public void check() {
        int[] answers = new int[requests];
        for (byte[] frame : out) {
            int number = Icmp.isWhole(frame) && Icmp.checksumIsRight(frame) && Icmp.type(frame) == Icmp.ECHO_REPLY
                    ? Icmp.sequence(frame)
                    : -1;
            boolean ours = number >= 0 && number < requests && frame[frame.length - 1] == number + 1;
            guest.mustHold(Invariant.FRAME_CHANGED, ours, "a frame left that the stack has not made");
            if (!ours) {
                return;
            }
            guest.mustHold(
                    Invariant.FRAME_CHANGED, answers[number]++ == 0, "the answer to request " + number + " left twice");
        }
        for (int i = 0; i < requests && everyOneAnswered; i++) {
            guest.mustHold(Invariant.FRAME_STUCK, answers[i] > 0, "the answer to request " + i + " has never left");
        }
        guest.checkMemory(liveBefore);
    }
}
