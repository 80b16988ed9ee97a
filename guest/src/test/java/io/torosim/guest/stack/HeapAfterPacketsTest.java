package io.torosim.guest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Tcp;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** After each kind of packet that comes the kernel's heap has as many bytes in use as before: what was taken is given back, and so is the answer. */
final class HeapAfterPacketsTest {
    private static final int PACKETS = 300;
    private static final int ANOTHER = StackRig.CLIENT + 7;
    /** Of a packet as long as a frame may be, with its record: the allocator's class. */
    private static final long LONG_PACKET = 2048;

    private static byte[] arp(int target) {
        return Arp.request(StackRig.CLIENT_MAC, StackRig.CLIENT, target);
    }

    private static byte[] with(byte[] frame, int at, int value) {
        frame[at] = (byte) value;
        return frame;
    }

    private static byte[] ping(int number) {
        return Icmp.request(GuestNic.MAC, StackRig.CLIENT_MAC, StackRig.CLIENT, StackRig.SERVER, number, new byte[32]);
    }

    private static byte[] tcp(int number, int port, int flags, String data) {
        Tcp.Ends ends =
                new Tcp.Ends(StackRig.CLIENT_MAC, GuestNic.MAC, StackRig.CLIENT, StackRig.SERVER, 2000 + number, port);
        return Tcp.segment(ends, flags, 1000, 0, 29_200, data.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private enum Kind {
        ARP_REQUEST(i -> arp(StackRig.SERVER), 1),
        ARP_REQUEST_FOR_ANOTHER(i -> arp(ANOTHER), 0),
        ARP_REPLY(i -> with(arp(StackRig.SERVER), 21, 2), 0),
        ARP_CUT(i -> Arrays.copyOf(arp(StackRig.SERVER), 30), 0),
        ECHO_REQUEST(HeapAfterPacketsTest::ping, 1),
        ECHO_REPLY(i -> with(ping(i), 34, 0), 0),
        UNREACHABLE(i -> with(ping(i), 34, 3), 0),
        UDP(i -> with(ping(i), 23, 17), 0),
        ANOTHER_TYPE(i -> Ethernet.frame(GuestNic.MAC, StackRig.CLIENT_MAC, 0x86dd, 46), 0),
        SHORTER_THAN_A_HEADER(i -> new byte[13], 0),
        ONE_BYTE(i -> new byte[1], 0),
        CUT_IN_THE_IP_HEADER(i -> Arrays.copyOf(ping(i), 30), 0),
        CUT_IN_THE_TCP_HEADER(i -> Arrays.copyOf(tcp(i, StackRig.PORT, Tcp.SYN, ""), 50), 0),
        SYN_TO_NOBODY(i -> tcp(i, 99, Tcp.SYN, ""), 0),
        SYN_WITH_BAD_CHECKSUM(i -> with(tcp(i, 99, Tcp.SYN, ""), 50, 0x55), 0),
        ACK_OF_NOTHING(i -> tcp(i, StackRig.PORT, Tcp.ACK, ""), 0),
        DATA_OF_NOTHING(i -> tcp(i, StackRig.PORT, Tcp.ACK | Tcp.PSH, "stray"), 0),
        FIN_OF_NOTHING(i -> tcp(i, StackRig.PORT, Tcp.ACK | Tcp.FIN, ""), 0),
        RESET_OF_NOTHING(i -> tcp(i, StackRig.PORT, Tcp.RST, ""), 0);

        private final IntFunction<byte[]> frame;
        private final int answers;

        Kind(IntFunction<byte[]> frame, int answers) {
            this.frame = frame;
            this.answers = answers;
        }

        /** The first echo reply waits for whoever asks for it. */
        int kept() {
            return this == ECHO_REPLY ? 1 : 0;
        }
    }

    /** Sends so many and says by how much the heap has grown; all in it that is kept once came before. */
    private static long grown(StackRig rig, Kind kind) {
        rig.send(arp(StackRig.SERVER));
        rig.send(kind.frame.apply(PACKETS + 1), 5);
        long before = rig.stack.heap().liveBytes();
        int out = rig.out.size();
        for (int i = 0; i < PACKETS; i++) {
            rig.link.toGuest(kind.frame.apply(i));
            if (i % 50 == 49) {
                rig.run(2);
            }
        }
        rig.run(5);
        assertThat(rig.out.size() - out).isEqualTo(kind.answers * PACKETS);
        return rig.stack.heap().liveBytes() - before;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void repaired_keepsNothing(Kind kind) {
        StackRig rig = new StackRig(EnumSet.noneOf(NetworkQuirk.class));
        assertThat(grown(rig, kind)).isZero();
        assertThat(rig.stack.counters().packetsLive()).isEqualTo(kind.kept());
    }

    /** What Toro forgets is counted, and there is nothing else that grows. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void asOf2018_keepsWhatItCountsAsLeaked(Kind kind) {
        StackRig rig = StackRig.faithful();
        long before = rig.stack.counters().packetsLeaked();
        long grown = grown(rig, kind);
        long leaked = rig.stack.counters().packetsLeaked() - before;
        assertThat(leaked == 0).isEqualTo(grown == 0);
        assertThat(grown).isBetween(leaked, leaked * LONG_PACKET);
        assertThat(rig.stack.counters().packetsLive()).isEqualTo(kind.kept());
    }
}
