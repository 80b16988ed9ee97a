package io.torosim.experiment.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NicRowTest {
    private final Specification host = Specification.defaults();

    private NicRow light(NicCard card, int size) {
        return NicRow.of(card, host, size, NicRow.LIGHT_RATE);
    }

    private static long count(NicRow row, ExitCause cause) {
        return row.exits(cause);
    }

    @Test
    void exitsByCause_areThoseOfTorosSources() {
        for (int size : new int[] {64, 1514}) {
            NicRow virtio = light(NicCard.VIRTIO_TORO, size);
            long n = virtio.outcome().answered();
            assertThat(n).isEqualTo(10).isEqualTo(virtio.outcome().started());
            assertThat(count(virtio, ExitCause.PIO)).as("status").isEqualTo(2 * n);
            assertThat(count(virtio, ExitCause.NOTIFY)).as("buffer and frame").isEqualTo(2 * n);
            assertThat(count(virtio, ExitCause.PIC)).isEqualTo(4 * n);
            assertThat(count(virtio, ExitCause.EXTERNAL_INTERRUPT)).isEqualTo(2 * n);

            NicRow event = light(NicCard.VIRTIO_EVENT_IDX, size);
            assertThat(count(event, ExitCause.NOTIFY))
                    .as("the frame")
                    .isEqualTo(event.outcome().answered());
            assertThat(event.exitsPerAnswer()).isEqualTo(2);

            NicRow e1000 = light(NicCard.E1000, size);
            assertThat(count(e1000, ExitCause.MMIO))
                    .as("receive 7, send 3, sent 1")
                    .isEqualTo(11L * e1000.outcome().answered());
            assertThat(count(e1000, ExitCause.PIC))
                    .isEqualTo(4L * e1000.outcome().answered());

            NicRow ne2000 = light(NicCard.NE2000, size);
            assertThat(count(ne2000, ExitCause.PIO))
                    .as("receive 25 and the bytes, send 9 and the bytes, sent 2")
                    .isEqualTo((36L + 2 * size) * ne2000.outcome().answered());
        }
    }

    @Test
    void cards_rankAsExpected_atEverySize() {
        for (int size : new int[] {64, 512, 1514}) {
            NicRow[] rows = {
                light(NicCard.VIRTIO_EVENT_IDX, size),
                light(NicCard.VIRTIO_TORO, size),
                light(NicCard.E1000, size),
                light(NicCard.NE2000, size)
            };
            for (int i = 0; i < rows.length; i++) {
                assertThat(rows[i].copiedBytesPerAnswer())
                        .as(rows[i].card().label())
                        .isEqualTo(2.0 * size);
                if (i > 0) {
                    assertThat(rows[i].busyMicrosPerAnswer()).isGreaterThan(rows[i - 1].busyMicrosPerAnswer());
                    assertThat(rows[i].latencyMicros()).isGreaterThan(rows[i - 1].latencyMicros());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(NicCard.class)
    void lightLoad_isAnsweredWhole_atItsRate(NicCard card) {
        NicRow row = light(card, 64);
        assertThat(row.outcome().answered()).isEqualTo(row.outcome().started());
        assertThat(row.answersPerSecond()).isCloseTo(NicRow.LIGHT_RATE, within(0.1));
        assertThat(row.outcome().panics()).isEmpty();
        assertThat(light(card, 64).outcome().result()).isEqualTo(row.outcome().result());
    }

    /** The handler takes frames until there are none: the packet thread never gets its turn. */
    @Test
    void moreThanAHandlerCanTake_answersNothing() {
        NicRow slow = NicRow.of(NicCard.NE2000, host, 64, 5_000);
        assertThat(slow.outcome().answered()).isZero();
        assertThat(slow.outcome().started()).isEqualTo(100);
        assertThat(slow.outcome().usage().get(0).interrupts())
                .as("the first one does not end")
                .isEqualTo(1);
        assertThat(count(slow, ExitCause.PIO)).isGreaterThan(2_000);
        assertThat(NicRow.of(NicCard.VIRTIO_EVENT_IDX, host, 64, 100_000).answersPerSecond())
                .isCloseTo(100_000, within(1_000.0));
    }

    @Test
    void aThousandPacketsThatWait_stopTheKernelAsItWas() {
        NicRow asItWas = NicRow.of(NicCard.VIRTIO_TORO, host, 1514, 100_000, true);
        assertThat(asItWas.outcome().panics())
                .singleElement()
                .asString()
                .startsWith("vCPU 0: block header is corrupted");
        NicRow repaired = NicRow.of(NicCard.VIRTIO_TORO, host, 1514, 100_000);
        assertThat(repaired.outcome().panics()).isEmpty();
        assertThat(repaired.outcome().answered())
                .isGreaterThan(asItWas.outcome().answered());
    }

    @Test
    void hostOfTheSpecification_isHeeded() {
        NicRow vhost = light(NicCard.VIRTIO_TORO, 64);
        NicRow user =
                NicRow.of(NicCard.VIRTIO_TORO, host.with(Keys.NET_BACKEND, NetBackend.USER), 64, NicRow.LIGHT_RATE);
        assertThat(user.latencyMicros()).isGreaterThan(vhost.latencyMicros());
        NicRow emulated =
                NicRow.of(NicCard.E1000, host.with(Keys.VCPU_MODE, VcpuMode.TCG_MULTI), 64, NicRow.LIGHT_RATE);
        assertThat(emulated.outcome().answered()).isEqualTo(emulated.outcome().started());
        assertThat(emulated.busyMicrosPerAnswer())
                .isLessThan(light(NicCard.E1000, 64).busyMicrosPerAnswer());
        assertThat(count(emulated, ExitCause.MMIO))
                .isEqualTo(11L * emulated.outcome().answered());
        NicRow exact = NicRow.of(NicCard.E1000, host.exactly(true), 64, NicRow.LIGHT_RATE);
        assertThat(exact.outcome().result().traceDigest())
                .isEqualTo(light(NicCard.E1000, 64).outcome().result().traceDigest());
    }

    @Test
    void sizesAndRatesOutOfRange_areRefused() {
        assertThatThrownBy(() -> NicRow.of(NicCard.E1000, host, 41, 1))
                .hasMessage("frameBytes must be in [42, 1514], frameBytes=41");
        assertThatThrownBy(() -> NicRow.of(NicCard.E1000, host, 1515, 1))
                .hasMessage("frameBytes must be in [42, 1514], frameBytes=1515");
        assertThatThrownBy(() -> NicRow.of(NicCard.E1000, host, 42, 0))
                .hasMessage("packetsPerSecond must be in [1, 1000000], packetsPerSecond=0");
    }
}
