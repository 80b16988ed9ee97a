package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Tcp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/** Segments by hand to Linux on its wire, and what it sends back, with the time of each. */
abstract class LinuxTcpWire {
    static final long MAC = 0x5254_0000_0002L;
    static final StackAddresses ADDRESSES = StackAddresses.examples();
    static final String GET = "GET / HTTP/1.0\r\n\r\n";
    static final int FIRST = 1_000_000;

    LinuxWire wire;
    final ArrayDeque<byte[]> heard = new ArrayDeque<>();
    int port = 40_000;
    int window = 29_200;
    long millis;
    int next = FIRST;
    int expected;

    LinuxTcpWire() {
        begins(CostModel.standard());
    }

    /** Linux from its beginning, with other costs. */
    final void begins(CostModel costs) {
        wire = new LinuxWire(
                MachineSpec.builder().vcpus(1).costs(costs).build(),
                LinkSpec.perfect(),
                NetBackend.VHOST,
                LinuxConfig.defaults().withServices(false));
        millis = 0;
        wire.link.connectFarEnd(frame -> heard.add(frame.clone()));
    }

    void send(int flags, int sequence, int acknowledgement, String data) {
        Tcp.Ends ends = new Tcp.Ends(MAC, GuestNic.MAC, ADDRESSES.gateway(), ADDRESSES.ip(), port, LinuxHttpGuest.PORT);
        wire.link.toGuest(Tcp.segment(
                ends, flags, sequence, acknowledgement, window, data.getBytes(StandardCharsets.ISO_8859_1)));
        passes(5);
    }

    void passes(long more) {
        millis += more;
        wire.run(millis);
    }

    /** The next segment that was sent, as flags, sequence number from the server's first, acknowledgement from ours, and bytes of data. */
    String segment() {
        byte[] frame = heard.poll();
        if (frame == null) {
            return "nothing";
        }
        assertThat(Tcp.checksumIsRight(frame)).isTrue();
        if ((Tcp.flags(frame) & Tcp.SYN) != 0) {
            expected = Tcp.sequence(frame);
        }
        int acknowledged = (Tcp.flags(frame) & Tcp.ACK) != 0 ? Tcp.acknowledgement(frame) - FIRST : 0;
        int from = (Tcp.flags(frame) & Tcp.RST) != 0 ? 0 : Tcp.sequence(frame) - expected;
        return Tcp.flagText(Tcp.flags(frame)) + " " + from + " " + acknowledged + " " + Tcp.data(frame).length;
    }

    void open() {
        send(Tcp.SYN, FIRST, 0, "");
        assertThat(segment()).isEqualTo("SA 0 1 0");
        next = FIRST + 1;
        send(Tcp.ACK, next, expected + 1, "");
        assertThat(segment()).isEqualTo("nothing");
    }

    /** No-operation, MSS, window scale, end: 12 bytes of options. */
    byte[] synWithOptions(int mss) {
        Tcp.Ends ends = new Tcp.Ends(MAC, GuestNic.MAC, ADDRESSES.gateway(), ADDRESSES.ip(), port, LinuxHttpGuest.PORT);
        byte[] options = {1, 2, 4, (byte) (mss >>> 8), (byte) mss, 3, 3, 7, 0, 0, 0, 0};
        byte[] frame = Tcp.segment(ends, Tcp.SYN, FIRST, 0, 29_200, options);
        frame[46] = (byte) (8 << 4); // 32 bytes of header
        int sum = (frame[50] & 0xff) << 8 | frame[51] & 0xff;
        sum -= 3 << 12; // one's complement: what the header's length has grown by
        if (sum < 0) {
            sum += 0xffff;
        }
        frame[50] = (byte) (sum >>> 8);
        frame[51] = (byte) sum;
        assertThat(Tcp.checksumIsRight(frame)).isTrue();
        return frame;
    }
}
