package io.torosim.guest.run;

import io.torosim.guest.app.GuestSession;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Ipv4;
import java.util.Arrays;

/**
 * A station at the far end of a guest's wire that sends echo requests of one size and takes the guest's replies: a request is answered by a reply of
 * its number with a right checksum. Numbers have 16 bits; a reply that 65,536 further requests have overtaken is taken for one of theirs.
 */
final class EchoStation extends FarEnd {
    /** Bytes of a frame with an echo request and no data. */
    static final int LEAST_FRAME_BYTES = Ipv4.PAYLOAD + Icmp.HEADER_BYTES;
    /** Bytes of the longest Ethernet frame, without check sequence. */
    static final int MOST_FRAME_BYTES = 1514;

    private static final long MAC = 0x5254_0000_0002L;
    private static final int NUMBERS = 1 << 16;

    private final StackAddresses addresses;
    private final int dataBytes;
    /** When the request of a number was sent; -1 if it is answered, or was never sent. */
    private final long[] sentPs = new long[NUMBERS];

    /**
     * Takes the place of whoever is at the far end.
     *
     * @throws IllegalArgumentException if the guest has no network, or a frame of so many bytes is none
     */
    EchoStation(GuestSession session, int frameBytes) {
        super(session.machine(), session.link(), new SessionFigures(session));
        if (frameBytes < LEAST_FRAME_BYTES || frameBytes > MOST_FRAME_BYTES) {
            throw new IllegalArgumentException("frameBytes must be in [" + LEAST_FRAME_BYTES + ", " + MOST_FRAME_BYTES
                    + "], frameBytes=" + frameBytes);
        }
        this.addresses = session.stack()
                .orElseThrow(() -> new IllegalArgumentException("a guest without a network hears no echo requests: "
                        + session.spec().application()))
                .addresses();
        this.dataBytes = frameBytes - LEAST_FRAME_BYTES;
        Arrays.fill(sentPs, -1);
        link.connectFarEnd(this::arrived);
    }

    @Override
    public void request() {
        int number = (int) (begins() % NUMBERS);
        sentPs[number] = machine.simulation().nowPs();
        byte[] data = new byte[dataBytes];
        Arrays.fill(data, (byte) number);
        link.toGuest(Icmp.request(GuestNic.MAC, MAC, addresses.gateway(), addresses.ip(), number, data));
    }

    private void arrived(byte[] frame) {
        if (Icmp.isWhole(frame) && Icmp.type(frame) == Icmp.ECHO_REPLY && Icmp.checksumIsRight(frame)) {
            answered(Icmp.sequence(frame), frame.length);
        }
        link.giveBack(frame);
    }

    private void answered(int number, int bytes) {
        long beganPs = sentPs[number];
        if (beganPs < 0) {
            return; // a second time
        }
        sentPs[number] = -1;
        receives(bytes);
        isAnswered(number, beganPs);
    }

    /** The next one goes out at once. */
    @Override
    public long turnPs() {
        return 0;
    }
}
