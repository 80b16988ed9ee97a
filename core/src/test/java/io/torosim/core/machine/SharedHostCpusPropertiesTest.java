package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** vCPUs on fewer CPUs of the host: nobody gets more than there is, none is idle while somebody waits, and it is fair. */
final class SharedHostCpusPropertiesTest {
    private static final Activity BUSY = v -> 1_000_000;

    private static MachineSpec.Builder spec(int vcpus, int cpus) {
        return MachineSpec.builder().vcpus(vcpus).hostCpus(cpus);
    }

    /** Works, halts and is woken at random; sometimes polls in a loop that is passed over. */
    private static Activity worker(Random random) {
        return new Activity() {
            private int left;

            @Override
            public long step(Vcpu vcpu) {
                vcpu.interruptsEnabled(true);
                if (left == 0) {
                    left = 1 + random.nextInt(200);
                    return HALT;
                }
                left--;
                return 1 + random.nextInt(400_000_000);
            }
        };
    }

    @Property(tries = 60)
    void cpusAreNeverShared_norIdleWhileSomebodyWaits(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 6) int vcpus,
            @ForAll @IntRange(min = 1, max = 5) int cpus,
            @ForAll boolean haltPolling) {
        Machine machine =
                Machine.create(spec(vcpus, cpus).haltPolling(haltPolling).build());
        VcpuState[] states = new VcpuState[vcpus];
        Arrays.fill(states, VcpuState.OFF);
        long[] lastPs = {0};
        int[] checked = {0};
        int[] waited = {0};
        machine.trace().addSink((timePs, vcpu, kind, a, b) -> {
            if (kind != TraceKind.VCPU_STATE) {
                return;
            }
            if (timePs > lastPs[0]) {
                long on = Arrays.stream(states).filter(VcpuState::burnsHostCpu).count();
                long waits = Arrays.stream(states)
                        .filter(s -> s == VcpuState.WAITING)
                        .count();
                assertThat(on).isLessThanOrEqualTo(cpus);
                if (waits > 0) {
                    assertThat(on).isEqualTo(cpus);
                    waited[0]++;
                }
                checked[0]++;
            }
            lastPs[0] = timePs;
            states[vcpu] = VcpuState.values()[(int) a];
        });
        Random random = new Random(seed);
        for (int i = 0; i < vcpus; i++) {
            machine.vcpu(i).start(worker(new Random(random.nextLong())), vector -> v -> Activity.DONE);
            for (int wake = 0; wake < 60; wake++) {
                int id = i;
                long atPs = (long) (random.nextDouble() * Picos.PER_SECOND);
                machine.simulation()
                        .at(
                                atPs,
                                Machine.DEVICE_PRIORITY,
                                (op, arg) -> machine.vcpu(id).raise(48),
                                0,
                                0);
            }
        }
        RunResult result = machine.runUntil(Duration.ofSeconds(1));
        assertThat(checked[0]).isGreaterThan(10);
        Statistics.label("somebody waited").collect(waited[0] > 0);
        Statistics.label("somebody waited").coverage(c -> c.check(true).percentage(p -> p > 15));
        for (VcpuUsage usage : result.usage()) {
            assertThat(usage.totalPs()).isEqualTo(Picos.PER_SECOND);
        }
    }

    @Example
    void threeBusyOnes_getTwoThirdsOfACpuEach() {
        Machine machine = Machine.create(spec(3, 2).build());
        for (int i = 0; i < 3; i++) {
            machine.vcpu(i).start(BUSY, vector -> v -> Activity.DONE);
        }
        for (VcpuUsage usage : machine.runUntil(Duration.ofSeconds(2)).usage()) {
            assertThat(usage.busyPs() / (double) usage.totalPs()).isBetween(0.64, 0.69);
            assertThat(usage.waitingPs() / (double) usage.totalPs()).isBetween(0.31, 0.36);
        }
    }

    @Example
    void whoSleepsMuch_preemptsAtOnce_andTheBusyOnePays() {
        Machine machine = Machine.create(spec(2, 1).build());
        machine.vcpu(0).start(BUSY, vector -> v -> Activity.DONE);
        long[] workPs = {0};
        machine.vcpu(1)
                .start(
                        v -> {
                            v.interruptsEnabled(true);
                            workPs[0] = workPs[0] == 0 ? 100_000_000 : 0;
                            return workPs[0] == 0 ? Activity.HALT : workPs[0];
                        },
                        vector -> v -> Activity.DONE);
        for (int i = 1; i <= 100; i++) {
            machine.simulation()
                    .at(
                            i * 10L * Picos.PER_MILLI,
                            Machine.DEVICE_PRIORITY,
                            (op, arg) -> machine.vcpu(1).raise(48),
                            0,
                            0);
        }
        RunResult result = machine.runUntil(Duration.ofSeconds(1));
        // 100 us of work each 10 ms, never kept waiting but in the very beginning
        assertThat(result.usage().get(1).waitingPs()).isLessThan(20 * Picos.PER_MILLI);
        assertThat(result.usage().get(0).waitingPs()).isBetween(9 * Picos.PER_MILLI, 13 * Picos.PER_MILLI);
    }

    @Example
    void asManyCpusAsVcpus_isTheMachineWithOneEach() {
        long[] digests = new long[2];
        for (int i = 0; i < 2; i++) {
            Machine machine =
                    Machine.create(spec(2, i == 0 ? 0 : 2).haltPolling(true).build());
            machine.vcpu(0).start(BUSY, vector -> v -> Activity.DONE);
            digests[i] = machine.runUntil(Duration.ofMillis(10)).traceDigest();
        }
        assertThat(digests[0]).isEqualTo(digests[1]);
    }

    @Example
    void mwaitThatTheGuestExecutes_isRefused() {
        assertThatThrownBy(() -> spec(2, 1).mwait(MwaitMode.HONOURED).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hostCpus=1, vcpus=2");
    }

    /** Who starts another vCPU in the middle of a step cannot be stopped there: the other one waits for the tick. */
    @Example
    void aStepThatStartsAnother_isDoneFirst() {
        Machine machine = Machine.create(spec(2, 1).build());
        int[] steps = {0};
        machine.vcpu(0)
                .start(
                        vcpu -> {
                            if (++steps[0] == 10_000) {
                                machine.vcpu(1).start(BUSY, vector -> v -> Activity.DONE);
                            }
                            return 1_000_000;
                        },
                        vector -> v -> Activity.DONE);
        RunResult result = machine.runUntil(Duration.ofSeconds(1));
        for (VcpuUsage usage : result.usage()) {
            assertThat(usage.busyPs()).isBetween(450 * Picos.PER_MILLI, 550 * Picos.PER_MILLI);
        }
    }

    @Example
    void aProgramThatNeverTakesTime_isNamed() {
        Machine machine = Machine.create(spec(1, 1).build());
        machine.vcpu(0).start(vcpu -> 0, vector -> v -> Activity.DONE);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("vCPU 0 makes no progress: 10000000 steps that take no time at 0 ps");
    }
}
