import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** An idle policy of one's own beside two of Toro's: a core that only polls, for two seconds. */
public final class OwnPolicy implements IdlePolicy {
    @Override
    public String name() {
        return "20 ms";
    }

    /** How long a thread may only poll until its core halts. */
    @Override
    public long windowPs(CostModel costs) {
        return 20 * Picos.PER_MILLI;
    }

    /** Runs the three. */
    public static void main(String[] args) {
        for (IdlePolicy policy : List.of(IdlePolicy.busyPoll(), IdlePolicy.pollThenHalt(), new OwnPolicy())) {
            MachineSpec spec = MachineSpec.builder().vcpus(1).ramMib(64).seed(42).build();
            try (Machine machine = Machine.create(spec)) {
                ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(policy));
                kernel.spawn(0, "poller", GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle()));
                VcpuUsage usage =
                        machine.runUntil(Duration.ofSeconds(2)).usage().get(0);
                System.out.printf(
                        Locale.ROOT,
                        "%-16s %5.1f %% busy, %d halts%n",
                        policy.name(),
                        100 * usage.busyFraction(),
                        usage.halts());
            }
        }
    }
}
