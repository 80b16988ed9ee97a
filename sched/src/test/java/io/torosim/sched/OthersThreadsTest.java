package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls on threads of another kernel name both sides. */
final class OthersThreadsTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(2).build());
    private final ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());

    @ParameterizedTest
    @ValueSource(strings = {"kill", "resume", "suspend"})
    void threadOfAnotherKernel(String call) {
        Machine second = Machine.create(MachineSpec.builder().build());
        GuestThread victim =
                ToroKernel.boot(second, KernelConfig.defaults()).spawn(0, "victim", GuestProgram.loop(Step.yieldCpu()));
        BiConsumer<GuestThread, GuestThread> does = call.equals("kill")
                ? GuestThread::kill
                : call.equals("resume") ? GuestThread::resume : GuestThread::suspend;
        kernel.spawn(0, "caller", GuestProgram.once(self -> {
            does.accept(self, victim);
            return self.compute(1000);
        }));
        assertThatThrownBy(() -> machine.runUntil(SHORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("thread caller on core 0: " + call + " of thread victim, which belongs to another kernel");
        assertThat(victim.killed()).isFalse();
    }
}
