package io.torosim.bench.jmh;

import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.guest.linux.LinuxHttpGuest;
import io.torosim.guest.load.ClosedLoopLoad;
import io.torosim.guest.load.HttpClients;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.toro.ToroHttpGuest;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
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
 * Ten simulated minutes of one guest of the CPU-usage experiment, with a burst of N requests of each client every minute. The score
 * is the time that the simulation took; the aim is a second.
 *
 * <p>Run with {@code java -jar bench/target/benchmarks.jar TenMinutes}. To be seen: time follows the number of requests, which is
 * the secondary result, and not the simulated time.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 3)
@Fork(1)
@State(Scope.Benchmark)
public class TenMinutesBenchmark {
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    /** Toro before its idle threads, after them, or Linux. */
    public enum Guest {
        /** Toro: an empty core halts, a polling thread never does. */
        TORO_BEFORE,
        /** Toro: halts after 200 ms of polling. */
        TORO_AFTER,
        /** Ubuntu. */
        UBUNTU
    }

    /** Which guest. */
    @Param
    public Guest guest;

    /** N: requests of each client in a burst. */
    @Param({"1000", "3000", "10000"})
    public long requests;

    /** Clients at a time. */
    @Param({"1", "8"})
    public int clients;

    /** Seed of every random stream. */
    @Param("42")
    public long seed;

    /** Creates the benchmark. */
    public TenMinutesBenchmark() {}

    /** Runs the guest. */
    @Benchmark
    public RunResult tenMinutes() {
        MachineSpec spec = MachineSpec.builder().vcpus(2).ramMib(512).seed(seed).build();
        try (Machine machine = Machine.create(spec)) {
            QemuProcess process = new QemuProcess(machine);
            NetworkCard card = start(machine, process);
            HttpClients http = new HttpClients(machine, card);
            long minutePs = Picos.of(Duration.ofMinutes(1));
            new ClosedLoopLoad(machine, http, minutePs, minutePs / 2, requests * clients, clients);
            RunResult result = machine.runUntil(TEN_MINUTES);
            SimulatedFigures.record("answered", http.doneCount(), "requests");
            return result;
        }
    }

    private NetworkCard start(Machine machine, QemuProcess process) {
        if (guest == Guest.UBUNTU) {
            NetworkCard card =
                    new NetworkCard(machine, process, NetBackend.VHOST, LinuxHttpGuest.NETWORK_VECTOR, false);
            LinuxHttpGuest.start(machine, card);
            return card;
        }
        NetworkCard card = new NetworkCard(machine, process, NetBackend.VHOST, ToroHttpGuest.NETWORK_VECTOR, true);
        IdlePolicy policy = guest == Guest.TORO_BEFORE ? IdlePolicy.haltWithoutHint() : IdlePolicy.pollThenHalt();
        ToroHttpGuest.start(machine, card, KernelConfig.defaults().withIdlePolicy(policy));
        return card;
    }
}
