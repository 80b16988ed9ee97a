package io.torosim.guest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

class FramesPropertiesTest {
    private static final long A = 0x5254_0000_0001L;
    private static final long B = 0x5254_0000_0002L;

    @Property(tries = 500)
    void tcpSegment_readsBackAsWritten(
            @ForAll int localIp,
            @ForAll int remoteIp,
            @ForAll @IntRange(max = 65535) int localPort,
            @ForAll @IntRange(max = 65535) int remotePort,
            @ForAll int sequence,
            @ForAll int acknowledgement,
            @ForAll @IntRange(max = 255) int flags,
            @ForAll @IntRange(max = 65535) int window,
            @ForAll @Size(max = 1460) byte[] data) {
        Tcp.Ends ends = new Tcp.Ends(A, B, localIp, remoteIp, localPort, remotePort);
        byte[] frame = Tcp.segment(ends, flags, sequence, acknowledgement, window, data);
        assertThat(Tcp.isWhole(frame)).isTrue();
        assertThat(Ipv4.checksumIsRight(frame)).isTrue();
        assertThat(Tcp.checksumIsRight(frame)).isTrue();
        assertThat(Tcp.Ends.ofReceived(frame, B))
                .isEqualTo(new Tcp.Ends(B, A, remoteIp, localIp, remotePort, localPort));
        assertThat(Tcp.sequence(frame)).isEqualTo(sequence);
        assertThat(Tcp.acknowledgement(frame)).isEqualTo(acknowledgement);
        assertThat(Tcp.flags(frame)).isEqualTo(flags);
        assertThat(Tcp.window(frame)).isEqualTo(window);
        assertThat(Tcp.data(frame)).isEqualTo(data);
    }

    @Property(tries = 300)
    void oneFlippedBit_isSeenByAChecksum(
            @ForAll @Size(max = 100) byte[] data,
            @ForAll @IntRange(min = 14, max = 53) int at,
            @ForAll @IntRange(max = 7) int bit) {
        Tcp.Ends ends = new Tcp.Ends(A, B, 0x0a000001, 0x0a000002, 1000, 80);
        byte[] frame = Tcp.segment(ends, Tcp.ACK, 1, 2, 3, data);
        frame[at] ^= (byte) (1 << bit);
        boolean whole = Tcp.isWhole(frame);
        assertThat(whole && Ipv4.checksumIsRight(frame) && Tcp.checksumIsRight(frame))
                .isFalse();
    }

    /** Frames of each kind with some bytes changed and an end cut off or added; bytes at random are hardly ever a frame. */
    @Property(tries = 600)
    void damagedFrames_areNeverReadOutside(
            @ForAll @IntRange(max = 2) int kind,
            @ForAll @Size(max = 40) byte[] data,
            @ForAll @Size(max = 4) List<@IntRange(min = 12, max = 60) Integer> places,
            @ForAll byte value,
            @ForAll @IntRange(min = -20, max = 20) int longer) {
        byte[] right =
                switch (kind) {
                    case 0 -> Arp.request(B, 2, 1);
                    case 1 -> Icmp.request(B, A, 1, 2, 3, data);
                    default -> Tcp.segment(new Tcp.Ends(A, B, 1, 2, 1000, 80), Tcp.ACK, 1, 2, 3, data);
                };
        byte[] frame = Arrays.copyOf(right, Math.max(0, right.length + longer));
        for (int place : places) {
            if (place < frame.length) {
                frame[place] = value;
            }
        }
        boolean arp = Arp.isWhole(frame);
        boolean icmp = Icmp.isWhole(frame);
        boolean tcp = Tcp.isWhole(frame);
        if (arp) {
            assertThat(Arp.reply(frame, A)).isNotEmpty();
        }
        if (icmp) {
            assertThat(Icmp.reply(frame, A)).hasSizeLessThanOrEqualTo(frame.length);
        }
        if (tcp) {
            assertThat(Tcp.data(frame).length).isLessThanOrEqualTo(frame.length);
        }
        Statistics.label("ARP").collect(arp);
        Statistics.label("ARP").coverage(c -> c.check(true).percentage(p -> p > 5));
        Statistics.label("ICMP").collect(icmp);
        Statistics.label("ICMP").coverage(c -> c.check(true).percentage(p -> p > 5));
        Statistics.label("TCP").collect(tcp);
        Statistics.label("TCP").coverage(c -> c.check(true).percentage(p -> p > 5));
    }

    @Property(tries = 200)
    void echoReply_carriesTheSameData(@ForAll @Size(max = 200) byte[] data, @ForAll @IntRange(max = 65535) int number) {
        byte[] request = Icmp.request(B, A, 1, 2, number, data);
        byte[] reply = Icmp.reply(request, B);
        assertThat(Icmp.checksumIsRight(request)).isTrue();
        assertThat(Icmp.checksumIsRight(reply)).isTrue();
        assertThat(Icmp.type(reply)).isEqualTo(Icmp.ECHO_REPLY);
        assertThat(Icmp.sequence(reply)).isEqualTo(number);
        assertThat(Ipv4.source(reply)).isEqualTo(2);
        assertThat(Ethernet.destination(reply)).isEqualTo(A);
        assertThat(reply).hasSameSizeAs(request);
    }
}
