package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.ThreadState;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a program can ask of the kernel's objects is the same, passed over or stepped: it never changes, its changes are announced, or who asks is stepped. */
final class KernelGettersTest {
    private static final Duration END = Duration.ofMillis(20);

    /** The objects that a believed program may hold. */
    private static final List<Class<?>> BELIEVED = List.of(ToroKernel.class, GuestThread.class);

    /** What a program does, rather than asks. */
    private static final Set<String> ACTIONS = Set.of(
            "ToroKernel.spawn",
            "ToroKernel.spawnMain",
            "GuestThread.access",
            "GuestThread.compute",
            "GuestThread.poll",
            "GuestThread.switchThread",
            "GuestThread.switchIdle",
            "GuestThread.switchIdleUntil",
            "GuestThread.suspend",
            "GuestThread.await",
            "GuestThread.pend",
            "GuestThread.sleep",
            "GuestThread.beginThread",
            "GuestThread.haltCpu",
            "GuestThread.exit",
            "GuestThread.panic",
            "ToroKernel.sendInterrupt",
            "ToroKernel.acknowledgeInterrupt");

    private static final Set<String> CONSTANT = Set.of(
            "ToroKernel.startedCores",
            "ToroKernel.tscWaitPs",
            "ToroKernel.config", // but for a user's idle policy, see below
            "ToroKernel.announcesTo",
            "ToroKernel.has",
            "GuestThread.id",
            "GuestThread.name",
            "GuestThread.coreId",
            "GuestThread.recordAddress");

    /** A getter, and a guest on cores 1 and 2 in which what it returns changes while core 0 polls it. */
    private record Getter(String name, boolean announced, Function<Guest, GuestProgram> watcher) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Three cores; the thread that is watched works for 6 ms, begins threads there and elsewhere, and exits. */
    private static final class Guest {
        final Machine machine;
        final ToroKernel kernel;
        final GuestThread seen;
        final GuestThread sleeper;

