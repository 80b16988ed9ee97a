package io.torosim.virtio.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.virtio.NicCard;
import io.torosim.virtio.testkit.FlatMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

class NicComparisonTest {
    private final NicCosts costs = NicCosts.of(CostModel.standard());

    private long exits(NicCard card, int sendBytes, int receiveBytes) {
        Nic nic = NicComparison.create(card, costs);
        while (nic.interruptPending()) {
            nic.handleInterrupt();
        }
        long before = nic.meter().exits();
        if (sendBytes > 0) {
            nic.send(new byte[sendBytes]);
        } else {
            assertThat(nic.arrive(new byte[receiveBytes])).isTrue();
        }
        List<byte[]> frames = nic.interruptPending() ? nic.handleInterrupt() : List.of();
        assertThat(frames).hasSize(sendBytes > 0 ? 0 : 1);
        assertThat(nic.framesOut()).isEqualTo(sendBytes > 0 ? 1 : 0);
        return nic.meter().exits() - before;
    }

    @Test
    void exitsPerPacket_areThoseOfTorosSources() {
        assertThat(exits(NicCard.VIRTIO_TORO, 54, 0)).isEqualTo(4);
        assertThat(exits(NicCard.E1000, 54, 0)).isEqualTo(6);
        assertThat(exits(NicCard.NE2000, 54, 0)).isEqualTo(67);
        assertThat(exits(NicCard.VIRTIO_TORO, 1254, 0)).isEqualTo(4);
        assertThat(exits(NicCard.E1000, 1254, 0)).isEqualTo(6);
        assertThat(exits(NicCard.NE2000, 1254, 0)).isEqualTo(1267);
        assertThat(exits(NicCard.VIRTIO_TORO, 0, 66)).isBetween(3L, 4L);
        assertThat(exits(NicCard.E1000, 0, 66)).isEqualTo(9);
        assertThat(exits(NicCard.NE2000, 0, 66)).isEqualTo(93);
    }

    @Test
    void cards_rankAsExpected_atEverySize() {
        for (int size : NicComparison.SIZES) {
            long virtio = NicComparison.run(NicCard.VIRTIO_TORO, costs, size, 1000, 500)
                    .cpuPsPerPacket();
            long event = NicComparison.run(NicCard.VIRTIO_EVENT_IDX, costs, size, 1000, 500)
                    .cpuPsPerPacket();
            long e1000 =
                    NicComparison.run(NicCard.E1000, costs, size, 1000, 500).cpuPsPerPacket();
            long ne2000 =
                    NicComparison.run(NicCard.NE2000, costs, size, 1000, 500).cpuPsPerPacket();
            assertThat(event).isLessThan(virtio);
            assertThat(virtio).isLessThan(e1000);
            assertThat(e1000).isLessThan(ne2000);
        }
    }

    @Test
    void lightLoad_isAnsweredWhole_heavyLoadSaturates() {
        for (NicCard card : NicCard.values()) {
            NicRow light = NicComparison.run(card, costs, 64, 100, 300);
            assertThat(light.dropped()).isZero();
            assertThat(light.answeredPerSecond()).isBetween(99L, 101L);
            NicRow heavy = NicComparison.run(card, costs, 1514, 1_000_000, 3000);
            assertThat(heavy.busyPermille()).isGreaterThan(990);
            assertThat(heavy.answeredPerSecond()).isLessThan(1_000_000);
            assertThat(heavy.meanLatencyPs()).isGreaterThan(light.meanLatencyPs());
            assertThat(heavy.p99LatencyPs()).isGreaterThanOrEqualTo(heavy.meanLatencyPs());
        }
    }

    @Test
    void sameArguments_giveTheSameRow() {
        assertThat(NicComparison.run(NicCard.E1000, costs, 256, 20_000, 1000))
                .isEqualTo(NicComparison.run(NicCard.E1000, costs, 256, 20_000, 1000));
        assertThat(NicComparison.standard(costs)).hasSize(4 * NicComparison.SIZES.size() * NicComparison.RATES.size());
        assertThatThrownBy(() -> NicComparison.run(NicCard.E1000, costs, 15, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bytes_surviveTheirWay() {
        for (NicCard card : NicCard.values()) {
            Nic nic = NicComparison.create(card, costs);
            for (int i = 0; i < 700; i++) {
                byte[] frame = new byte[60 + i];
                for (int b = 0; b < frame.length; b++) {
                    frame[b] = (byte) (b * 5 + i);
                }
                assertThat(nic.arrive(frame)).isTrue();
                List<byte[]> got = nic.handleInterrupt();
                assertThat(got).hasSize(1);
                assertThat(got.get(0)).isEqualTo(frame);
            }
        }
    }

    @Test
    void nonsenseInRegisters_neverThrows() {
        FlatMemory memory = new FlatMemory(0x1000);
        E1000Device e1000 = new E1000Device(memory, new byte[6], f -> {});
        int[] values = {-1, 0, 16, 0x7fff_fff0};
        for (int offset = 0; offset < 0x6000; offset += 4) {
            for (int value : values) {
                if (offset != E1000Device.CTRL) {
                    e1000.write(offset, 4, value);
                }
            }
        }
        e1000.receive(new byte[100]);
        e1000.write(E1000Device.TDT, 4, 5);
        e1000.write(-4, 4, 0);
        assertThat(e1000.read(0x40000, 4)).isZero();
        assertThat(e1000.dropped()).isEqualTo(1);
        Ne2000Device ne2000 = new Ne2000Device(f -> {});
        for (int i = 0; i < 40_000; i++) {
            ne2000.write(i * 7 % 20, 1, i * 31 ^ i >> 3);
            ne2000.read(i % 20, 1);
        }
        ne2000.receive(new byte[2000]);
        assertThat(new AccessMeter(costs.access()).exits()).isZero();
    }
}
