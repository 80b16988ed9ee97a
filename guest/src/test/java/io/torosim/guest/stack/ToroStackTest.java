package io.torosim.guest.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.stack.TcpSocket.State;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Tcp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Toro's stack does as intended. Its defects have {@link NetworkQuirkTest}. */
class ToroStackTest {
    private final StackRig rig = StackRig.faithful();

    @Test
    void arpRequestForUs_isAnsweredWithOurAddress() {
        List<byte[]> out = rig.send(Arp.request(StackRig.CLIENT_MAC, StackRig.CLIENT, StackRig.SERVER));
        assertThat(out).hasSize(1);
        assertThat(Arp.operation(out.get(0))).isEqualTo(Arp.REPLY);
        assertThat(Arp.senderMac(out.get(0))).isEqualTo(GuestNic.MAC);
        assertThat(Ethernet.destination(out.get(0))).isEqualTo(StackRig.CLIENT_MAC);
    }

    @Test
    void arpRequestForSomebodyElse_isNot() {
        assertThat(rig.send(Arp.request(StackRig.CLIENT_MAC, StackRig.CLIENT, StackRig.SERVER + 1)))
                .isEmpty();
    }

    @Test
    void echoRequest_isAnswered() {
        byte[] data = "0123456789".getBytes(StandardCharsets.US_ASCII);
        List<byte[]> out =
                rig.send(Icmp.request(GuestNic.MAC, StackRig.CLIENT_MAC, StackRig.CLIENT, StackRig.SERVER, 7, data));
        assertThat(out).hasSize(1);
        assertThat(Icmp.type(out.get(0))).isEqualTo(Icmp.ECHO_REPLY);
        assertThat(Icmp.sequence(out.get(0))).isEqualTo(7);
        assertThat(Icmp.checksumIsRight(out.get(0))).isTrue();
    }

    @Test
    void syn_isAnsweredFromSequence300() {
        List<byte[]> out = rig.send(rig.segment(40_000, Tcp.SYN, 1000, 0, ""));
        assertThat(StackRig.flags(out)).containsExactly("SA");
        byte[] frame = out.get(0);
        assertThat(Tcp.sequence(frame)).isEqualTo(300);
        assertThat(Tcp.acknowledgement(frame)).isEqualTo(1001);
        assertThat(Tcp.window(frame)).isEqualTo(0x4000);
        assertThat(frame[22]).as("time to live").isEqualTo((byte) 128);
        assertThat(frame).as("no padding, no options").hasSize(54);
    }

    @Test
    void synToAPortWithoutService_isDropped() {
        Tcp.Ends ends = new Tcp.Ends(StackRig.CLIENT_MAC, GuestNic.MAC, StackRig.CLIENT, StackRig.SERVER, 40_000, 81);
        assertThat(rig.send(Tcp.segment(ends, Tcp.SYN, 1, 0, 100, new byte[0]))).isEmpty();
    }

    @Test
    void oneRequest_isFiveFramesEachWay() {
        rig.open(40_000);
        assertThat(rig.events).containsExactly("accept");
        List<byte[]> out = rig.send(rig.segment(40_000, Tcp.ACK | Tcp.PSH, 1001, 301, "GET /"));
        assertThat(StackRig.flags(out)).containsExactly("A", "PA");
        assertThat(Tcp.acknowledgement(out.get(0))).isEqualTo(1006);
        assertThat(Tcp.data(out.get(1))).isEqualTo(rig.answer);
        assertThat(Tcp.sequence(out.get(1))).isEqualTo(301);
        assertThat(rig.events).containsExactly("accept", "receive GET /");
        out = rig.send(rig.segment(40_000, Tcp.ACK, 1006, 307, ""));
        assertThat(StackRig.flags(out)).containsExactly("FA");
        assertThat(Tcp.sequence(out.get(0))).isEqualTo(307);
        out = rig.send(rig.segment(40_000, Tcp.FIN | Tcp.ACK, 1006, 308, ""));
        assertThat(StackRig.flags(out)).containsExactly("A");
        assertThat(Tcp.acknowledgement(out.get(0))).isEqualTo(1007);
        assertThat(rig.stack.sockets()).isEmpty();
        assertThat(rig.stack.counters().framesIn()).isEqualTo(5);
        assertThat(rig.stack.counters().framesOut()).isEqualTo(5);
        assertThat(rig.stack.counters().packetsLive()).isZero();
    }

    @Test
    void longAnswer_goesInSegmentsOf1200_pushOnTheLast() {
        rig.answer = new byte[3000];
        rig.open(40_000);
        List<byte[]> out = rig.send(rig.segment(40_000, Tcp.ACK | Tcp.PSH, 1001, 301, "x"));
        assertThat(StackRig.flags(out)).containsExactly("A", "A");
        assertThat(Tcp.data(out.get(1))).hasSize(1200);
        out = rig.send(rig.segment(40_000, Tcp.ACK, 1002, 1501, ""));
        assertThat(StackRig.flags(out)).containsExactly("A");
        assertThat(Tcp.sequence(out.get(0))).isEqualTo(1501);
        out = rig.send(rig.segment(40_000, Tcp.ACK, 1002, 2701, ""));
        assertThat(StackRig.flags(out)).containsExactly("PA");
        assertThat(Tcp.data(out.get(0))).hasSize(600);
    }

    @Test
    void silence_endsInATimeout() {
        rig.wait = java.time.Duration.ofMillis(30);
        rig.open(40_000);
        rig.run(40);
        assertThat(rig.events).containsExactly("accept", "timeout");
        assertThat(StackRig.flags(List.of(rig.out.get(rig.out.size() - 1)))).containsExactly("FA");
    }

    @Test
    void peerThatCloses_isToldToTheService() {
        rig.open(40_000);
        List<byte[]> out = rig.send(rig.segment(40_000, Tcp.FIN | Tcp.ACK, 1001, 301, ""));
        assertThat(StackRig.flags(out)).containsExactly("A");
        assertThat(rig.stack.sockets().get(0).state()).isEqualTo(State.LOCALCLOSING);
    }

    @Test
    void fullBacklog_refuses() {
        rig.backlog = 1;
        rig.send(rig.segment(40_000, Tcp.SYN, 1, 0, ""));
        assertThat(rig.send(rig.segment(40_001, Tcp.SYN, 1, 0, ""))).isEmpty();
        assertThat(rig.stack.counters().refused()).isEqualTo(1);
        rig.send(rig.segment(40_000, Tcp.ACK, 2, 301, ""));
        assertThat(StackRig.flags(rig.send(rig.segment(40_001, Tcp.SYN, 1, 0, ""))))
                .containsExactly("SA");
    }

    @Test
    void udp_isDropped() {
        byte[] frame = rig.segment(40_000, Tcp.ACK, 1, 1, "");
        frame[23] = Ipv4.UDP;
        assertThat(rig.send(frame)).isEmpty();
        assertThat(rig.stack.counters().packetsLive()).isZero();
    }

    @Test
    void brokenFrames_areDropped() {
        rig.send(new byte[] {1, 2, 3});
        rig.send(new byte[20]);
        byte[] lies = rig.segment(40_000, Tcp.SYN, 1, 0, "");
        lies[16] = 0x7f; // a total length beyond the frame
        rig.send(lies);
        assertThat(rig.out).isEmpty();
        assertThat(rig.stack.counters().packetsLive()).isZero();
    }

    @Test
    void portsOfServices_areChecked() {
        assertThatThrownBy(() -> StackPrograms.service(rig.stack, rig)).hasMessageContaining("port 80 is taken");
    }
}
