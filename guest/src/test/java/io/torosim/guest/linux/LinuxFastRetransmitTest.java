package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.guest.wire.Tcp;
import org.junit.jupiter.api.Test;

/** What duplicate acknowledgements bring about, and the window. */
final class LinuxFastRetransmitTest extends LinuxTcpWire {
    /** An answer in three segments of 536, 536 and 337 bytes, and its FIN. */
    private static final String THREE = "GET /" + "x".repeat(1200) + " HTTP/1.0\r\n\r\n";
    /** One of 5,809 bytes: each byte of the path is four in the answer. */
    private static final String LONG = "GET /" + "<".repeat(1400) + " HTTP/1.0\r\n\r\n";

    private int asked;

    private void ask(String request) {
        open();
        send(Tcp.ACK | Tcp.PSH, next, expected + 1, request);
        asked = next + request.length();
        assertThat(segment()).startsWith("A 1 ");
    }

    private void acknowledge(int from) {
        send(Tcp.ACK, asked, expected + from, "");
    }

    private void hears(String... starts) {
        for (String start : starts) {
            assertThat(segment()).startsWith(start + " ");
        }
        assertThat(segment()).isEqualTo("nothing");
    }

    /** The first that follows the client's data says its window, and counts as nothing else. */
    private void saysItsWindow() {
        acknowledge(1);
        hears();
    }

    @Test
    void threeDuplicates_sendTheOldestSegmentAgain_atOnce() {
        ask(THREE);
        hears("A 1", "A 537", "PA 1073", "FA 1410");
        saysItsWindow();
        acknowledge(1);
        acknowledge(1);
        hears();
        acknowledge(1);
        hears("A 1");
        acknowledge(1411);
        passes(2_000);
        hears();
        assertThat(wire.linux.repeatedSegments()).isEqualTo(1);
    }

    @Test
    void anAcknowledgementOfAPart_sendsTheNextHoleAgain() {
        ask(THREE);
        hears("A 1", "A 537", "PA 1073", "FA 1410");
        saysItsWindow();
        for (int i = 0; i < 3; i++) {
            acknowledge(1);
        }
        hears("A 1");
        acknowledge(537);
        hears("A 537");
        acknowledge(1073);
        hears("FPA 1073");
        acknowledge(1411);
        passes(2_000);
        hears();
        assertThat(wire.linux.repeatedSegments()).isEqualTo(3);
    }

    @Test
    void twoSegmentsInFlight_cannotBringThreeDuplicates() {
        ask(GET);
        hears("PA 1", "FA 145");
        for (int i = 0; i < 6; i++) {
            acknowledge(1); // the wire has doubled them
        }
        hears();
    }

    @Test
    void duplicatesAfterATimeOut_areOfWhatWasSentTwice() {
        ask(THREE);
        hears("A 1", "A 537", "PA 1073", "FA 1410");
        passes(250);
        hears("A 1");
        for (int i = 0; i < 5; i++) {
            acknowledge(1);
        }
        hears();
        acknowledge(537);
        hears("A 537", "FPA 1073");
        acknowledge(1411);
        passes(2_000);
        hears();
    }

    @Test
    void dataAndNewWindows_areNoDuplicates() {
        ask(THREE);
        heard.clear();
        for (int i = 0; i < 5; i++) {
            window = 29_000 + i;
            acknowledge(1);
        }
        hears();
    }

    @Test
    void tenSegmentsAreInFlightAtFirst_twoMoreForEachThatIsAcknowledged() {
        ask(LONG);
        hears("A 1", "A 537", "A 1073", "A 1609", "A 2145", "A 2681", "A 3217", "A 3753", "A 4289", "A 4825");
        acknowledge(537);
        hears("FPA 5361");
    }

    @Test
    void eachDuplicate_letsOneMoreSegmentGo() {
        ask(LONG);
        heard.clear();
        saysItsWindow();
        acknowledge(1);
        hears("FPA 5361");
        acknowledge(1);
        hears();
        acknowledge(1);
        hears("A 1");
    }
}
