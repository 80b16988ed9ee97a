package io.torosim.core.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.choice.Choices.Perturbation;
import org.junit.jupiter.api.Test;

final class PerturbationTest {
    @Test
    void mostChoices_arePlain_theOthersAreInRange_andComeFromTheSeed() {
        Perturbation one = new Perturbation(1);
        Perturbation same = new Perturbation(1);
        int steps = 0;
        int deliveries = 0;
        for (int i = 0; i < 200_000; i++) {
            int step = one.choose("vcpu.delay", 7);
            int delivery = one.choose("machine.ipi", 6);
            assertThat(step).isBetween(0, 6);
            assertThat(delivery).isBetween(0, 5);
            assertThat(same.choose("vcpu.delay", 7)).isEqualTo(step);
            assertThat(same.choose("machine.ipi", 6)).isEqualTo(delivery);
            steps += step > 0 ? 1 : 0;
            deliveries += delivery > 0 ? 1 : 0;
        }
        assertThat(steps).isBetween(5, 60); // 20 expected
        assertThat(deliveries).isBetween(9_000, 11_000);
        assertThat(one.disturbed()).isEqualTo(steps + deliveries);
        assertThat(one.choose("only.one", 1)).isZero();
        for (int i = 0; i < 1_000; i++) {
            assertThat(one.choose("cpu.store", 4)).isZero(); // the processor's, not the host's
        }
    }
}
