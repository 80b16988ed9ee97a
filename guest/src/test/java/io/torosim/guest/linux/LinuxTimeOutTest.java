package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.wire.Link.Direction;
import io.torosim.guest.wire.Tcp;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One certain frame is lost between Linux and a client: what it takes to get over it. */
final class LinuxTimeOutTest {
    private static final String GET = "GET / HTTP/1.0\r\n\r\n";

    private LinuxWire wire = wire(CostModel.standard(), LinkSpec.perfect());
    private long endedPs;

    private static LinuxWire wire(CostModel costs, LinkSpec link) {
        MachineSpec machine = MachineSpec.builder().vcpus(1).costs(costs).build();
        return new LinuxWire(
                machine, link, NetBackend.VHOST, LinuxConfig.defaults().withServices(false));
    }

    /** Loses the first frames of a direction with certain flags, or data if there are none. */
    private void loses(int frames, Direction direction, int flags) {
        int[] left = {frames};
        wire.link.filter((way, frame) -> {
            boolean meant = way == direction
                    && Tcp.isWhole(frame)
                    && (flags == 0 ? Tcp.data(frame).length > 0 : Tcp.flags(frame) == flags);
            return !meant || left[0]-- <= 0;
        });
    }

    /** Asks, and runs until the answer is whole; returns the milliseconds that this took. */
    private double millis() {
        LinuxWire.Asked asked = wire.ask(GET);
        endedPs = 0;
        while (asked.closed == 0 && endedPs < 60 * Picos.PER_SECOND) {
            endedPs += Picos.PER_MILLI / 4;
            wire.machine.runUntil(Duration.ofNanos(endedPs / 1000));
        }
        assertThat(asked.answer()).endsWith("works!</h1></body></html>\n");
        double took = endedPs / (double) Picos.PER_MILLI;
        wire.machine.runUntil(Duration.ofSeconds(200));
        assertThat(wire.linux.connections()).isZero();
        assertThat(wire.linux.connectionsGivenUp()).isZero();
        return took;
    }

    @Test
    void withoutLoss_nothingIsRepeated() {
        assertThat(millis()).isLessThan(2);
        assertThat(wire.linux.repeatedSegments()).isZero();
    }

    @Test
    void aLostSynAck_costsASecond_twoCostThree() {
        loses(1, Direction.OUT, Tcp.SYN | Tcp.ACK);
        assertThat(millis()).isBetween(1000.0, 1002.0);
        assertThat(wire.linux.repeatedSegments()).isGreaterThanOrEqualTo(1);
        wire = wire(CostModel.standard(), LinkSpec.perfect());
        loses(3, Direction.OUT, Tcp.SYN | Tcp.ACK); // the client's SYN has come again after a second, too
        assertThat(millis()).isBetween(3000.0, 3002.0);
    }

    @Test
    void aLostAnswer_costs204Milliseconds_asSsShowsIt() {
        loses(1, Direction.OUT, 0);
        assertThat(millis()).isBetween(204.0, 206.0);
        assertThat(wire.linux.repeatedSegments())
                .as("answer and FIN in one segment")
                .isEqualTo(1);
    }

    @Test
    void aLostFin_too() {
        loses(1, Direction.OUT, Tcp.FIN | Tcp.ACK);
        assertThat(millis()).isBetween(204.0, 206.0);
        assertThat(wire.linux.repeatedSegments()).isEqualTo(1);
    }

    @Test
    void lostTwice_theWaitIsDoubled() {
        loses(2, Direction.OUT, 0);
        assertThat(millis()).isBetween(3 * 204.0, 3 * 204.0 + 2);
    }

    @Test
    void aLostAcknowledgement_isMadeUpForByTheNext() {
        int[] acks = {0};
        wire.link.filter((way, frame) -> way != Direction.IN
                || !Tcp.isWhole(frame)
                || Tcp.flags(frame) != Tcp.ACK
                || acks[0]++ != 1); // the first ends the handshake
        assertThat(millis()).isLessThan(2);
        assertThat(acks[0]).isGreaterThan(1);
        assertThat(wire.linux.repeatedSegments()).isZero();
    }