        Guest(boolean exact) {
            machine = Machine.create(MachineSpec.builder()
                    .vcpus(3)
                    .ramMib(16)
                    .exactStepping(exact)
                    .build());
            kernel = ToroKernel.boot(
                    machine,
                    KernelConfig.defaults().withQuirks(ToroQuirks.faithful()).withThreadVarWords(2));
            kernel.spawn(2, "poller", GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle()));
            sleeper = kernel.spawn(
                    2,
                    "sleeper",
                    GuestProgram.loop(Step.compute(Duration.ofNanos(700_000)), Step.sleep(Duration.ofMillis(1))));
            GuestThread killed = sleeper;
            seen = kernel.spawn(
                    1,
                    "seen",
                    GuestProgram.once(
                            Step.compute(Duration.ofMillis(5)),
                            Step.compute(Duration.ofMillis(1)),
                            self -> self.beginThread(2, "there", GuestThread::exit),
                            self -> self.beginThread(1, "here", GuestThread::exit),
                            self -> {
                                long @org.jspecify.annotations.Nullable [] variables = self.threadVars();
                                if (variables != null) {
                                    variables[0] = 1;
                                }
                                return self.compute(Picos.PER_MILLI);
                            },
                            GuestThread::exit));
            kernel.spawn(
                    2,
                    "killer",
                    GuestProgram.once(
                            Step.compute(Duration.ofMillis(3)),
                            Step.yieldCpu(),
                            self -> {
                                self.kill(killed);
                                return self.compute(Picos.PER_MICRO);
                            },
                            Step.suspend()));
        }
    }

    /** By hand: a lambda that captures one of the kernel's objects only. */
    private static List<Getter> getters() {
        List<Getter> all = new ArrayList<>();
        all.add(new Getter("ToroKernel.threads", true, g -> {
            ToroKernel kernel = g.kernel;
            return self -> kernel.threads().size() > 5 ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("ToroKernel.isIdle", true, g -> {
            ToroKernel kernel = g.kernel;
            return self -> kernel.isIdle(1) ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.exited", true, g -> {
            GuestThread seen = g.seen;
            return self -> seen.exited() ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.killed", true, g -> {
            GuestThread sleeper = g.sleeper;
            return self -> sleeper.killed() ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.requestInFlight", true, g -> {
            GuestThread seen = g.seen;
            return self -> seen.requestInFlight() ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.began", true, g -> {
            GuestThread seen = g.seen;
            return self -> seen.began() != null ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.registersLost", true, g -> {
            GuestThread sleeper = g.sleeper;
            return self -> sleeper.registersLost() ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("ToroKernel.machine", false, g -> {
            ToroKernel kernel = g.kernel;
            return self ->
                    kernel.machine().simulation().nowPs() > 6 * Picos.PER_MILLI ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("ToroKernel.running", false, g -> {
            ToroKernel kernel = g.kernel;
            GuestThread sleeper = g.sleeper;
            return self -> kernel.running(2) == sleeper ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.state", false, g -> {
            GuestThread seen = g.seen;
            return self -> seen.state() == ThreadState.SUSPENDED ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.toString", false, g -> {
            GuestThread seen = g.seen;
            return self -> seen.toString().contains("SUSPENDED") ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.lastTurnPs", false, g -> {
            GuestThread sleeper = g.sleeper;
            return self -> sleeper.lastTurnPs() > 2_500 * Picos.PER_MICRO ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.nowPs", false, g -> {
            GuestThread sleeper = g.sleeper;
            return self -> sleeper.nowPs() > 7 * Picos.PER_MILLI ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.vcpu", false, g -> {
            GuestThread seen = g.seen;
            return self -> seen.vcpu().halted() ? self.exit() : self.switchIdle();
        }));
        all.add(new Getter("GuestThread.threadVars", false, g -> {
            GuestThread seen = g.seen;
            return self -> {
                long @org.jspecify.annotations.Nullable [] variables = seen.threadVars();
                return variables != null && variables[0] != 0 ? self.exit() : self.switchIdle();
            };
        }));
        return all;
    }

    private record Outcome(List<Object> all, boolean changed, boolean stepped) {}

    private static Outcome watch(Getter getter, boolean exact, int besideNs) {
        Guest guest = new Guest(exact);
        GuestProgram program = getter.watcher.apply(guest);
        assertThat(program.readsDeclared()).as("believed by its fields").isTrue();
        GuestThread watcher = guest.kernel.spawn(0, "watcher", program);
        guest.kernel.spawn(0, "beside", GuestProgram.loop(Step.poll(Duration.ofNanos(besideNs)), Step.yieldIdle()));
        RunResult result = guest.machine.runUntil(END);
        List<Object> all = new ArrayList<>(List.of(result.traceDigest(), result.usage()));
        for (GuestThread thread : guest.kernel.threads()) {
            all.add(thread + " " + thread.lastTurnPs() + " " + thread.nowPs());
        }
        for (int core = 0; core < 3; core++) {
            all.add(Optional.ofNullable(guest.kernel.running(core)).map(Object::toString));
        }
        return new Outcome(all, watcher.exited(), !result.warnings().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("getters")
    void change_isSeenAtTheSameInstant_steppedOnlyWhereNobodyAnnouncesIt(Getter getter) {
        // rounds of several lengths: the look meets the change at several places
        for (int besideNs : new int[] {100, 900, 3_000, 20_000}) {
            Outcome exact = watch(getter, true, besideNs);
            assertThat(exact.changed)
                    .as("what it returns changes in this guest")
                    .isTrue();
            Outcome quick = watch(getter, false, besideNs);
            assertThat(quick.all).isEqualTo(exact.all);
            assertThat(quick.stepped).isEqualTo(!getter.announced);
        }
    }

    @Test
    void everyPublicGetterOfWhatAProgramMayHold_isInOneOfTheLists() {
        Set<String> expected = new TreeSet<>(CONSTANT);
        getters().forEach(getter -> expected.add(getter.name));
        expected.addAll(ACTIONS);
        Set<String> found = new TreeSet<>();
        for (Class<?> type : BELIEVED) {
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())
                        && !Modifier.isStatic(method.getModifiers())
                        && method.getReturnType() != void.class) {
                    found.add(type.getSimpleName() + "." + method.getName());
                }
            }
        }
        found.add("GuestThread.toString"); // of the class that is all threads' own
        assertThat(found).isEqualTo(expected);
    }

    /** A class that comes to the package is not believed before somebody has put its getters into the lists above. */
    @Test
    void noOtherClassOfThePackage_isBelieved() throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(ToroKernel.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Set<String> believed = new TreeSet<>();
        int looked = 0;
        try (Stream<Path> files = Files.list(classes.resolve("io/torosim/sched"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                if (name.equals("package-info")) {
                    continue;
                }
                looked++;
                Class<?> type = Class.forName("io.torosim.sched." + name);
                if (Machine.Announcing.class.isAssignableFrom(type)) {
                    believed.add(name);
                }
            }
        }
        assertThat(looked).isGreaterThan(20);
        assertThat(believed).containsExactlyInAnyOrder("ToroKernel", "GuestThread", "ThreadRecord", "ToroThread");
        Guest guest = new Guest(false);
        KernelAudit audit = new KernelAudit(guest.kernel);
        GuestThread[] array = {guest.seen};
        KernelConfig users = KernelConfig.defaults().withIdlePolicy(usersPolicy());
        KernelConfig ours = KernelConfig.defaults();
        assertThat(declared(self -> audit.anyPolling() ? self.exit() : self.switchIdle()))
                .isFalse();
        assertThat(declared(self -> array[0].exited() ? self.exit() : self.switchIdle()))
                .isFalse();
        assertThat(declared(self -> users.startedCores() == 7 ? self.exit() : self.switchIdle()))
                .isFalse();
        assertThat(declared(self -> ours.startedCores() == 7 ? self.exit() : self.switchIdle()))
                .isTrue();
    }

    private static boolean declared(GuestProgram program) {
        return program.readsDeclared();
    }

    /** A policy with state, which a kernel's configuration leads to. */
    private static IdlePolicy usersPolicy() {
        long[] windowPs = {200 * Picos.PER_MILLI};
        return new IdlePolicy() {
            @Override
            public String name() {
                return "user's";
            }

            @Override
            public long windowPs(io.torosim.core.cost.CostModel costs) {
                return windowPs[0]++;
            }

            @Override
            public IdlePolicy forCore(int core) {
                return this;
            }
        };
    }

    @Test
    void usersPolicyByTheKernelsConfiguration_isStepped() {
        for (boolean users : new boolean[] {false, true}) {
            Machine machine = Machine.create(MachineSpec.builder().vcpus(1).build());
            ToroKernel kernel = ToroKernel.boot(
                    machine, users ? KernelConfig.defaults().withIdlePolicy(usersPolicy()) : KernelConfig.defaults());
            kernel.spawn(0, "asks", self -> kernel.config().startedCores() == 0 ? self.exit() : self.switchIdle());
            assertThat(machine.runUntil(Duration.ofMillis(1)).warnings()).hasSize(users ? 1 : 0);
        }
    }

    // ---- programs that were passed over, or that saw what was left behind where others were

    private static RunResult polled(boolean exact, Function<ToroKernel, GuestProgram> watcher) {
        Machine machine = Machine.create(MachineSpec.builder()
                .vcpus(2)
                .ramMib(16)
                .seed(1)
                .exactStepping(exact)
                .build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        kernel.spawn(1, "b", GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle()));
        kernel.spawn(1, "c", GuestProgram.loop(Step.poll(Duration.ofNanos(700)), Step.yieldIdle()));
        kernel.spawn(0, "w", watcher.apply(kernel));
        return machine.runUntil(END);
    }

    private static VcpuUsage same(Function<Boolean, RunResult> run) {
        RunResult quick = run.apply(false);
        RunResult exact = run.apply(true);
        assertThat(quick.traceHash()).isEqualTo(exact.traceHash());
        assertThat(quick.usage()).isEqualTo(exact.usage());
        return quick.usage().get(0);
    }

    /** While core 1 is passed over, its two pollers go on taking turns. */
    @Test
    void running_ofACoreThatIsPassedOver_isWhatItRunsNow() {
        VcpuUsage usage = same(exact -> polled(exact, kernel -> {
            GuestThread b = kernel.threads().get(0);
            return self -> kernel.running(1) == b ? self.poll(1_300_000) : self.compute(900_000);
        }));
        assertThat(usage.busyPs()).isEqualTo(8_158_300_000L);
        assertThat(usage.pollPs()).isEqualTo(11_841_700_000L);
    }

    @Test
    void ownLastTurn_isNotPassedOver() {
        VcpuUsage usage = same(exact -> polled(
                exact,
                kernel -> self -> self.lastTurnPs() > 2_000_000_000L ? self.poll(3_000_000) : self.switchIdle()));
        assertThat(usage.busyPs()).isEqualTo(2_000_081_126L);
    }

    @Test
    void lastTurnOfAnotherCoresThread_isNotPassedOver() {
        VcpuUsage usage = same(exact -> {
            Machine machine = Machine.create(MachineSpec.builder()
                    .vcpus(2)
                    .ramMib(16)
                    .seed(1)
                    .exactStepping(exact)
                    .build());
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            kernel.spawn(0, "a", GuestProgram.loop(Step.compute(Duration.ofMillis(1)), Step.yieldIdle()));
            GuestThread b = kernel.spawn(1, "b", GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle()));
            kernel.spawn(
                    0, "watch", self -> b.lastTurnPs() > 2_000_000_000L ? self.compute(3_000_000) : self.switchIdle());
            RunResult result = machine.runUntil(END);
            assertThat(b.lastTurnPs()).isEqualTo(19_999_544_609L);
            return result;
        });
        assertThat(usage.contextSwitches()).isEqualTo(4);
    }

    @Test
    void lostRegistersOfAnotherCoresThread_areAnnounced() {
        VcpuUsage usage = same(exact -> {
            Machine machine = Machine.create(MachineSpec.builder()
                    .vcpus(2)
                    .ramMib(16)
                    .seed(1)
                    .exactStepping(exact)
                    .build());
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            GuestThread o = kernel.spawn(
                    1, "o", GuestProgram.loop(Step.compute(Duration.ofNanos(5000)), Step.sleep(Duration.ofMillis(1))));
            kernel.spawn(0, "w", self -> o.registersLost() ? self.poll(1_300_000) : self.switchIdle());
            kernel.spawn(1, "x", GuestProgram.loop(Step.compute(Duration.ofNanos(300)), Step.yieldIdle()));
            RunResult result = machine.runUntil(END);
            assertThat(result.warnings()).isEmpty();
            return result;
        });
        assertThat(usage.pollPs()).isEqualTo(19_994_272_146L);
    }

    /** Rounds are passed over, interrupts hold them up, and the last turns are those of a core that was stepped. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void lastTurns_afterTheRun_areThoseOfSteps(int pollers) {
        List<List<Long>> turns = new ArrayList<>();
        for (boolean exact : new boolean[] {false, true}) {
            Machine machine =
                    Machine.create(MachineSpec.builder().exactStepping(exact).build());
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            kernel.onInterrupt(40, () -> vcpu -> {
                vcpu.changedNothing();
                return io.torosim.core.machine.Activity.DONE;
            });
            for (int i = 0; i < pollers; i++) {
                kernel.spawn(
                        0, "p" + i, GuestProgram.loop(Step.poll(Duration.ofNanos(300 + 70 * i)), Step.yieldIdle()));
            }
            for (long ps = 13_777_777; ps < Picos.of(END); ps += 1_234_567_890L / pollers) {
                machine.simulation()
                        .at(
                                ps,
                                Machine.DEVICE_PRIORITY,
                                (op, arg) -> machine.vcpu(0).raise(40),
                                0,
                                0);
            }
            List<Long> ends = new ArrayList<>();
            for (int slice = 1; slice <= 7; slice++) {
                machine.runUntil(END.multipliedBy(slice).dividedBy(7));
                kernel.threads().forEach(thread -> ends.add(thread.lastTurnPs()));
            }
            turns.add(ends);
        }
        assertThat(turns.get(0)).isEqualTo(turns.get(1));
    }
}
