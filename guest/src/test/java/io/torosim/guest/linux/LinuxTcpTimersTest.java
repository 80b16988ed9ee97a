package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.wire.Tcp;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is sent again and when, what windows and sizes do to it. */
final class LinuxTcpTimersTest extends LinuxTcpWire {
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
    void anAnswer_isRepeatedAfterItsMeasuredTimeOut_doubledEachTime_andGivenUpAsAnOrphansIs() {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET); // 10 ms after the SYN|ACK: 212 ms in whole ticks
        heard.clear();
        long before = millis;
        int repeats = 0;
        for (long after = 212; repeats < 8; after *= 2) {
            passes(after - 8);
            assertThat(segment()).as("before %d ms", after).isEqualTo("nothing");
            passes(8);
            assertThat(segment()).as("after %d ms", after).startsWith("FPA 1 ");
            assertThat(segment()).as("one segment after a time-out").isEqualTo("nothing");
            repeats++;
        }
        assertThat(millis - before).isBetween(54_000L, 54_200L); // 212 ms * (2^8 - 1)
        assertThat(wire.linux.connections()).isEqualTo(1);
        passes(54_300);
        assertThat(segment()).isEqualTo("nothing");
        assertThat(wire.linux.connections()).isZero();
        assertThat(wire.linux.connectionsGivenUp()).isEqualTo(1);
    }

    @Test
    void afterATimeOut_theFinGoesWithTheAnswer() {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        heard.clear();
        passes(220);
        assertThat(segment()).startsWith("FPA 1 ");
        next += GET.length();
        send(Tcp.ACK, next, expected + 145, "");
        assertThat(segment()).isEqualTo("nothing");
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
        assertThat(segment()).startsWith("FPA 101 ").endsWith(" 44");
    }

    @Test
    void aClosedWindow_isProbedAtDoubledDistances_andGivenUpAfterEightProbes() {
        open();
        window = 0;
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        assertThat(segment()).startsWith("A 1 ");
        passes(250);
        assertThat(segment()).startsWith("A 0 ").endsWith(" 0");
        passes(400);
        assertThat(segment()).startsWith("A 0 ").endsWith(" 0");
        window = 29_200;
        send(Tcp.ACK, next + GET.length(), expected + 1, "");
        assertThat(segment()).startsWith("FPA 1 ").endsWith(" 144");
        assertThat(wire.linux.repeatedSegments()).isZero();
        send(Tcp.ACK | Tcp.FIN, next + GET.length(), expected + 146, "");
        heard.clear();

        port++;
        open();
        window = 0;
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        heard.clear();
        passes(300_000);
        for (int i = 0; i < 8; i++) {
            assertThat(segment()).startsWith("A 0 ");
        }
        assertThat(segment()).isEqualTo("nothing");
        assertThat(wire.linux.connectionsGivenUp()).isEqualTo(1);
        assertThat(wire.linux.connections()).isZero();
    }

    @Test
    void aClientThatAnswersProbes_isProbedForAsLongAsItDoes() {
        open();
        window = 0;
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET);
        for (int i = 0; i < 30; i++) {
            passes(30_000);
            send(Tcp.ACK, next + GET.length(), expected + 1, "");
        }
        assertThat(heard).hasSizeGreaterThan(30);
        assertThat(wire.linux.connections()).isEqualTo(1);
    }

    @Test
    void aSynAckThatWasSentThreeTimes_leavesOneSegmentInFlight() {
        send(Tcp.SYN, FIRST, 0, "");
        passes(3_100);
        for (int i = 0; i < 3; i++) {
            assertThat(segment()).isEqualTo("SA 0 1 0");
        }
        next = FIRST + 1;
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, "GET /" + "x".repeat(1200) + " HTTP/1.0\r\n\r\n");
        assertThat(segment()).startsWith("A 1 1219 0");
        assertThat(segment()).isEqualTo("A 1 1219 536");
        assertThat(segment()).isEqualTo("nothing");
    }

    /** However long an orphan may be kept. */
    @Test
    void anOrphanWhoseTimeOutIsTheLongest_isGivenUpAtItsSecond() {
        begins(CostModel.standard().with("linux.tcp_orphan_retries", BigDecimal.valueOf(15)));
        open();
        passes(45_000);
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, GET); // a round trip of 45 s
        heard.clear();
        passes(121_000);
        assertThat(segment()).startsWith("FPA 1 ");
        assertThat(wire.linux.connections()).isEqualTo(1);
        passes(121_000);
        assertThat(segment()).isEqualTo("nothing");
        assertThat(wire.linux.connections()).isZero();
    }
}
