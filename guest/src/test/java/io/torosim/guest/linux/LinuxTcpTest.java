package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Tcp;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Connections: opened, answered, closed from either side, reset. */
final class LinuxTcpTest extends LinuxTcpWire {
    @Test
    void aWholeExchange_endsInTimeWait_whichAcknowledgesOnceMore() {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        int asked = 1 + GET.length();
        assertThat(segment()).isEqualTo("A 1 " + asked + " 0");
        assertThat(segment()).isEqualTo("PA 1 " + asked + " 144");
        assertThat(segment()).isEqualTo("FA 145 " + asked + " 0");
        send(Tcp.ACK, FIRST + asked, expected + 146, "");
        assertThat(wire.linux.connections()).isEqualTo(1);
        send(Tcp.FIN | Tcp.ACK, FIRST + asked, expected + 146, "");
        assertThat(segment()).isEqualTo("A 146 " + (asked + 1) + " 0");
        assertThat(wire.linux.connections()).isZero();
        passes(30_000);
        send(Tcp.FIN | Tcp.ACK, FIRST + asked, expected + 146, "");
        assertThat(segment()).isEqualTo("A 146 " + (asked + 1) + " 0");
        send(Tcp.ACK, FIRST + asked + 1, expected + 146, "");
        assertThat(segment()).isEqualTo("nothing");
        passes(30_000);
        send(Tcp.ACK, FIRST + asked + 1, expected + 146, "");
        assertThat(segment()).as("60 s are over").startsWith("R ");
        assertThat(wire.linux.repeatedSegments()).isZero();
    }

    @Test
    void aSynOfTheSamePort_opensAnewOutOfTimeWait() {
        aWholeExchangeWithoutChecks();
        send(Tcp.SYN, FIRST, 0, "");
        assertThat(segment()).isEqualTo("SA 0 1 0");
    }

    private void aWholeExchangeWithoutChecks() {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        send(Tcp.FIN | Tcp.ACK, next + GET.length(), expected + 146, "");
        assertThat(wire.linux.connections()).isZero();
        heard.clear();
    }

    @Test
    void aClientThatHasClosedItsHalf_isAnsweredAllTheSame_andThereIsNoTimeWait() {
        open();
        send(Tcp.ACK | Tcp.PSH | Tcp.FIN, next, expected + 1, GET);
        int all = 2 + GET.length();
        assertThat(segment()).isEqualTo("A 1 " + all + " 0");
        assertThat(segment()).isEqualTo("PA 1 " + all + " 144");
        assertThat(segment()).isEqualTo("FA 145 " + all + " 0");
        send(Tcp.ACK, FIRST + all, expected + 146, "");
        assertThat(wire.linux.connections()).isZero();
        send(Tcp.ACK, FIRST + all, expected + 146, "");
        assertThat(segment()).startsWith("R ");
    }

    @Test
    void aConnectionWithoutARequest_isClosedFromBothSides() {
        open();
        send(Tcp.FIN | Tcp.ACK, next, expected + 1, "");
        assertThat(segment()).isEqualTo("FA 1 2 0");
        send(Tcp.ACK, next + 1, expected + 2, "");
        assertThat(wire.linux.connections()).isZero();
    }

    @Test
    void bothClosingAtOnce_endsInTimeWait() {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        heard.clear();
        next += GET.length();
        send(Tcp.FIN | Tcp.ACK, next, expected + 1, ""); // before the answer was heard
        assertThat(segment()).isEqualTo("A 146 " + (GET.length() + 2) + " 0");
        send(Tcp.ACK, next + 1, expected + 146, "");
        assertThat(wire.linux.connections()).isZero();
        send(Tcp.FIN | Tcp.ACK, next, expected + 146, "");
        assertThat(segment()).as("TIME_WAIT").isEqualTo("A 146 " + (GET.length() + 2) + " 0");
    }

    @Test
    void resets_endAConnection_alsoWhileAWorkerHasIt() {
        open();
        send(Tcp.RST, next, 0, "");
        assertThat(wire.linux.connections()).isZero();
        port++;
        open();
        Tcp.Ends ends = new Tcp.Ends(MAC, GuestNic.MAC, ADDRESSES.gateway(), ADDRESSES.ip(), port, LinuxHttpGuest.PORT);
        wire.link.toGuest(
                Tcp.segment(ends, Tcp.ACK, next, expected + 1, 29_200, GET.getBytes(StandardCharsets.US_ASCII)));
        wire.link.toGuest(Tcp.segment(ends, Tcp.RST, next + GET.length(), 0, 0, new byte[0]));
        passes(5);
        assertThat(segment()).startsWith("A 1 ");
        assertThat(segment()).as("no answer").isEqualTo("nothing");
        assertThat(wire.linux.connections()).isZero();
        port++;
        open(); // the worker goes on with the next
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        assertThat(segment()).startsWith("A 1 ");
        assertThat(segment()).startsWith("PA 1 ");
    }

