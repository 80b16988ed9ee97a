package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.state.SavedState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A machine that is closed stays so: a state from before does not open it again. */
final class ClosedMachineTest {
    private final Machine machine = Machine.create(MachineSpec.builder().build());

    @Test
    void everything_isRefusedByName() {
        SavedState state = machine.save();
        machine.close();
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the machine is closed, and cannot run on");
        assertThatThrownBy(machine::save)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the machine is closed, and cannot be saved");
        assertThatThrownBy(() -> machine.restore(state))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the machine is closed, and cannot be put back");
        assertThatThrownBy(() -> machine.branch(state, m -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the machine is closed, and cannot be put back");
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .as("still closed")
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTrialThatCloses_isRefusedToo() {
        SavedState state = machine.save();
        assertThatThrownBy(() -> machine.branch(state, m -> {
                    m.close();
                    return 1;
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the machine is closed, and cannot be put back");
    }
}
