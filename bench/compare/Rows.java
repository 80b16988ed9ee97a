import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.*; // HttpLoadSpec, which older commits have in the package below
import io.torosim.guest.remote.*;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.explore.Explorer;
import io.torosim.sched.explore.Scenario;
import io.torosim.sched.explore.Scenarios;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;

/**
 * The rows of bench/compare.sh that no command line reaches. It is compiled against either jar, so it keeps to what both have. Prints
 * {@code value NUMBER UNIT}: CPU time once the code is compiled, or bytes.
 */
public final class Rows {
    private static final com.sun.management.OperatingSystemMXBean PROCESS =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int TIMES = 5;

    private Rows() {}

    /** Does the row of that name. */
    public static void main(String[] args) {
        switch (args[0]) {
            case "idle-pass" -> cpu(() -> pollers(1, 2, Duration.ofMillis(500), false));
            case "busy-256" -> cpu(Rows::busyOf256);
            case "pollers-256" -> cpu(() -> pollers(256, 1, Duration.ofMillis(50), true));
            case "suspended-1024" -> cpu(Rows::oneOf1024);
            case "explorer" -> explorer(Integer.parseInt(args[1]));
            case "allocation" -> allocation();
            default -> throw new IllegalArgumentException("no such row: " + args[0]);
        }
    }

    private static void cpu(Runnable work) {
        for (int i = 0; i < TIMES; i++) {
            work.run(); // compiles it
        }
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < TIMES; i++) {
            work.run();
        }
        print((THREADS.getCurrentThreadCpuTime() - start) / 1e6 / TIMES, "ms");
    }

    /** All threads count here: a search may use several. */
    private static void explorer(int runs) {
        explore(runs);
        long start = PROCESS.getProcessCpuTime();
        explore(runs);
        print((PROCESS.getProcessCpuTime() - start) / 1e9, "s");
    }

    private static void print(double value, String unit) {
        System.out.println("value " + value + " " + unit);
    }

    /** Cores with polling threads that never halt. */
    private static void pollers(int vcpus, int perCore, Duration time, boolean fastForward) {
        MachineSpec spec =
                MachineSpec.builder().vcpus(vcpus).fastForward(fastForward).build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults().withIdlePolicy(IdlePolicy.busyPoll()));
            for (int core = 0; core < vcpus; core++) {
                for (int i = 0; i < perCore; i++) {
                    kernel.spawn(
                            core,
                            "poller" + core + "." + i,
                            GuestProgram.loop(Step.poll(Duration.ofNanos(50)), Step.yieldIdle()));
                }
            }
            machine.runUntil(time);
        }
    }

    private static void busyOf256() {
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(256).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            kernel.spawn(0, "worker", GuestProgram.loop(Step.compute(Duration.ofNanos(10_000)), Step.yieldCpu()));
            machine.runUntil(Duration.ofMillis(300));
        }
    }

    private static void oneOf1024() {
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(1).ramMib(1024).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            for (int i = 0; i < 1024; i++) {
                kernel.spawn(0, "sleeper" + i, GuestProgram.loop(Step.suspend()));
            }
            kernel.spawn(0, "worker", GuestProgram.loop(Step.compute(Duration.ofNanos(10_000)), Step.yieldCpu()));
            machine.runUntil(Duration.ofMillis(200));
        }
    }

    private static void explore(int runs) {
        for (Scenario scenario : Scenarios.all()) {
            String name = scenario.name();
            if (name.equals("resumes-starve") || name.matches("(ata|console|disk|killed)-.*")) {
                continue; // the baseline has no such scenario; the others had a coarse device there, and are a guest's now
            }
            if (finds(scenario, runs)) {
                throw new IllegalStateException("the repaired kernel breaks " + scenario.name());
            }
        }
    }

    /** The search of a kernel with every defect off; what says so, and the result, have other types in older builds. */
    private static boolean finds(Scenario scenario, int runs) {
        try {
            for (Method search : Explorer.class.getMethods()) {
                Class<?>[] types = search.getParameterTypes();
                if (search.getName().equals("search") && types.length == 4 && types[0] == Scenario.class) {
                    boolean older = types[1].getSimpleName().equals("ToroQuirks");
                    Object off = types[1].getMethod(older ? "repaired" : "none").invoke(null);
                    Object result = search.invoke(null, scenario, off, 1, runs);
                    return ((Optional<?>) result.getClass().getMethod("finding").invoke(result)).isPresent();
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("no such search");
    }

    /** Bytes that a request allocates, once everything is warm: the slope between two loads, in this thread. */
    private static void allocation() {
        requests(20_000);
        long few = requests(2_000);
        long many = requests(12_000);
        print((many - few) / 10_000.0, "B");
    }

    private static long requests(int count) {
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        GuestSpec spec =
                GuestSpec.of("ToroHelloWorldMicroservice").withLoad(HttpLoadSpec.closed("/", count, 1));
        try (GuestSession session = GuestSession.open(spec, null)) {
            session.runUntil(Duration.ofSeconds(1).plusMillis(count));
            if (session.load().orElseThrow().answered() != count) {
                throw new IllegalStateException("answered " + session.load().orElseThrow().answered());
            }
        }
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
}
