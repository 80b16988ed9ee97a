package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.guest.wire.Tcp;
import org.junit.jupiter.api.Test;

/** What comes in another order, or twice: a duplicate acknowledgement at once, and nothing is asked for again that has come. */
final class LinuxReorderingTest extends LinuxTcpWire {
    private void piece(int from, int to) {
        send(Tcp.ACK | Tcp.PSH, next + from, expected + 1, GET.substring(from, to));
    }

    @Test
    void aRequestInPieces_isPutTogether_whatComesEarlyIsKept() {
        open();
        piece(0, 8);
        assertThat(segment()).isEqualTo("A 1 9 0");
        piece(12, 18);
        assertThat(segment()).as("a gap: acknowledged at once").isEqualTo("A 1 9 0");
        piece(4, 11);
        assertThat(segment()).as("four bytes are old, one is missing").isEqualTo("A 1 12 0");
        piece(0, 8);
        assertThat(segment()).as("all are old").isEqualTo("A 1 12 0");
        piece(11, 12);
        assertThat(segment()).as("the gap is closed, and the request whole").isEqualTo("A 1 19 0");
        assertThat(segment()).isEqualTo("PA 1 19 144");
    }

    @Test
    void piecesInAnyOrder_makeTheRequest() {
        int[][] orders = {{2, 1, 0}, {2, 0, 1}, {1, 2, 0}, {1, 0, 2}, {0, 2, 1}};
        for (int[] order : orders) {
            port++;
            heard.clear();
            open();
            for (int which : order) {
                piece(6 * which, 6 * which + 6);
            }
            for (int i = 0; i < 2; i++) {
                assertThat(segment()).startsWith("A 1 ");
            }
            assertThat(segment()).isEqualTo("A 1 19 0");
            assertThat(segment()).isEqualTo("PA 1 19 144");
        }
    }

    @Test
    void aFinBeforeItsData_isKeptToo() {
        open();
        send(Tcp.ACK | Tcp.FIN, next + 18, expected + 1, "");
        assertThat(segment()).isEqualTo("A 1 1 0");
        piece(0, 18);
        assertThat(segment()).as("request and FIN").isEqualTo("A 1 20 0");
        assertThat(segment()).isEqualTo("PA 1 20 144");
        assertThat(segment()).isEqualTo("FA 145 20 0");
    }

    @Test
    void anAcknowledgementAheadOfLostData_counts_andIsNotAnswered() {
        open();
        piece(0, 18);
        heard.clear();
        send(Tcp.ACK, next + 30, expected + 146, ""); // 12 bytes of ours were lost
        assertThat(segment()).isEqualTo("nothing");
        passes(1_000);
        assertThat(segment()).as("nothing is sent again").isEqualTo("nothing");
    }

    @Test
    void dataBeyondTheWindow_areNotTaken() {
        open();
        piece(0, 6);
        segment();
        send(Tcp.ACK, next + 6 + 29_200 - 11, expected + 1, GET.substring(6));
        assertThat(segment()).isEqualTo("A 1 7 0");
        piece(6, 18);
        assertThat(segment()).isEqualTo("A 1 19 0");
    }

    @Test
    void earlyDataOfAClosedConnection_areRefused() {
        open();
        piece(0, 18);
        heard.clear();
        send(Tcp.ACK, next + 20, expected + 146, "more");
        assertThat(segment()).startsWith("R ");
        assertThat(wire.linux.connections()).isZero();
    }

    @Test
    void everySegmentTwice_isOneAnswer() {
        for (int i = 0; i < 2; i++) {
            send(Tcp.SYN, FIRST, 0, "");
        }
        next = FIRST + 1;
        assertThat(segment()).isEqualTo("SA 0 1 0");
        assertThat(segment()).isEqualTo("SA 0 1 0");
        for (int i = 0; i < 2; i++) {
            send(Tcp.ACK, next, expected + 1, "");
        }
        piece(0, 18);
        piece(0, 18);
        assertThat(segment()).isEqualTo("A 1 19 0");
        assertThat(segment()).isEqualTo("PA 1 19 144");
        assertThat(segment()).isEqualTo("FA 145 19 0");
        assertThat(segment()).as("of the second").isEqualTo("A 146 19 0");
        for (int i = 0; i < 2; i++) {
            send(Tcp.ACK | Tcp.FIN, next + 18, expected + 146, "");
        }
        assertThat(segment()).isEqualTo("A 146 20 0");
        assertThat(segment()).as("TIME_WAIT").isEqualTo("A 146 20 0");
        assertThat(segment()).isEqualTo("nothing");
        assertThat(wire.linux.connections()).isZero();
    }
}
