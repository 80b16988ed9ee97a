package io.torosim.guest.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.guest.spec.LinkSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkTest {
    private final Machine machine = Machine.create(MachineSpec.builder().seed(7).build());
    private final List<Integer> toGuest = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();

    private Link link(LinkSpec spec) {
        return link(machine, spec);
    }

    private Link link(Machine on, LinkSpec spec) {
        Link link = new Link(on, spec);
        link.connectGuest(frame -> {
            toGuest.add((int) frame[0]);
            times.add(on.simulation().nowPs());
        });
        return link;
    }

    private void send(Machine on, Link link, int count) {
        for (int i = 0; i < count; i++) {
            byte[] frame = {(byte) i};
            on.simulation().at(i * Picos.PER_MILLI, Machine.DEVICE_PRIORITY, (op, arg) -> link.toGuest(frame), 0, 0);
        }
        on.runUntil(Duration.ofSeconds(10));
    }

    @Test
    void delay_isAdded() {
        send(machine, link(LinkSpec.perfect().withDelay(Duration.ofMillis(3), Duration.ZERO)), 2);
        assertThat(times).containsExactly(3 * Picos.PER_MILLI, 4 * Picos.PER_MILLI);
    }

    @Test
    void jitter_doesNotReorder() {
        send(machine, link(LinkSpec.perfect().withDelay(Duration.ZERO, Duration.ofMillis(20))), 100);
        assertThat(toGuest).hasSize(100).isSorted();
        assertThat(times).isSorted();
    }

    @Test
    void loss_losesAboutItsShare() {
        Link link = link(LinkSpec.perfect().withLoss(250_000));
        send(machine, link, 4000);
        assertThat(link.lost(Link.Direction.IN)).isBetween(900L, 1100L);
        assertThat(link.lost(Link.Direction.IN) + link.arrived(Link.Direction.IN))
                .isEqualTo(4000);
    }

    @Test
    void duplicates_comeTwice() {
        send(machine, link(LinkSpec.perfect().withDuplicates(1_000_000)), 3);
        assertThat(toGuest).containsExactly(0, 0, 1, 1, 2, 2);
    }

    @Test
    void reordered_areOvertaken() {
        send(machine, link(LinkSpec.perfect().withReordering(100_000, Duration.ofNanos(2_500_000))), 100);
        assertThat(toGuest).hasSize(100);
        assertThat(toGuest).isNotEqualTo(toGuest.stream().sorted().toList());
    }

    @Test
    void duplicates_doNotMoveTheLosses() {
        Link plain = link(LinkSpec.perfect().withLoss(200_000));
        send(machine, plain, 100);
        List<Integer> survivors = List.copyOf(toGuest);
        toGuest.clear();
        Machine other = Machine.create(MachineSpec.builder().seed(7).build());
        send(other, link(other, LinkSpec.perfect().withLoss(200_000).withDuplicates(300_000)), 100);
        assertThat(toGuest.stream().distinct().toList()).isEqualTo(survivors);
        assertThat(toGuest).hasSizeGreaterThan(survivors.size());
    }

    @Test
    void filter_losesWhatItNames() {
        Link link = link(LinkSpec.perfect());
        link.filter((direction, frame) -> frame[0] != 1);
        send(machine, link, 3);
        assertThat(toGuest).containsExactly(0, 2);
        assertThat(link.lost(Link.Direction.IN)).isEqualTo(1);
    }

    @Test
    void outOfRange_isRefused() {
        assertThatThrownBy(() -> LinkSpec.perfect().withLoss(1_000_001)).hasMessageContaining("lossPerMillion=1000001");
        assertThatThrownBy(() -> LinkSpec.perfect().withDelay(Duration.ofMillis(-1), Duration.ZERO))
                .hasMessageContaining("delay");
    }
}
