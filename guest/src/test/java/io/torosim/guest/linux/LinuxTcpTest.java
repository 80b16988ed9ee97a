package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.spec.NetBackend;
import io.torosim.guest.stack.StackAddresses;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Tcp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The server's end of TCP, segment by segment: what RFC 793 and Linux's habits say, and what a peer may do wrong. */
final class LinuxTcpTest {
    private static final long MAC = 0x5254_0000_0002L;
    private static final StackAddresses ADDRESSES = StackAddresses.examples();
    private static final String GET = "GET / HTTP/1.0\r\n\r\n";
    private static final int FIRST = 1_000_000;

    private final LinuxWire wire = new LinuxWire(LinuxConfig.defaults().withServices(false), 1);
    private final ArrayDeque<byte[]> heard = new ArrayDeque<>();
    private int port = 40_000;
    private long millis;
    private int next = FIRST;
    private int expected;

    LinuxTcpTest() {
        wire.link.connectFarEnd(frame -> heard.add(frame.clone()));
    }

    private void send(int flags, int sequence, int acknowledgement, String data) {
        Tcp.Ends ends = new Tcp.Ends(MAC, GuestNic.MAC, ADDRESSES.gateway(), ADDRESSES.ip(), port, LinuxHttpGuest.PORT);
        wire.link.toGuest(Tcp.segment(
                ends, flags, sequence, acknowledgement, 29_200, data.getBytes(StandardCharsets.ISO_8859_1)));
        passes(5);
    }

    private void passes(long more) {
        millis += more;
        wire.run(millis);
    }

