package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.state.SavedState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A run that ended with an exception stands in the middle of something: it neither goes on nor is saved. */
final class MachineFailureTest {
    private boolean throwing = true;

    private Machine machine() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        machine.vcpu(0)
                .start(
                        vcpu -> {
                            if (throwing && vcpu.nowPs() >= 3_000) {
                                throw new IllegalArgumentException("mine");
                            }
                            return 1_000;
                        },
                        vector -> v -> Activity.DONE);
        return machine;
    }

    @Test
    void afterAStepHasThrown_theRunHasEnded() {
        Machine machine = machine();
        assertThatThrownBy(() -> machine.runUntil(Duration.ofNanos(10))).hasMessage("mine");
        assertThatThrownBy(() -> machine.runUntil(Duration.ofNanos(20)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the run has ended with an exception at ")
                .hasMessageContaining("(mine), and cannot run on");
        assertThatThrownBy(machine::save).hasMessageContaining("(mine), and cannot be saved");
        assertThat(machine.result()).isNotNull();
    }

    @Test
    void afterAnEventHasThrown_theRunHasEnded() {
        throwing = false;
        Machine machine = machine();
        machine.simulation()
                .at(5_000, (op, arg) -> assertThat(op).as("of an event").isZero(), 1, 0);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofNanos(10))).hasMessageContaining("of an event");
        assertThatThrownBy(() -> machine.runUntil(Duration.ofNanos(20))).hasMessageContaining("of an event");
    }

    @Test
    void whatWasSavedBefore_isPutBack_andRunsOn() {
        throwing = false;
        Machine machine = machine();
        machine.runUntil(Duration.ofNanos(2));
        SavedState saved = machine.save();
        long digest =
                machine.branch(saved, m -> m.runUntil(Duration.ofNanos(10)).traceDigest());
        throwing = true;
        assertThatThrownBy(() -> machine.runUntil(Duration.ofNanos(10))).hasMessage("mine");
        throwing = false;
        machine.restore(saved);
        assertThat(machine.runUntil(Duration.ofNanos(10)).traceDigest()).isEqualTo(digest);
    }
}
