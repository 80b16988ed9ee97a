package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The instants at which a host with fewer CPUs than vCPUs takes one away: slices, and who wakes, with Linux's numbers of {@link CostModel}. */
final class SharedHostCpusTest {
    private static final long STEP_PS = 10 * Picos.PER_MICRO;
    private static final Activity BUSY = v -> STEP_PS;

    private record Change(long ps, int vcpu, VcpuState to) {}

    private static CostModel ticks(int hz) {
        return CostModel.standard().with("host.tick_hz", BigDecimal.valueOf(hz));
    }

    private static Machine machine(int vcpus, int cpus, int tickHz, List<Change> changes) {
        Machine machine = Machine.create(MachineSpec.builder()
                .vcpus(vcpus)
                .hostCpus(cpus)
                .costs(ticks(tickHz))
                .build());
        machine.trace().addSink((ps, vcpu, kind, a, b) -> {
            if (kind == TraceKind.VCPU_STATE) {
                changes.add(new Change(ps, vcpu, VcpuState.values()[(int) a]));
            }
        });
        return machine;
    }

    private static void start(Machine machine, int vcpu, Activity program) {
        machine.vcpu(vcpu).start(program, vector -> v -> Activity.DONE);
    }

    /**
     * Busy ones from the beginning, who begin as they are numbered. The first turn ends with the first tick at which it has lasted a slice: 6 ms for
     * all, times one and a third of the CPUs' logarithm, but 0.75 ms at least.
     */
    @ParameterizedTest
    @CsvSource({
        "2, 1, 1_000, 3_000", // 6 ms for two
        "2, 1, 250, 4_000", // the tick is late
        "3, 1, 1_000, 2_000",
        "4, 1, 1_000, 2_000",
        "3, 2, 1_000, 6_000", // 12 ms for two on a CPU
        "12, 2, 1_000, 2_000",
        "33, 4, 1_000, 3_000" // not 2 ms: 18 for nine on a CPU, but 2.25 at least
    })
    void aTurn_endsWithTheFirstTickAfterItsSlice(int vcpus, int cpus, String tickHz, String turnMicros) {
        long turnPs = number(turnMicros) * Picos.PER_MICRO;
        List<Change> changes = new ArrayList<>();
        Machine machine = machine(vcpus, cpus, (int) number(tickHz), changes);
        for (int i = 0; i < vcpus; i++) {
            start(machine, i, BUSY);
        }
        machine.runUntil(Duration.ofMillis(20));
        int turns = Math.min(cpus, vcpus - cpus);
        List<Change> first =
                changes.stream().filter(c -> c.ps > 0).limit(2L * turns).toList();
        List<Change> expected = new ArrayList<>();
        for (int i = 0; i < turns; i++) {
            expected.add(new Change(turnPs, i, VcpuState.WAITING));
            expected.add(new Change(turnPs, cpus + i, VcpuState.BUSY));
        }
        assertThat(first).isEqualTo(expected);
    }

    private static long number(String text) {
        return Long.parseLong(text.replace("_", ""));
    }

    /** Two of them in turn: the second one, which has had less, is not sent away before it has had more. */
    @Test
    void twoBusyOnes_takeTurns() {
        List<Change> changes = new ArrayList<>();
        Machine machine = machine(2, 1, 1_000, changes);
        start(machine, 0, BUSY);
        start(machine, 1, BUSY);
        machine.runUntil(Duration.ofMillis(14));
        assertThat(changes.stream().filter(c -> c.ps > 0 && c.to == VcpuState.BUSY))
                .extracting(c -> c.ps / Picos.PER_MILLI + " ms: vCPU " + c.vcpu)
                .containsExactly("3 ms: vCPU 1", "7 ms: vCPU 0", "10 ms: vCPU 1", "13 ms: vCPU 0");
    }

    /** What happened to a sleeper that was able to run at an instant while another had the only CPU for a while. */
    private record Wake(long ps, long sleeperHadPs, long otherBeganPs, List<Change> changes) {}

    /** The sleeper halts at once; the other begins after 100 us; the interrupt comes so much later. */
    private static Wake wake(long laterPs) {
        List<Change> changes = new ArrayList<>();
        Machine machine = machine(2, 1, 250, changes);
        start(machine, 1, v -> {
            v.interruptsEnabled(true);
            return v.nowPs() == 0 ? Activity.HALT : STEP_PS;
        });
        long beganPs = 100 * Picos.PER_MICRO;
        machine.simulation().at(beganPs, Machine.DEVICE_PRIORITY, (op, arg) -> start(machine, 0, BUSY), 0, 0);
        machine.simulation()
                .at(
                        beganPs + laterPs,
                        Machine.DEVICE_PRIORITY,
                        (op, arg) -> machine.vcpu(1).raise(48),
                        0,
                        0);
        machine.runUntil(Duration.ofMillis(8));
        long haltedPs = -1;
        for (Change change : changes) {
            if (change.vcpu == 1 && change.to == VcpuState.HALTED) {
                haltedPs = change.ps;
            } else if (change.vcpu == 1 && haltedPs >= 0 && change.ps > haltedPs) {
                List<Change> after = changes.subList(changes.indexOf(change), changes.size());
                return new Wake(change.ps, haltedPs, beganPs, List.copyOf(after));
            }
        }
        throw new AssertionError(changes);
    }

    /** One that wakes takes the CPU from one that has had more than 1 ms more than itself, not 1 ms: to the picosecond. */
    @Test
    void whoWakes_takesTheCpu_ifTheOtherHasHadMoreByTheGranularity() {
        long guessPs = 800 * Picos.PER_MICRO;
        Wake guess = wake(guessPs);
        long morePs = guess.ps - guess.otherBeganPs - guess.sleeperHadPs;
        long laterPs = guessPs + Picos.PER_MILLI - morePs;

        Wake atIt = wake(laterPs);
        assertThat(atIt.ps - atIt.otherBeganPs - atIt.sleeperHadPs).isEqualTo(Picos.PER_MILLI);
        long tickPs = atIt.ps + 4 * Picos.PER_MILLI;
        assertThat(atIt.changes)
                .startsWith(
                        new Change(atIt.ps, 1, VcpuState.BUSY),
                        new Change(atIt.ps, 1, VcpuState.WAITING),
                        new Change(tickPs, 0, VcpuState.WAITING),
                        new Change(tickPs, 1, VcpuState.BUSY));

        Wake past = wake(laterPs + 1);
        assertThat(past.ps).isEqualTo(atIt.ps + 1);
        assertThat(past.changes)
                .startsWith(new Change(past.ps, 1, VcpuState.BUSY), new Change(past.ps, 0, VcpuState.WAITING));
        assertThat(past.changes.stream().filter(c -> c.ps < past.ps + 4 * Picos.PER_MILLI && c.ps > past.ps))
                .isEmpty();
    }
}
