package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Machine.SleepStates;
import io.torosim.core.machine.Vcpu.GuestPanic;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code of a user's that throws leaves nothing behind that a later use of the machine would trip over. */
final class AfterAnExceptionTest {
    private static final int PORT = 0x300;
    private static final long REGISTERS = 0xf000_0000L;
    private static final long WORD = 0x4000;

    private static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1;

        Wrong() {
            super("wrong");
        }
    }

    // ---- a vCPU that is brought up to now

    /** Polls, and throws once it is told to, which nobody announces. */
    private static final class Poller implements Activity {
        private boolean wild;
        private int steps;

        @Override
        public long step(Vcpu vcpu) {
            if (vcpu.roundRepeats(1)) {
                return SPIN;
            }
            steps++;
            if (wild) {
                throw new Wrong();
            }
            return 1_000;
        }

        @Override
        public long fingerprint() {
            return 0;
        }
    }

    @Test
    void aStepThatIsCaughtUp() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
        Poller poller = new Poller();
        machine.vcpu(0).start(poller, vector -> v -> Activity.DONE);
        machine.runUntil(Duration.ofNanos(100));
        poller.wild = true;
        machine.simulation().at(150_500, (op, arg) -> machine.vcpu(0).beforeChange(), 0, 0);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofNanos(200))).isInstanceOf(Wrong.class);

        assertThat(machine.stepping()).as("nobody's step is done now").isNull();
        int steps = poller.steps;
        assertThatThrownBy(() -> machine.runUntil(Duration.ofNanos(300))).hasMessageContaining("cannot run on");
        assertThat(poller.steps).as("it is over").isEqualTo(steps);
    }

    @Test
    void aStepOfAStretchThatWasSaidToBeQuiet() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build());
        int[] steps = new int[1];
        machine.vcpu(0)
                .start(
                        v -> {
                            if (steps[0]++ == 0 && v.quiet(1_000, 9_000, 9)) {
                                return Activity.QUIET;
                            }
                            throw new Wrong();
                        },
                        vector -> v -> Activity.DONE);
        machine.simulation().at(5_500, (op, arg) -> machine.beforeChange(), 0, 0);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofNanos(8))).isInstanceOf(Wrong.class);
        assertThat(machine.stepping()).isNull();
        assertThatThrownBy(() -> machine.runUntil(Duration.ofNanos(200))).hasMessageContaining("cannot run on");
        assertThat(steps[0]).as("it is over").isEqualTo(2);
    }

    @Test
    void aHandlerThatIsNone() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        machine.vcpu(0).start(new Poller(), vector -> null);
        machine.vcpu(0).raise(40);
        assertThatThrownBy(() -> machine.runUntil(Duration.ofNanos(8))).hasMessageContaining("handler of vector 40");
        assertThat(machine.vcpu(0).place()).isEqualTo("Poller");
    }

    // ---- the host

    @Test
    void sleepStatesThatThrow_whileACpuIsHandedOver() {
        Machine machine = Machine.create(
                MachineSpec.builder().vcpus(3).hostCpus(1).haltPolling(true).build());
        boolean[] wild = {true};
        machine.sleepStates(new SleepStates() {
            @Override
            public void blocks(int vcpuId) {
                if (wild[0]) {
                    throw new Wrong();
                }
            }

            @Override
            public void mwaits(int vcpuId) {}

            @Override
            public long wakes(int vcpuId) {
                return 0;
            }
        });
        SharedHostCpus host = new SharedHostCpus(
                machine.simulation(), 1, 3, true, machine.spec().costs());
        Thread0 polled = new Thread0(0, host, machine);
        Thread0 other = new Thread0(1, host, machine);
        Thread0 third = new Thread0(2, host, machine);
        host.runnable(polled);
        polled.polls = true;
        assertThatThrownBy(() -> host.runnable(other)).isInstanceOf(Wrong.class);
        wild[0] = false;
        polled.polls = false;
        host.runnable(third); // waits
        assertThat(third.paused).isTrue();
        host.blocked(polled);
        assertThat(third.paused).as("it gets the CPU that is free").isFalse();
    }

    /** A thread of the host that is polled for and whose end of polling asks a user's code. */
    private static final class Thread0 extends HostThread {
        private final int id;
        private final HostThreads host;
        private final Machine machine;
        private boolean polls;
        private boolean paused;

        Thread0(int id, HostThreads host, Machine machine) {
            this.id = id;
            this.host = host;
            this.machine = machine;
        }

        @Override
        int id() {
            return id;
        }

        @Override
        boolean isPolledFor() {
            return polls;
        }

        @Override
        void stopPolling() {
            machine.sleepStates().blocks(id);
            host.blocked(this);
        }

        @Override
        boolean canBePaused() {
            return false;
        }

        @Override
        void pause() {
            paused = true;
        }

        @Override
        void unpause() {
            paused = false;
        }
    }

    // ---- what steps are held to

    private final Machine checked =
            Machine.create(MachineSpec.builder().vcpus(2).checkSteps(true).build());
    private final GuestCpu cpu = new GuestCpu(checked.vcpu(0));
    private boolean broken = true;

    @BeforeEach
    void plug() {
        checked.bus().claim("card", PORT, 1, new PortDevice() {
            @Override
            public int read(int offset, int widthBytes) {
                return access();
            }

            @Override
            public void write(int offset, int widthBytes, int value) {
                access();
            }
        });
        checked.bus()
                .map(
                        "card",
                        REGISTERS,
                        0x1000,
                        new MmioDevice() {
                            @Override
                            public long read(long offset, int widthBytes) {
                                return access();
                            }

                            @Override
                            public void write(long offset, int widthBytes, long value) {
                                access();
                            }
                        },
                        AccessKind.MMIO,
                        AccessKind.MMIO);
    }

    private int access() {
        checked.memory().load32(WORD);
        if (broken) {
            throw new Wrong();
        }
        return 0;
    }

    private void runs(Steps routine) {
        runs(routine.build());
    }

    private void runs(GuestCode routine) {
        CodeRun run = new CodeRun(cpu, routine);
        run.begin();
        while (run.next() >= 0) {}
    }

    /** Whatever the device did then, an entry that looks at the word twice does so. */
    @ParameterizedTest
    @ValueSource(strings = {"in", "out", "inWords", "outWords", "load", "store"})
    void aDeviceThatThrows(String how) {
        assertThatThrownBy(() -> runs(Steps.of("service", 0).step("accesses", (c, f) -> {
                    switch (how) {
                        case "in" -> c.in(PORT, 1);
                        case "out" -> c.out(PORT, 1, 1);
                        case "inWords" -> c.inWords(PORT, 1, 0x100);
                        case "outWords" -> c.outWords(PORT, 1, 0x100);
                        case "load" -> c.load32(REGISTERS);
                        default -> c.store32(REGISTERS, 1);
                    }
                    return 1;
                })))
                .hasMessageContaining("service: accesses");
        twoLooks();
    }

    private void twoLooks() {
        assertThat(checked.stepCheck().found()).isEmpty();
        runs(Steps.of("honest", 0).step("looks twice", (c, f) -> {
            c.own().load32(WORD);
            c.own().load32(WORD);
            return 1;
        }));
        assertThat(checked.stepCheck().found())
                .singleElement()
                .satisfies(step -> assertThat(step.place()).isEqualTo("honest: looks twice"))
                .satisfies(step -> assertThat(step.mostAccesses()).isEqualTo(2));
    }

    /** Of memory, whoever accesses it. */
    @Test
    void aRegisterThatThrows_andNoRoutineIsThere() {
        assertThatThrownBy(() -> checked.memory().load32(REGISTERS)).isInstanceOf(Wrong.class);
        twoLooks();
    }

    /** A panic stops its vCPU alone: what a device does after it is no entry's. */
    @Test
    void aPanic_isTheEndOfItsEntry() {
        broken = false;
        CodeRun run = new CodeRun(
                cpu,
                Steps.of("service", 0)
                        .step("panics", (c, f) -> {
                            throw new GuestPanic("damaged");
                        })
                        .build());
        run.begin();
        checked.vcpu(0).start(run, vector -> v -> Activity.DONE);
        checked.simulation()
                .at(
                        5_000,
                        (op, arg) -> {
                            access();
                            access();
                            access();
                        },
                        0,
                        0);
        checked.runUntil(Duration.ofNanos(10));
        assertThat(checked.vcpu(0).panic()).contains("damaged");
        assertThat(checked.stepCheck().found()).isEmpty();
    }

    /** What it had accessed and said counts for the entry that threw. */
    @Test
    void anEntryThatThrows() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        GuestCpu one = new GuestCpu(machine.vcpu(0));
        one.checkAccesses(true);
        Steps.StepBody throwing = (c, f) -> {
            c.leaves();
            c.timerAt(40, 0);
            throw new Wrong();
        };
        CodeRun run =
                new CodeRun(one, Steps.of("service", 0).step("throws", throwing).build());
        run.begin();
        assertThatThrownBy(run::next).hasMessageContaining("service: throws");

        CodeRun next = new CodeRun(
                one,
                Steps.of("next", 0)
                        .step("one access", (c, f) -> {
                            c.load32(WORD);
                            return 7;
                        })
                        .takes("and on", 8)
                        .build());
        next.begin();
        assertThat(next.next()).as("no time of the access before").isEqualTo(7);
        assertThat(next.next()).as("nor is the routine over").isEqualTo(8);
    }

    @Test
    void anEntryWithTwoAccesses_isOverWithItsRefusal() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        GuestCpu one = new GuestCpu(machine.vcpu(0));
        one.checkAccesses(true);
        boolean[] twice = {true};
        CodeRun run = new CodeRun(
                one,
                Steps.of("service", 0)
                        .step("looks", (c, f) -> {
                            c.load32(WORD);
                            if (twice[0]) {
                                c.load32(WORD);
                            }
                            return 7;
                        })
                        .build());
        run.begin();
        assertThatThrownBy(run::next).hasMessageContaining("one entry made 2 accesses");
        twice[0] = false;
        run.begin();
        assertThatCode(run::next).doesNotThrowAnyException();
    }
}
