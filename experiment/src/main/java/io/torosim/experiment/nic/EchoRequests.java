package io.torosim.experiment.nic;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.stack.StackAddresses;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Link;
import java.util.Arrays;

/**
 * A station at the far end of a guest's wire that sends echo requests of one size, evenly spaced, and takes the guest's replies. Confined to the
 * simulation thread.
 */
final class EchoRequests implements EventHandler {
    /** Bytes of a frame with an echo request and no data. */
    static final int LEAST_FRAME_BYTES = Ipv4.PAYLOAD + Icmp.HEADER_BYTES;
    /** Sequence numbers have 16 bits, and none is used twice. */
    static final int MOST = 1 << 16;

    private static final long MAC = 0x5254_0000_0002L;

    private final Machine machine;
    private final Link link;
    private final int ip;
    private final int guestIp;
    private final int dataBytes;
    private final long firstPs;
    private final long gapPs;
    private int next;
    private int firstCounted;
    private int sent;
    private int answered;
    private long latencySumPs;
    private long firstAnswerPs;
    private long lastAnswerPs;

    /**
     * Connects it in place of whoever is at the far end.
     *
     * @param frameBytes of each request, at least {@link #LEAST_FRAME_BYTES}
     * @param firstPs when the first request is sent, not in the past
     * @param gapPs from one request to the next
     */
    EchoRequests(GuestSession guest, int frameBytes, long firstPs, long gapPs) {
        StackAddresses addresses = guest.stack().orElseThrow().addresses();
        this.machine = guest.machine();
        this.link = guest.link();
        this.ip = addresses.gateway();
        this.guestIp = addresses.ip();
        this.dataBytes = frameBytes - LEAST_FRAME_BYTES;
        this.firstPs = firstPs;
        this.gapPs = gapPs;
        link.connectFarEnd(this::reply);
        machine.simulation().at(firstPs, Machine.DEVICE_PRIORITY, this, 0, 0);
    }

    /** Sends the next request. */
    @Override
    public void onEvent(int op, long arg) {
        byte[] data = new byte[dataBytes];
        Arrays.fill(data, (byte) next);
        link.toGuest(Icmp.request(GuestNic.MAC, MAC, ip, guestIp, next, data));
        sent++;
        next++;
        if (next < MOST) {
            machine.simulation().at(dueAt(next), Machine.DEVICE_PRIORITY, this, 0, 0);
        }
    }

    private long dueAt(int number) {
        return firstPs + number * gapPs;
    }

    private void reply(byte[] frame) {
        if (Icmp.isWhole(frame) && Icmp.type(frame) == Icmp.ECHO_REPLY && Icmp.checksumIsRight(frame)) {
            count(Icmp.sequence(frame));
        }
        link.giveBack(frame);
    }

    private void count(int number) {
        if (number >= firstCounted) {
            lastAnswerPs = machine.simulation().nowPs();
            if (answered == 0) {
                firstAnswerPs = lastAnswerPs;
            }
            latencySumPs += lastAnswerPs - dueAt(number);
            answered++;
        }
    }

    /** Forgets what it has counted so far, and counts no answer to a request that was sent before. */
    void countFromNow() {
        firstCounted = next;
        sent = 0;
        answered = 0;
        latencySumPs = 0;
    }

    /** Returns how many requests have been sent. */
    int sent() {
        return sent;
    }

    /** Returns how many right replies have come. */
    int answered() {
        return answered;
    }

    /** Returns replies a second, from the first to the last; 0 with fewer than two. */
    double answersPerSecond() {
        return answered < 2 || lastAnswerPs == firstAnswerPs
                ? 0
                : (answered - 1) * 1e12 / (lastAnswerPs - firstAnswerPs);
    }

    /** Returns the mean time from a request to its reply, 0 without one. */
    long meanLatencyPs() {
        return answered == 0 ? 0 : latencySumPs / answered;
    }
}
