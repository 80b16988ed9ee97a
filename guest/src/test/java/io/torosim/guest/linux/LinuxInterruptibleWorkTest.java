package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.spec.LinuxConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Interrupts that change nothing, in the middle of a task's work: each is taken at its instant, and the work is as long as without them. */
final class LinuxInterruptibleWorkTest {
    private static final int NOTHING_TO_DO = 0xfd; // reschedule
    private static final Duration SETTLED = Duration.ofMillis(200);

    /**
     * What one request did.
     *
     * @param busyPs how long the vCPU was busy
     * @param longestPs when its longest step began, and how long it took
     * @param takenPs when the interrupts were taken
     * @param entryPs what taking one costs
     */
    private record Outcome(long busyPs, long[] longestPs, List<Long> takenPs, long entryPs) {}

    private static Outcome request(List<Long> interruptsPs) {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build());
        RequestPort port =
                GuestKind.linux(LinuxConfig.defaults().withServices(false)).start(GuestPlace.on(machine));
        machine.runUntil(SETTLED);
        List<Long> taken = new ArrayList<>();
        long[] longestPs = {0, 0};
        long[] lastPs = {Picos.NEVER};
        machine.trace().addSink((ps, vcpu, kind, a, b) -> {
            if (kind == TraceKind.INTERRUPT && a == NOTHING_TO_DO) {
                taken.add(ps);
            }
        });
        machine.observeSteps(vcpu -> {
            if (vcpu.nowPs() - lastPs[0] > longestPs[1]) {
                longestPs[0] = lastPs[0];
                longestPs[1] = vcpu.nowPs() - lastPs[0];
            }
            lastPs[0] = vcpu.halted() ? Picos.NEVER : vcpu.nowPs();
        });
        long before = machine.vcpu(0).residencyPs(VcpuState.BUSY);
        port.request();
        for (long ps : interruptsPs) {
            machine.simulation()
                    .at(
                            ps,
                            Machine.DEVICE_PRIORITY,
                            (op, arg) -> machine.vcpu(0).raise(NOTHING_TO_DO),
                            0,
                            0);
        }
        machine.runUntil(SETTLED.plusMillis(3));
        assertThat(port.doneCount()).isEqualTo(1);
        long busyPs = machine.vcpu(0).residencyPs(VcpuState.BUSY) - before;
        return new Outcome(busyPs, longestPs, taken, machine.costs().interruptEntryPs());
    }

    /** In the longest step of the request, at odd picoseconds. */
    @Test
    void anInterruptInAStretchOfWork_isTakenAtItsInstant_andTheWorkIsNoLonger() {
        Outcome plain = request(List.of());
        assertThat(plain.takenPs).isEmpty();
        assertThat(plain.longestPs[1]).isGreaterThan(80 * Picos.PER_MICRO);
        List<Long> instants = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            instants.add(plain.longestPs[0] + (5 + 10 * i) * Picos.PER_MICRO + 1 + i);
        }
        Outcome cut = request(instants);
        assertThat(cut.takenPs).isEqualTo(instants);
        assertThat(cut.busyPs).isEqualTo(plain.busyPs + instants.size() * cut.entryPs);
    }
}
