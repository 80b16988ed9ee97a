package io.torosim.virtio.vsock;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.vsock.VsockEndpoint.VsockConnection;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams between guest and host: right bytes, no more than the peer has room for, nothing stops; planted faults are found. */
class VsockTest {
    private static final Set<VsockFault> NONE = EnumSet.noneOf(VsockFault.class);
    private static final int NEAR_WRAP = -20_000;
    private static final int BUFFER = 8192;
    private static final int BYTES = 60_000;

    /** A bench; the receive buffers of every other one are larger than what the queues hold. */
    private static VsockBench bench(Set<VsockFault> guest, Set<VsockFault> host, long seed) {
        return new VsockBench(0, seed % 4 < 2 ? BUFFER : 1 << 17, seed % 3 == 0 ? NEAR_WRAP : 0, guest, host, seed);
    }

    @Test
    void streams_bringEveryByte_onEveryRing() {
        long[] rings = {
            0,
            VirtioFeatures.EVENT_IDX,
            VirtioFeatures.RING_PACKED,
            VirtioFeatures.RING_PACKED | VirtioFeatures.EVENT_IDX,
            VirtioFeatures.IN_ORDER
        };
        for (long ring : rings) {
            for (int seed = 0; seed < 4; seed++) {
                VsockBench bench =
                        new VsockBench(ring, seed < 3 ? BUFFER : 100, seed == 0 ? NEAR_WRAP : 0, NONE, NONE, seed);
                int bytes = seed < 3 ? BYTES : 3000;
                assertThat(bench.transfer(bytes, bytes))
                        .as("ring %x, seed %d", ring, seed)
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(VsockFault.class)
    void everyFault_isFound(VsockFault fault) {
        List<String> wrong = new ArrayList<>();
        for (int seed = 0; seed < 12 && wrong.isEmpty(); seed++) {
            EnumSet<VsockFault> faults = EnumSet.of(fault);
            boolean atHost = fault == VsockFault.DROPPED_WITHOUT_BUFFER || seed % 2 == 1;
            VsockBench bench = bench(atHost ? NONE : faults, atHost ? faults : NONE, seed);
            if (fault == VsockFault.RESET_IGNORED) {
                wrong.addAll(reset(bench, atHost));
            } else {
                // in one direction: credit does not come with answers
                int bytes = seed % 4 < 2 ? BYTES : 3 << 17;
                wrong.addAll(bench.transfer(atHost ? 0 : bytes, atHost ? bytes : 0));
                bench = bench(atHost ? NONE : faults, atHost ? faults : NONE, seed);
                if (wrong.isEmpty()) {
                    wrong.addAll(bench.transfer(atHost ? bytes : 0, atHost ? 0 : bytes));
                }
                if (wrong.isEmpty()) {
                    wrong.addAll(bench(atHost ? NONE : faults, atHost ? faults : NONE, seed)
                            .transfer(BYTES, BYTES));
                }
            }
        }
        assertThat(wrong).isNotEmpty();
    }

    @Test
    void withoutFaults_nothingIsFound() {
        for (int seed = 0; seed < 12; seed += 1 + seed % 2) {
            int bytes = seed % 4 < 2 ? BYTES : 3 << 17;
            assertThat(bench(NONE, NONE, seed).transfer(bytes, 0))
                    .as("up, seed %d", seed)
                    .isEmpty();
            assertThat(bench(NONE, NONE, seed).transfer(0, bytes))
                    .as("down, seed %d", seed)
                    .isEmpty();
        }
    }

    /** One end closes; the other must know. */
    private static List<String> reset(VsockBench bench, boolean guestCloses) {
        bench.transfer(3000, 3000);
        (guestCloses ? bench.guestEnd : bench.hostEnd).close();
        bench.work();
        bench.work();
        VsockConnection other = guestCloses ? bench.hostEnd : bench.guestEnd;
        return other.reset() && !other.open() && other.write(new byte[10]) == 0
                ? List.of()
                : List.of("a reset is not noticed");
    }

    @Test
    void closedStream_isKnownAtTheOtherEnd() {
        for (boolean guestCloses : new boolean[] {true, false}) {
            assertThat(reset(bench(NONE, NONE, 1), guestCloses)).isEmpty();
        }
    }

    @Test
    void shutdown_endsBothWays_withoutLoss() {
        VsockBench bench = bench(NONE, NONE, 2);
        bench.guestEnd = bench.driver.guest().connect(VsockPacket.HOST_CID, VsockBench.PORT);
        bench.work();
        assertThat(bench.guestEnd.write(new byte[] {1, 2, 3})).isEqualTo(3);
        bench.guestEnd.shutdown();
        assertThat(bench.guestEnd.write(new byte[] {4})).isZero();
        bench.work();
        assertThat(bench.hostEnd.ended()).isFalse();
        assertThat(bench.hostEnd.write(new byte[] {9})).isEqualTo(1);
        assertThat(bench.hostEnd.read(10)).containsExactly(1, 2, 3);
        assertThat(bench.hostEnd.ended()).isTrue();
        bench.hostEnd.shutdown();
        bench.work();
        bench.work();
        assertThat(bench.guestEnd.read(10)).containsExactly(9);
        assertThat(bench.guestEnd.ended()).isTrue();
        assertThat(bench.checker.violations()).isEmpty();
    }

    @Test
    void portWithoutListener_refuses() {
        VsockBench bench = bench(NONE, NONE, 2);
        VsockConnection refused = bench.driver.guest().connect(VsockPacket.HOST_CID, 81);
        bench.work();
        bench.work();
        assertThat(refused.reset()).isTrue();
        assertThat(refused.open()).isFalse();
    }

    @Test
    void packets_areReadAsTheyWereWritten_andShortOnesAreNone() {
        VsockPacket packet = new VsockPacket(3, 2, -1, 80, 1, VsockPacket.RW, 0, 8192, -5, new byte[] {1, 2, 3});
        byte[] bytes = packet.encode();
        assertThat(bytes).hasSize(47);
        VsockPacket back = VsockPacket.decode(bytes);
        assertThat(back.payload()).containsExactly(1, 2, 3);
        assertThat(back.srcPort()).isEqualTo(-1);
        assertThat(back.fwdCnt()).isEqualTo(-5);
        assertThat(VsockPacket.decode(java.util.Arrays.copyOf(bytes, 46))).isNull();
        assertThat(VsockPacket.decode(new byte[43])).isNull();
    }
}
