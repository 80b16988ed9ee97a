package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.sched.GuestThread.IoDevice;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls on threads of another kernel, and on devices that a thread has no business with, name both sides. */
final class OthersThingsTest {
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

    @Test
    void device_ofThreadsOfTwoCores() {
        IoDevice device = new IoDevice("disk");
        for (int core = 0; core < 2; core++) {
            kernel.spawn(
                    core, "t" + core, GuestProgram.once(self -> self.getDevice(device), self -> self.compute(1000)));
        }
        assertThatThrownBy(() -> machine.runUntil(SHORT))
                .hasMessageContaining("the users of a device are threads of one core, device=disk, thread=t")
                .hasMessageContaining(", used by t");
    }

    @Test
    void device_thatIsFree_orAnothers_isNotFreed() {
        IoDevice device = new IoDevice("disk");
        kernel.spawn(0, "first", GuestProgram.once(self -> self.getDevice(device), Step.suspend()));
        kernel.spawn(0, "second", GuestProgram.once(Step.yieldCpu(), Step.yieldCpu(), self -> {
            self.freeDevice(device);
            return self.compute(1000);
        }));
        assertThatThrownBy(() -> machine.runUntil(SHORT))
                .hasMessage("freeDevice of a device that the thread has not, device=disk, thread=second on core 0,"
                        + " first has it");
        assertThat(device.busy()).isTrue();
        ToroKernel other = ToroKernel.boot(Machine.create(MachineSpec.builder().build()), KernelConfig.defaults());
        other.spawn(0, "third", GuestProgram.once(self -> {
            self.freeDevice(new IoDevice("card"));
            return self.compute(1000);
        }));
        assertThatThrownBy(() -> other.machine().runUntil(SHORT))
                .hasMessageEndingWith("device=card, thread=third on core 0, it is free");
    }
}
