package io.torosim.bench.jmh.sched;

import io.torosim.bench.jmh.Policy;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of one simulated second without work, boot included. It should depend on the number of events and not on the time:
 * with and without a halt, from 1 to 256 vCPUs. A core that halts at once takes 13 events; one that spins is stepped through two
 * rounds, each a look into the mailbox of every core, and then left alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class IdleSecondBenchmark {
    /** Number of vCPUs. */
    @Param({"1", "8", "64", "256"})
    public int vcpus;

    /** What idle cores do. */
    @Param({"POLL_THEN_HALT", "BUSY_POLL"})
    public Policy policy;

    private static final MachineSpec.Builder SPEC = MachineSpec.builder();

    /** One simulated second: two polling threads on core 0, nothing on the others. */
    @Benchmark
    public RunResult idleSecond() {
        try (Machine machine = Machine.create(SPEC.vcpus(vcpus).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(policy.idlePolicy()));
            for (int i = 0; i < 2; i++) {
                kernel.spawn(0, "poller" + i, GuestProgram.loop(Step.poll(Duration.ofNanos(50)), Step.yieldIdle()));
            }
            return machine.runUntil(Duration.ofSeconds(1));
        }
    }

    /**
     * The same second with one thread that never stops working in pieces of 10 us. Between two pieces lies one turn of the
     * scheduler, which looks into the mailbox of every core, one step each: 788 thousand events on 1 vCPU, 1.5 million on 8,
     * 6.4 million on 64, 18.5 million on 256.
     */
    @Benchmark
    public RunResult busySecond() {
        try (Machine machine = Machine.create(SPEC.vcpus(vcpus).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            kernel.spawn(0, "worker", GuestProgram.loop(Step.compute(Duration.ofNanos(10_000)), Step.yieldCpu()));
            return machine.runUntil(Duration.ofSeconds(1));
        }
    }
}
