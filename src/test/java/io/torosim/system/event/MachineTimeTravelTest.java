package io.torosim.system.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.replay.TimeTravel;
import io.torosim.core.replay.TimeTravel.Subject;
import org.junit.jupiter.api.Test;

/** A machine can be stepped through, its state in print. */
class MachineTimeTravelTest {
    private static Subject fresh() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).seed(42).build());
        for (int i = 1; i <= 5; i++) {
            machine.simulation().at(i * 100, (op, arg) -> machine.raiseIrq(op), 32 + i, 0);
        }
        return new Subject(
                machine.simulation(), machine.trace(), () -> machine.result().toString(), machine::close);
    }

    @Test
    void machine_stepsForwardAndBack() {
        try (TimeTravel travel = new TimeTravel(MachineTimeTravelTest::fresh)) {
            travel.toEvent(2);
            String second = travel.print();
            assertThat(second)
                    .contains("after event 2 at 200 ps")
                    .contains("DEVICE_IRQ  a=34")
                    .contains("RunResult");
            travel.step();
            assertThat(travel.print()).contains("DEVICE_IRQ  a=35");
            travel.stepBack();
            assertThat(travel.print()).isEqualTo(second);
        }
    }
}
