package io.torosim.core.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.choice.Choices.Perturbation;
import org.junit.jupiter.api.Test;

final class PerturbationTest {
    @Test
    void mostDeliveries_arePlain_theOthersAreInRange_andComeFromTheSeed() {
        Perturbation one = new Perturbation(1);
        Perturbation same = new Perturbation(1);
        int deliveries = 0;
        for (int i = 0; i < 200_000; i++) {
            int delivery = one.choose("machine.ipi", 6);
            assertThat(delivery).isBetween(0, 5);
            assertThat(same.choose("machine.ipi", 6)).isEqualTo(delivery);
            deliveries += delivery > 0 ? 1 : 0;
        }
        assertThat(deliveries).isBetween(9_000, 11_000);
        assertThat(one.disturbed()).isEqualTo(deliveries);
        assertThat(one.choose("only.one", 1)).isZero();
        for (int i = 0; i < 1_000; i++) {
            assertThat(one.choose("cpu.store", 4)).isZero(); // the processor's, not the host's
            assertThat(one.choose("vcpu.delay", 7)).isZero(); // by time, not by choice
        }
    }

    @Test
    void aVcpuIsHeldUp_onceInSoMuchTime_whateverStepsThatTimeIsMadeOf() {
        for (long stepPs : new long[] {10_000, 3_000_000}) {
            Perturbation host = new Perturbation(5);
            int heldUp = 0;
            int longest = 0;
            long nowPs = 0;
            long endPs = 10_000 * Perturbation.STEP_EVERY_PS;
            while (nowPs < endPs) {
                // up to the next moment step by step of the same length, as a loop is passed over
                long steps = (host.nextPs(0, nowPs) - nowPs) / stepPs;
                nowPs += steps * stepPs;
                int longer = host.lengthened(0, nowPs, nowPs + stepPs, 7);
                nowPs += stepPs;
                assertThat(longer).isBetween(0, 6);
                heldUp += longer > 0 ? 1 : 0;
                longest += longer == 6 ? 1 : 0;
            }
            assertThat(heldUp).isBetween(9_600, 10_400);
            assertThat(longest).isBetween(1, 17); // a sixth of every three hundredth: 5.6
            assertThat(host.disturbed()).isEqualTo(heldUp);
        }
    }

    @Test
    void passingStepsOver_drawsTheSame_asGoingThroughThem() {
        Perturbation one = new Perturbation(9);
        Perturbation same = new Perturbation(9);
        long nowPs = 0;
        for (int i = 0; i < 1_000_000; i++) {
            int longer = one.lengthened(1, nowPs, nowPs + 10_000, 7);
            if (same.nextPs(1, nowPs) >= nowPs + 10_000) {
                assertThat(longer).isZero();
            } else {
                assertThat(same.lengthened(1, nowPs, nowPs + 10_000, 7))
                        .isEqualTo(longer)
                        .isPositive();
            }
            nowPs += 10_000;
        }
        assertThat(one.disturbed()).isBetween(5L, 50L); // 20 expected
    }

    @Test
    void vcpusDoNotDisturbEachOthersDraws() {
        Perturbation alone = new Perturbation(3);
        Perturbation both = new Perturbation(3);
        both.nextPs(1, 0);
        both.lengthened(1, 0, 1L << 40, 7);
        assertThat(both.nextPs(0, 0)).isEqualTo(alone.nextPs(0, 0)).isNotEqualTo(both.nextPs(1, 0));
    }
}