    @Test
    void aLostRequest_isTheClientsToRepeat_withoutTheHandshakesAcknowledgementToo() {
        loses(1, Direction.IN, 0);
        assertThat(millis()).isBetween(200.0, 202.0);
        wire = wire(CostModel.standard(), LinkSpec.perfect());
        loses(1, Direction.IN, Tcp.ACK);
        assertThat(millis()).isLessThan(2);
    }

    @Test
    void everyFrameTwice_andEveryFrameLate_changeNoAnswer() {
        wire = wire(CostModel.standard(), LinkSpec.perfect().withDuplicates(1_000_000));
        assertThat(millis()).isLessThan(2);
        wire = wire(CostModel.standard(), LinkSpec.perfect().withReordering(400_000, Duration.ofMillis(3)));
        assertThat(millis()).isLessThan(220);
    }

    @Test
    void aLongRoundTrip_isMeasured_andNothingIsSentAgain() {
        wire = wire(CostModel.standard(), LinkSpec.perfect().withDelay(Duration.ofMillis(90), Duration.ofMillis(60)));
        assertThat(millis()).isBetween(450.0, 800.0);
        assertThat(wire.linux.repeatedSegments()).isZero();
    }

    @Test
    void parametersAreTheCostModels() {
        CostModel costs = CostModel.standard()
                .with("linux.tcp_rto_min", BigDecimal.valueOf(500))
                .with("linux.tcp_timeout_init", BigDecimal.valueOf(2))
                .with("linux.tcp_synack_retries", BigDecimal.ONE);
        wire = wire(costs, LinkSpec.perfect());
        loses(1, Direction.OUT, 0);
        assertThat(millis()).isBetween(504.0, 506.0);
        wire = wire(costs, LinkSpec.perfect());
        loses(1000, Direction.OUT, Tcp.SYN | Tcp.ACK);
        LinuxWire.Asked asked = wire.ask(GET);
        wire.machine.runUntil(Duration.ofMillis(100));
        assertThat(wire.linux.connections()).isEqualTo(1);
        wire.machine.runUntil(Duration.ofSeconds(60));
        assertThat(asked.failure).isEqualTo("no connection");
        assertThat(wire.linux.connections()).isZero();
        assertThat(wire.linux.connectionsGivenUp()).isPositive();
    }

    /** 250 us to a request, of which five packets have their share: a tenth rather than six hundredths is 10 us more for each, taken off the server's. */
    @Test
    void whatIsSentAgain_costsAsMuchAsAPacket() {
        long[] busyPs = new long[2];
        long repeats = 0;
        for (int i = 0; i < 2; i++) {
            BigDecimal share = i == 0 ? new BigDecimal("0.06") : new BigDecimal("0.1");
            wire = wire(CostModel.standard().with("linux.softirq_share", share), LinkSpec.perfect());
            wire.link.filter((way, frame) -> way == Direction.IN || Tcp.data(frame).length == 0);
            wire.ask(GET);
            busyPs[i] =
                    wire.machine.runUntil(Duration.ofSeconds(40)).usage().get(0).busyPs();
            repeats = wire.linux.repeatedSegments();
        }
        assertThat(repeats).isEqualTo(7);
        long received = wire.link.arrived(Direction.IN);
        assertThat(busyPs[1] - busyPs[0])
                .isBetween(
                        (received + repeats - 5) * 10 * Picos.PER_MICRO - Picos.PER_MICRO,
                        (received + repeats - 5) * 10 * Picos.PER_MICRO + Picos.PER_MICRO);
    }

    @Test
    void patience_isThatOfRetransmissionsFromTheShortestTimeOutOn() {
        TcpParameters tcp = TcpParameters.of(CostModel.standard());
        assertThat(tcp.patiencePs(15)).isEqualTo(924_600 * Picos.PER_MILLI); // as ip-sysctl.txt has it
        assertThat(tcp.patiencePs(8)).isEqualTo(102_200 * Picos.PER_MILLI);
        assertThat(tcp.synWaitPs(4)).isEqualTo(16 * Picos.PER_SECOND);
        assertThat(tcp.synWaitPs(40)).isEqualTo(120 * Picos.PER_SECOND);
    }
}
