package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Toro's kernel does to its local APICs goes over the bus: every exit but halts and interrupts is an access that was seen there. */
final class KernelAccessesTest {
    /** Counts accesses by the exit that each is, hands them on, and keeps all but the reads of the count. */
    private static final class Counting implements ApicRegisters {
        private final ApicRegisters to;
        private final List<Map<ExitCause, Long>> byVcpu = new ArrayList<>();
        private final List<String> writes = new ArrayList<>();

        Counting(Machine machine) {
            to = machine.bus().apics();
            for (int i = 0; i < machine.vcpuCount(); i++) {
                byVcpu.add(new EnumMap<>(ExitCause.class));
            }
        }

        private void count(int vcpuId, ExitCause cause) {
            byVcpu.get(vcpuId).merge(cause, 1L, Long::sum);
        }

        @Override
        public long read(int vcpuId, int offset) {
            assertThat(offset).isEqualTo(CURRENT_COUNT);
            count(vcpuId, ExitCause.APIC_ACCESS);
            return to.read(vcpuId, offset);
        }

        @Override
        public void write(int vcpuId, int offset, int value) {
            count(
                    vcpuId,
                    switch (offset) {
                        case COMMAND_LOW -> ExitCause.ICR_WRITE;
                        case EOI -> ExitCause.EOI;
                        default -> ExitCause.APIC_ACCESS;
                    });
            writes.add("%d: %x = %x".formatted(vcpuId, offset, value));
            to.write(vcpuId, offset, value);
        }

        @Override
        public void deadline(int vcpuId, long tsc) {
            throw new AssertionError("nobody sets it");
        }

        @Override
        public void arrive(int vcpuId, int message) {
            to.arrive(vcpuId, message);
        }
    }

    /** Two cores that are halted; a thread of the first begins one on the second, and both go on. */
    private static Machine run(boolean fast) {
        Machine machine = Machine.create(MachineSpec.builder()
                .vcpus(2)
                .fastForward(fast)
                .exactStepping(!fast)
                .build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        machine.runUntil(Duration.ofMillis(1));
        kernel.spawn(0, "main", new GuestProgram() {
            private int state;

            @Override
            public long next(GuestThread self) {
                return state++ == 0
                        ? self.beginThread(1, "remote", GuestProgram.once(Step.yieldCpu()))
                        : self.suspend();
            }
        });
        return machine;
    }

    @Test
    void exitsByCause_areTheAccessesThatTheBusHasSeen() {
        Machine machine = run(false);
        Counting counting = new Counting(machine);
        machine.bus().apics(counting);
        RunResult before = machine.result();
        RunResult result = machine.runUntil(Duration.ofMillis(500));
        for (int vcpu = 0; vcpu < 2; vcpu++) {
            Map<ExitCause, Long> exits = new EnumMap<>(ExitCause.class);
            result.usage()
                    .get(vcpu)
                    .since(before.usage().get(vcpu))
                    .exitsByCause()
                    .forEach((cause, count) -> {
                        if (count > 0 && cause != ExitCause.HLT && cause != ExitCause.EXTERNAL_INTERRUPT) {
                            exits.put(cause, count);
                        }
                    });
            assertThat(exits).isEqualTo(counting.byVcpu.get(vcpu)).containsKey(ExitCause.EOI);
        }
        // Delay(10) is 24,000,000 counts at 2.4 GHz; vector 80 to the second core, and back
        assertThat(counting.writes)
                .containsSubsequence("0: 380 = 16e3600", "0: 310 = 1000000", "0: 300 = 50", "1: b0 = 0")
                .containsSubsequence("1: 310 = 0", "1: 300 = 50", "0: b0 = 0");
    }

    @Test
    void passedOverOrStepByStep_theSameExits() {
        List<String> results = new ArrayList<>();
        for (boolean fast : new boolean[] {true, false}) {
            RunResult result = run(fast).runUntil(Duration.ofMillis(500));
            results.add(result.traceHash() + " " + result.usage());
        }
        assertThat(results.get(0)).isEqualTo(results.get(1));
    }

    /** A thread's call that wakes another core is an access too, and takes its time before whatever the thread does next. */
    @Test
    void aResumeThatSendsAnInterrupt_isSeen_counted_andPaidFor() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(ToroQuirks.repaired()));
        GuestThread sleeper = kernel.spawn(1, "sleeper", self -> self.suspend());
        machine.runUntil(Duration.ofMillis(200));
        Counting counting = new Counting(machine);
        machine.bus().apics(counting);
        List<Long> instants = new ArrayList<>();
        long[] sent = new long[7];
        kernel.spawn(0, "main", self -> {
            int turn = instants.size();
            instants.add(self.nowPs());
            if (turn == 2 || turn == 5) {
                self.resume(sleeper);
            }
            sent[turn] = machine.vcpu(0).exits(ExitCause.ICR_WRITE);
            return switch (turn) {
                case 1, 2 -> self.compute(5_000_000);
                case 3 -> self.compute(Picos.PER_MILLI); // the sleeper's core halts again
                case 6 -> self.suspend();
                default -> self.switchThread();
            };
        });
        machine.runUntil(Duration.ofMillis(300));
        assertThat(sent[2] - sent[1]).isEqualTo(1);
        assertThat(counting.writes).containsSubsequence("0: 310 = 1000000", "0: 300 = 50", "1: b0 = 0");
        long apicPs = machine.costs().apicPs();
        long computedPs = instants.get(2) - instants.get(1);
        assertThat(computedPs).isEqualTo(5_000_000);
        assertThat(instants.get(3) - instants.get(2)).isEqualTo(computedPs + apicPs);
        long switchedPs = instants.get(5) - instants.get(4);
        assertThat(sent[5] - sent[4]).isEqualTo(1);
        assertThat(instants.get(6) - instants.get(5)).isEqualTo(switchedPs + apicPs);
    }

    /** Beside a tick on the same timer a delay lasts as long as it should, and is no access. */
    @Test
    void byTheTimeStampCounter_aDelayLastsAsLong_andIsNoAccessToTheTimer() {
        List<String> writes = new ArrayList<>();
        long byTscPs = startOfRemote(true, writes);
        assertThat(writes).isNotEmpty().noneMatch(write -> write.contains(" 380 "));
        writes.clear();
        assertThat(byTscPs).isCloseTo(startOfRemote(false, writes), within(20 * Picos.PER_MICRO));
        assertThat(writes).anyMatch(write -> write.contains(" 380 "));
    }

    private static long startOfRemote(boolean byTsc, List<String> writes) {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        if (byTsc) {
            kernel.delaysByTsc();
        }
        machine.runUntil(Duration.ofMillis(1));
        Counting counting = new Counting(machine);
        machine.bus().apics(counting);
        long[] startedPs = {0};
        boolean[] asked = {false};
        kernel.spawn(0, "main", self -> {
            boolean first = !asked[0];
            asked[0] = true;
            return first
                    ? self.beginThread(1, "remote", remote -> {
                        startedPs[0] = startedPs[0] == 0 ? remote.nowPs() : startedPs[0];
                        return remote.suspend();
                    })
                    : self.suspend();
        });
        machine.runUntil(Duration.ofMillis(500));
        writes.addAll(counting.writes);
        return startedPs[0];
    }
}