    /** The next segment that was sent, as flags, sequence number from the server's first, acknowledgement from ours, and bytes of data. */
    private String segment() {
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

    private void open() {
        send(Tcp.SYN, FIRST, 0, "");
        assertThat(segment()).isEqualTo("SA 0 1 0");
        next = FIRST + 1;
        send(Tcp.ACK, next, expected + 1, "");
        assertThat(segment()).isEqualTo("nothing");
    }

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
    void synAck_isRepeatedAfter1_2_4_8_16Seconds_andThenForgotten() {
        send(Tcp.SYN, FIRST, 0, "");
        assertThat(segment()).isEqualTo("SA 0 1 0");
        for (int seconds = 1; seconds <= 16; seconds *= 2) {
            passes(1000L * seconds - 10);
            assertThat(segment()).isEqualTo("nothing");
            passes(20);
            assertThat(segment()).isEqualTo("SA 0 1 0");
            millis -= 10;
        }
        assertThat(wire.linux.repeatedSegments()).isEqualTo(5);
        passes(40_000);
        assertThat(segment()).isEqualTo("nothing");
        assertThat(wire.linux.connections()).isZero();
    }

    @Test
    void aRepeatedSyn_isAnsweredAgain() {
        send(Tcp.SYN, FIRST, 0, "");
        assertThat(segment()).isEqualTo("SA 0 1 0");
        send(Tcp.SYN, FIRST, 0, "");
        assertThat(segment()).isEqualTo("SA 0 1 0");
        assertThat(wire.linux.connections()).isEqualTo(1);
    }

    @Test
    void anOpenConnection_waitsForDataFor60Seconds_withoutRepeatingItsSynAck() {
        open();
        passes(59_000);
        assertThat(segment()).isEqualTo("nothing");
        assertThat(wire.linux.connections()).isEqualTo(1);
        passes(2_000);
        assertThat(wire.linux.connections()).isZero();
    }

    @Test
    void theHandshakesLastSegment_mayBeLost() {
        send(Tcp.SYN, FIRST, 0, "");
        segment();
        send(Tcp.ACK | Tcp.PSH, FIRST + 1, expected + 1, GET);
        assertThat(segment()).startsWith("A 1 ");
        assertThat(segment()).startsWith("PA 1 ");
    }

    @Test
    void aWrongAcknowledgementInTheHandshake_isRefused() {
        send(Tcp.SYN, FIRST, 0, "");
        segment();
        send(Tcp.ACK, FIRST + 1, expected + 2, "");
        assertThat(segment()).startsWith("R ");
        assertThat(wire.linux.connections()).isEqualTo(1);
    }

    @Test
    void answerAndFin_areRepeatedAfter200Milliseconds_doubledEachTime_nineTimesInAll() {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        heard.clear();
        long before = millis;
        int repeats = 0;
        for (long after = 200; repeats < 8; after *= 2) {
            passes(after - 8);
            assertThat(segment()).as("before %d ms", after).isEqualTo("nothing");
            passes(8);
            assertThat(segment()).as("after %d ms", after).startsWith("PA 1 ");
            assertThat(segment()).as("one segment after a time-out").isEqualTo("nothing");
            repeats++;
        }
        assertThat(millis - before).isBetween(50_000L, 52_000L); // 200 ms * (2^8 - 1)
        passes(60_000);
        assertThat(segment()).isEqualTo("nothing");
        assertThat(wire.linux.connections()).isZero();
    }

    @Test
    void afterATimeOut_theFinFollowsTheAcknowledgement() {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        heard.clear();
        passes(220);
        assertThat(segment()).startsWith("PA 1 ");
        next += GET.length();
        send(Tcp.ACK, next, expected + 145, "");
        assertThat(segment()).startsWith("FA 145 ");
        send(Tcp.ACK, next, expected + 146, "");
        passes(70_000);
        assertThat(wire.linux.connections())
                .as("the client never closes: tcp_fin_timeout")
                .isZero();
        assertThat(segment()).isEqualTo("nothing");
    }

    @Test
    void aClientThatSaysNothing_gets536Bytes_andOneThatSays1000Gets1000() {
        String path = "/" + "x".repeat(1200);
        for (int mss : new int[] {0, 1000}) {
            heard.clear();
            port++;
            if (mss == 0) {
                send(Tcp.SYN, FIRST, 0, "");
            } else {
                wire.link.toGuest(synWithOptions(mss));
                passes(5);
            }
            assertThat(segment()).isEqualTo("SA 0 1 0");
            send(Tcp.ACK | Tcp.PSH, FIRST + 1, expected + 1, "GET " + path + " HTTP/1.0\r\n\r\n");
            assertThat(segment()).startsWith("A 1 ");
            int most = mss == 0 ? 536 : mss;
            int left = 1409;
            for (int from = 1; left > 0; from += most) {
                int bytes = Math.min(most, left);
                left -= bytes;
                assertThat(segment())
                        .startsWith((left == 0 ? "PA " : "A ") + from + " ")
                        .endsWith(" " + bytes);
            }
            assertThat(segment()).startsWith("FA 1410 ");
        }
    }

    /** No-operation, MSS, window scale, end: 12 bytes of options. */
    private byte[] synWithOptions(int mss) {
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

    @Test
    void aSmallWindow_isHeeded() {
        open();
        Tcp.Ends ends = new Tcp.Ends(MAC, GuestNic.MAC, ADDRESSES.gateway(), ADDRESSES.ip(), port, LinuxHttpGuest.PORT);
        wire.link.toGuest(
                Tcp.segment(ends, Tcp.ACK | Tcp.PSH, next, expected + 1, 100, GET.getBytes(StandardCharsets.US_ASCII)));
        passes(5);
        next += GET.length();
        assertThat(segment()).startsWith("A 1 ");
        assertThat(segment()).startsWith("A 1 ").endsWith(" 100");
        assertThat(segment()).isEqualTo("nothing");
        send(Tcp.ACK, next, expected + 101, "");
        assertThat(segment()).startsWith("PA 101 ").endsWith(" 44");
        assertThat(segment()).startsWith("FA 145 ");
    }

    @Test
    void aClosedWindow_isProbedWithAByte() {
        open();
        Tcp.Ends ends = new Tcp.Ends(MAC, GuestNic.MAC, ADDRESSES.gateway(), ADDRESSES.ip(), port, LinuxHttpGuest.PORT);
        wire.link.toGuest(
                Tcp.segment(ends, Tcp.ACK | Tcp.PSH, next, expected + 1, 0, GET.getBytes(StandardCharsets.US_ASCII)));
        passes(5);
        assertThat(segment()).startsWith("A 1 ");
        assertThat(segment()).startsWith("A 1 ").endsWith(" 1");
        passes(250);
        assertThat(segment()).startsWith("A 1 ").endsWith(" 1");
        send(Tcp.ACK, next + GET.length(), expected + 2, "");
        assertThat(segment()).startsWith("PA 2 ").endsWith(" 143");
    }

    @Test
    void aRequestInPieces_isPutTogether_aGapIsAcknowledgedAgain() {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, "GET / HT");
        assertThat(segment()).isEqualTo("A 1 9 0");
        send(Tcp.ACK | Tcp.PSH, next + 12, expected + 1, GET.substring(12));
        assertThat(segment()).as("a gap").isEqualTo("A 1 9 0");
        send(Tcp.ACK | Tcp.PSH, next + 4, expected + 1, GET.substring(4, 16));
        assertThat(segment()).as("four bytes are old").isEqualTo("A 1 17 0");
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, "GET / HT");
        assertThat(segment()).as("all are old").isEqualTo("A 1 17 0");
        send(Tcp.ACK | Tcp.PSH, next + 16, expected + 1, GET.substring(16));
        assertThat(segment()).isEqualTo("A 1 19 0");
        assertThat(segment()).isEqualTo("PA 1 19 144");
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