    @Test
    void aResetOutsideOfTheWindow_isIgnored() {
        open();
        send(Tcp.RST, next - 1, 0, "");
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, "GET");
        assertThat(segment()).startsWith("A 1 ");
        send(Tcp.RST, next, 0, "");
        assertThat(segment()).isEqualTo("nothing");
        assertThat(wire.linux.connections()).isEqualTo(1);
    }

    @Test
    void dataAfterTheServerHasClosed_areRefused() {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        heard.clear();
        send(Tcp.ACK | Tcp.PSH, next + GET.length(), expected + 146, "more");
        assertThat(segment()).startsWith("R ");
        assertThat(wire.linux.connections()).isZero();
    }

    @Test
    void anAcknowledgementOfWhatWasNeverSent_isAnswered_aSynInAConnectionToo() {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, "GET");
        assertThat(segment()).isEqualTo("A 1 4 0");
        send(Tcp.ACK, next + 3, expected + 500, "");
        assertThat(segment()).isEqualTo("A 1 4 0");
        send(Tcp.SYN, FIRST, 0, "");
        assertThat(segment()).as("once in 500 ms").isEqualTo("nothing");
        passes(500);
        send(Tcp.SYN, FIRST, 0, "");
        assertThat(segment()).isEqualTo("A 1 4 0");
    }

    @Test
    void segmentsToNobody_areReset_butResetsAreNot() {
        send(Tcp.ACK, FIRST, 77, "x");
        assertThat(segment()).startsWith("R ");
        send(Tcp.FIN, FIRST, 0, "xyz");
        assertThat(segment()).isEqualTo("RA 0 4 0");
        send(Tcp.RST, FIRST, 0, "");
        assertThat(segment()).isEqualTo("nothing");
        Tcp.Ends closed = new Tcp.Ends(MAC, GuestNic.MAC, ADDRESSES.gateway(), ADDRESSES.ip(), port, 81);
        wire.link.toGuest(Tcp.segment(closed, Tcp.SYN, FIRST, 0, 29_200, new byte[0]));
        passes(5);
        assertThat(segment()).as("a port on which nobody listens").isEqualTo("RA 0 1 0");
    }

    @Test
    void wrongChecksums_otherAddressesAndShortFrames_areDropped() {
        Tcp.Ends ends = new Tcp.Ends(MAC, GuestNic.MAC, ADDRESSES.gateway(), ADDRESSES.ip(), port, LinuxHttpGuest.PORT);
        byte[] syn = Tcp.segment(ends, Tcp.SYN, FIRST, 0, 29_200, new byte[0]);
        for (int place : new int[] {0, 15, 24, 33, 50}) {
            byte[] wrong = syn.clone();
            wrong[place] ^= 1;
            wire.link.toGuest(wrong);
        }
        for (int bytes = 1; bytes < syn.length; bytes++) {
            wire.link.toGuest(Arrays.copyOf(syn, bytes));
        }
        passes(5);
        assertThat(heard).isEmpty();
        assertThat(wire.linux.connections()).isZero();
        wire.link.toGuest(syn);
        passes(5);
        assertThat(segment()).isEqualTo("SA 0 1 0");
    }

    @Test
    void otherPagesAndOtherMethods_areAnsweredWithAnError_andLongRequestsToo() {
        for (String request : new String[] {"HEAD / HTTP/1.0\r\n\r\n", "GET x\r\n\r\n", "GET /\r\n\r\n", "\r\n\r\n"}) {
            heard.clear();
            port++;
            open();
            send(Tcp.ACK | Tcp.PSH, next, expected + 1, request);
            heard.poll();
            String status = new String(Tcp.data(heard.poll()), StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("");
            assertThat(status).isEqualTo(request.startsWith("GET /") ? "HTTP/1.0 200 OK" : "HTTP/1.0 400 Bad Request");
        }
        port++;
        heard.clear();
        open();
        for (int from = 0; from < 8190; from += 1000) {
            send(Tcp.ACK, next + from, expected + 1, "x".repeat(1000));
        }
        for (int i = 0; i < 9; i++) {
            assertThat(segment()).isEqualTo("A 1 " + (1 + 1000 * (i + 1)) + " 0");
        }
        assertThat(new String(Tcp.data(heard.poll()), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.0 400");
    }

    @Test
    void arpAndEcho_areAnswered() {
        wire.link.toGuest(Arp.request(MAC, ADDRESSES.gateway(), ADDRESSES.ip()));
        wire.link.toGuest(Arp.request(MAC, ADDRESSES.gateway(), ADDRESSES.ip() + 1));
        passes(5);
        byte[] reply = heard.poll();
        assertThat(heard).isEmpty();
        assertThat(Arp.operation(reply)).isEqualTo(Arp.REPLY);
        assertThat(Arp.senderMac(reply)).isEqualTo(GuestNic.MAC);
        byte[] data = "abc".getBytes(StandardCharsets.US_ASCII);
        wire.link.toGuest(Icmp.request(GuestNic.MAC, MAC, ADDRESSES.gateway(), ADDRESSES.ip(), 7, data));
        passes(5);
        byte[] echo = heard.poll();
        assertThat(Icmp.type(echo)).isEqualTo(Icmp.ECHO_REPLY);
        assertThat(Icmp.sequence(echo)).isEqualTo(7);
        assertThat(Icmp.checksumIsRight(echo)).isTrue();
    }

    @Test
    void aMachineWithoutMemoryForIt_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LinuxWire(
                        MachineSpec.builder().ramMib(31).build(),
                        LinkSpec.perfect(),
                        NetBackend.VHOST,
                        LinuxConfig.defaults()))
                .withMessage("Linux needs at least 32 MiB of memory, ramMib=31");
    }
}
