package io.torosim.experiment.load;

import static io.torosim.experiment.load.Captures.ACK;
import static io.torosim.experiment.load.Captures.PUSH_ACK;
import static io.torosim.experiment.load.Captures.SYN;
import static io.torosim.experiment.load.Captures.ethernet;
import static io.torosim.experiment.load.Captures.ipv4;
import static io.torosim.experiment.load.Captures.ipv6;
import static io.torosim.experiment.load.Captures.tcp;
import static io.torosim.experiment.load.Captures.vlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.experiment.spec.Specification.SpecException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalPcapTest {
    private static final Path SHIPPED = Path.of("..", "specs", "ab-loopback.pcap");
    private static final byte[] OPENING = ipv4(tcp(80, SYN, ""));

    @ParameterizedTest
    @CsvSource({"BIG_ENDIAN,a1b2c3d4", "LITTLE_ENDIAN,a1b2c3d4", "BIG_ENDIAN,a1b23c4d", "LITTLE_ENDIAN,a1b23c4d"})
    void bothByteOrders_andBothFractions_giveTheSameTimes(String order, String magic) {
        boolean nanos = magic.equals("a1b23c4d");
        Captures capture = new Captures(
                order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                Integer.parseUnsignedInt(magic, 16),
                101);
        capture.packet(10, nanos ? 999_000_000 : 999_000, OPENING).packet(12, nanos ? 500_000 : 500, OPENING);

        assertThat(read(capture)).containsExactly(Duration.ZERO, Duration.ofNanos(1_001_500_000));
    }

    @ParameterizedTest
    @CsvSource({"0,4", "12,0", "101,0", "108,4", "113,16", "228,0", "229,0", "276,20"})
    void linkHeaders_arePassedOver(int linkType, int headerBytes) {
        Captures capture = Captures.micros(linkType);
        capture.packet(0, 0, new byte[headerBytes], OPENING);
        capture.packet(1, 0, new byte[headerBytes], ipv6(tcp(80, SYN, "")));

        assertThat(read(capture)).containsExactly(Duration.ZERO, Duration.ofSeconds(1));
    }

    @Test
    void ethernet_takesIpOnly_alsoInsideAVlan() {
        Captures capture = Captures.micros(1)
                .packet(0, 0, ethernet(0x0800), OPENING)
                .packet(1, 0, vlan(0x86dd), ipv6(tcp(80, SYN, "")))
                .packet(2, 0, ethernet(0x0806), OPENING); // claims to be ARP

        assertThat(read(capture)).containsExactly(Duration.ZERO, Duration.ofSeconds(1));
    }

    @Test
    void syn_countsOpeningsToThePort_only() {
        Captures capture = Captures.micros(101)
                .packet(0, 0, OPENING)
                .packet(1, 0, ipv4(tcp(80, SYN | ACK, "")))
                .packet(2, 0, ipv4(tcp(81, SYN, "")))
                .packet(3, 0, ipv4(tcp(80, PUSH_ACK, "GET / HTTP/1.0")))
                .packet(4, 0, ipv4(1, tcp(80, SYN, ""))) // a later fragment holds no TCP header
                .packet(5, 0, OPENING);

        assertThat(read(capture)).containsExactly(Duration.ZERO, Duration.ofSeconds(5));
    }

    @Test
    void get_countsRequests_alsoSeveralOnAConnection() {
        Captures capture = Captures.micros(101)
                .packet(0, 0, OPENING)
                .packet(1, 0, ipv4(tcp(80, PUSH_ACK, "GET / HTTP/1.1")))
                .packet(2, 0, ipv6(tcp(80, PUSH_ACK, "GET /2 HTTP/1.1")))
                .packet(3, 0, ipv4(tcp(80, PUSH_ACK, "GETAWAY")))
                .packet(4, 0, ipv4(tcp(80, PUSH_ACK, "GE")));

        assertThat(ArrivalPcap.read("x", capture.bytes(), 80, true))
                .containsExactly(Duration.ZERO, Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 17, 23})
    void cutOff_isToldWithPacketAndOffset(int bytesLeft) {
        byte[] whole =
                Captures.micros(101).packet(0, 0, OPENING).packet(1, 0, OPENING).bytes();
        int second = 24 + 16 + OPENING.length;
        byte[] cut = Arrays.copyOf(whole, second + bytesLeft);
        String problem = bytesLeft < 16
                ? "header cut off, bytes left=" + bytesLeft
                : "captured length runs beyond the end of the file, length=" + OPENING.length;

        assertThatThrownBy(() -> ArrivalPcap.read("x", cut, 80, false))
                .isInstanceOf(SpecException.class)
                .hasMessage("x: packet 2 at offset " + second + ": " + problem);
    }

    @Test
    void lengthOfFourGigabytes_isRefused() {
        byte[] bytes = Captures.micros(101).packet(0, 0, OPENING).bytes();
        Arrays.fill(bytes, 32, 36, (byte) 0xff);

        assertThatThrownBy(() -> ArrivalPcap.read("x", bytes, 80, false))
                .hasMessage(
                        "x: packet 1 at offset 24: captured length runs beyond the end of the file, length=4294967295");
    }

    @Test
    void fractionOfMoreThanASecond_isRefused() {
        byte[] bytes = Captures.micros(101).packet(0, 1_000_000, OPENING).bytes();

        assertThatThrownBy(() -> ArrivalPcap.read("x", bytes, 80, false))
                .hasMessage("x: packet 1 at offset 24: fraction of a second out of range, fraction=1000000");
    }

    @Test
    void otherFiles_areRefusedWithTheirFirstBytes() {
        byte[] text = "name,value of some other file".getBytes(StandardCharsets.US_ASCII);
        byte[] next = Arrays.copyOf(new byte[] {0x0a, 0x0d, 0x0d, 0x0a}, 40);

        assertThatThrownBy(() -> ArrivalPcap.read("x", text, 80, false))
                .hasMessage("x: not a pcap file: magic number 0x656d616e at offset 0");
        assertThatThrownBy(() -> ArrivalPcap.read("x", new byte[7], 80, false))
                .hasMessage("x: not a pcap file: shorter than its header of 24 bytes, bytes=7");
        assertThatThrownBy(() -> ArrivalPcap.read("x", next, 80, false))
                .hasMessage("x: is a pcapng file; convert it with: editcap -F nsecpcap IN OUT");
        assertThatThrownBy(() -> read(Captures.micros(105)))
                .hasMessageStartingWith("x: link type at offset 20 is not one of")
                .hasMessageEndingWith("linkType=105");
    }

    @Test
    void nothingToThePort_isRefused() {
        assertThatThrownBy(() -> ArrivalPcap.read(SHIPPED, 81, false))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("no TCP connection to port 81 in ");
    }

    @Test
    void shippedCapture_holdsAsManyRequestsAsTsharkSees() throws Exception {
        Process tshark;
        try {
            tshark = new ProcessBuilder(
                            "tshark",
                            "-r",
                            SHIPPED.toString(),
                            "-Y",
                            "tcp.flags.syn==1 && tcp.flags.ack==0 && tcp.dstport==8080",
                            "-T",
                            "fields",
                            "-e",
                            "frame.time_relative")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("tshark is not installed");
            return;
        }
        List<Duration> seen = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .map(line -> Duration.parse("PT" + line.strip() + "S"))
                .toList();
        assertThat(tshark.waitFor(30, TimeUnit.SECONDS)).isTrue();
        Duration first = seen.get(0);

        assertThat(ArrivalPcap.read(SHIPPED, 8080, false))
                .isEqualTo(seen.stream().map(t -> t.minus(first)).toList());
    }

    @Test
    void shippedCapture_holdsAGetForEachConnection() {
        assertThat(ArrivalPcap.read(SHIPPED, 8080, true))
                .hasSameSizeAs(ArrivalPcap.read(SHIPPED, 8080, false))
                .hasSize(160);
    }

    @Test
    void shippedCapture_isSmall() throws IOException {
        assertThat(Files.size(SHIPPED)).isLessThan(200_000);
    }

    private static List<Duration> read(Captures capture) {
        return ArrivalPcap.read("x", capture.bytes(), 80, false);
    }
}
