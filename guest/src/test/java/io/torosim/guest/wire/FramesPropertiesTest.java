package io.torosim.guest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

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

    @Property(tries = 300)
    void arbitraryBytes_areNeverReadOutside(@ForAll @Size(max = 80) byte[] frame) {
        if (Arp.isWhole(frame)) {
            Arp.reply(frame, A);
        }
        if (Icmp.isWhole(frame)) {
            Icmp.reply(frame, A);
        }
        if (Tcp.isWhole(frame)) {
            assertThat(Tcp.data(frame).length).isLessThanOrEqualTo(frame.length);
        }
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
