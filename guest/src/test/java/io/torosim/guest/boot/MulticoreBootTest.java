package io.torosim.guest.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.boot.BootRig.Outcome;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MulticoreBootTest {
    private static MachineSpec spec(int cores) {
        return MachineSpec.builder().vcpus(cores).ramMib(1024).build();
    }

    private static Outcome boot(BringUpOrder order, int cores) {
        return new BootRig(BootPath.QEMU_LITE, spec(cores), order).run();
    }

    @ParameterizedTest
    @EnumSource
    void oneCore_takesWhatTheSequenceTakes_whateverTheOrder(BringUpOrder order) {
        long expected = new BootRig(BootPath.QEMU_LITE, spec(1)).toFirstThreadPs();
        assertThat(boot(order, 1).bootPs()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void everyCoreComesUp_andRunsAreEqual(BringUpOrder order) {
        for (int cores : new int[] {2, 5, 8}) {
            assertThat(boot(order, cores).cores()).isEqualTo(cores);
            assertThat(boot(order, cores)).isEqualTo(boot(order, cores));
        }
    }

    @ParameterizedTest
    @EnumSource
    void fastForward_changesNothing(BringUpOrder order) {
        for (int cores : new int[] {2, 5}) {
            MachineSpec stepped = MachineSpec.builder()
                    .vcpus(cores)
                    .ramMib(1024)
                    .fastForward(false)
                    .exactStepping(true)
                    .build();
            assertThat(new BootRig(BootPath.QEMU_LITE, stepped, order).run()).isEqualTo(boot(order, cores));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStartedCore_runsItsOwnStartUp_onItsOwnVcpu(BringUpOrder order) {
        List<String> states = new ArrayList<>();
        new BootRig(BootPath.QEMU_LITE, spec(3), order).run((timePs, vcpu, kind, a, b) -> {
            if (vcpu == 2 && kind == TraceKind.VCPU_STATE) {
                states.add(VcpuState.values()[(int) a].name());
            }
        });
        assertThat(states).containsExactly("BUSY", "POLL", "BUSY", "HALTED"); // its Delay(10), then no thread
    }

    @Test
    void serialOrdersGrowWithTheCores_theOthersHardly() {
        for (BringUpOrder order : BringUpOrder.values()) {
            long grows = boot(order, 8).bootPs() - boot(order, 2).bootPs();
            boolean serial = order == BringUpOrder.TORO || order == BringUpOrder.MANUAL;
            if (serial) {
                assertThat(grows).as(order.label()).isGreaterThan(6 * 10 * Picos.PER_MILLI);
            } else {
                assertThat(grows).as(order.label()).isLessThan(20 * Picos.PER_MILLI);
            }
        }
    }

    @Test
    void eachOrderIsQuickerThanTheOneBefore() {
        long previous = Long.MAX_VALUE;
        for (BringUpOrder order : BringUpOrder.values()) {
            long now = boot(order, 8).bootPs();
            assertThat(now).as(order.label()).isLessThan(previous);
            previous = now;
        }
    }
}
