package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.testkit.DeviceAttacks;
import io.torosim.virtio.testkit.DeviceAttacks.DeviceAttack;
import io.torosim.virtio.testkit.DriverAttacks;
import io.torosim.virtio.testkit.Violation;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hostile rings against our halves: stop, name the rule, write nowhere else, and work after a reset. */
class MalformedRingTest {
    private static final long EVENT = VirtioFeatures.EVENT_IDX;

    static List<DeviceAttack> split() {
        return DeviceAttacks.split();
    }

    static List<DeviceAttack> packed() {
        return DeviceAttacks.packed();
    }

    static List<DriverAttacks.Attack> splitLies() {
        return DriverAttacks.split();
    }

    static List<DriverAttacks.Attack> packedLies() {
        return DriverAttacks.packed();
    }

    @ParameterizedTest
    @MethodSource("split")
    void splitDevice_stopsAtTheRightRule(DeviceAttack attack) {
        for (long extra : new long[] {0, EVENT, VirtioFeatures.IN_ORDER, EVENT | VirtioFeatures.IN_ORDER}) {
            assertThat(DeviceAttacks.run(attack, false, VirtioFeatures.INDIRECT_DESC | extra, DeviceQueue::create))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("packed")
    void packedDevice_stopsAtTheRightRule(DeviceAttack attack) {
        for (long extra : new long[] {0, EVENT, VirtioFeatures.IN_ORDER, EVENT | VirtioFeatures.IN_ORDER}) {
            assertThat(DeviceAttacks.run(attack, true, VirtioFeatures.INDIRECT_DESC | extra, DeviceQueue::create))
                    .isEmpty();
        }
    }

    @Test
    void indirectNotNegotiated_stopsTheQueue() {
        assertThat(DeviceAttacks.run(DeviceAttacks.indirectNotNegotiated(false), false, 0, DeviceQueue::create))
                .isEmpty();
        assertThat(DeviceAttacks.run(DeviceAttacks.indirectNotNegotiated(true), true, 0, DeviceQueue::create))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("splitLies")
    void splitDriver_survivesLies(DriverAttacks.Attack attack) {
        assertThat(DriverAttacks.run(attack, false, DriverQueue::create)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("packedLies")
    void packedDriver_survivesLies(DriverAttacks.Attack attack) {
        List<Violation> wrong = DriverAttacks.run(attack, true, DriverQueue::create);
        if (attack.name().equals("len without WRITE")) { // for QEMU's sake, which never sets it
            assertThat(wrong)
                    .singleElement()
                    .matches(v -> v.rule() == Rule.P17 && v.verdict() == Verdict.IMPLEMENTATION);
        } else {
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void catalogue_hasTheCasesOfTheMeasurements() {
        assertThat(DeviceAttacks.split()).hasSizeGreaterThanOrEqualTo(41);
        assertThat(DeviceAttacks.packed()).hasSizeGreaterThanOrEqualTo(17);
    }
}
