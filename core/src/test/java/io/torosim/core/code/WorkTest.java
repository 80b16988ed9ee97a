package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.CodeProfile;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.state.SavedState;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Interrupts come into the middle of work that says that they may, each at its instant, and what is left is done after them. */
final class WorkTest {
    private static final long MICRO = Picos.PER_MICRO;
    private static final long COPY = 10 * MICRO;
    private static final long HANDLER = 3 * MICRO;
    private static final int FROM = 0x1000;
    private static final int TO = 0x2000;
    private static final int PORT = 0x300;

    private final List<String> seen = new ArrayList<>();

    private static Machine machine(MachineSpec.Builder spec) {
        return Machine.create(spec.vcpus(1).ramMib(4).build());
    }

    private static MachineSpec.Builder spec() {
        return MachineSpec.builder();
    }

    private void says(GuestCpu cpu, String what) {
        seen.add(what + " at " + cpu.vcpu().nowPs());
    }

    /** Copies eight bytes, which takes {@link #COPY}, then says so and halts. */
    private GuestCode copy() {
        return Steps.of("copy", 0)
                .step("copy", (cpu, f) -> {
                    cpu.own().store64(TO, cpu.own().load64(FROM));
                    return cpu.work(COPY);
                })
                .step("tell", (cpu, f) -> {
                    says(cpu, "copied");
                    return StepResult.OFF;
                })
                .build();
    }

    /** Says when it begins and what of the copy there is, and takes {@link #HANDLER}. */
    private GuestCode handler() {
        return Steps.of("handler", 0)
                .step("begin", (cpu, f) -> {
                    says(cpu, "handler, " + cpu.own().load64(TO));
                    return HANDLER;
                })
                .build();
    }

    private void start(Machine machine, GuestCode program) {
        GuestCpu cpu = new GuestCpu(machine.vcpu(0));
        machine.memory().store64(FROM, 77);
        CodeRun main = new CodeRun(cpu, program);
        main.begin();
        CodeRun handling = new CodeRun(cpu, handler());
        machine.vcpu(0).start(main, vector -> {
            handling.begin();
            return handling;
        });
    }

    private static void raise(Machine machine, long atPs) {
        machine.simulation()
                .at(atPs, Machine.DEVICE_PRIORITY, (op, arg) -> machine.vcpu(0).raise(60), 0, 0);
    }

    private static long entryPs(Machine machine) {
        return machine.costs().interruptEntryPs();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4 * MICRO + 7, COPY - 1})
    void interruptInTheMiddleOfACopy_isTakenAtItsInstant_andTheCopyEndsLaterByTheHandlersTime(long atPs) {
        try (Machine machine = machine(spec())) {
            start(machine, copy());
            raise(machine, atPs);
            machine.runUntil(Duration.ofMillis(1));
            long entry = entryPs(machine);
            assertThat(seen)
                    .containsExactly(
                            "handler, " + (atPs == 0 ? 0 : 77) + " at " + (atPs + entry),
                            "copied at " + (COPY + entry + HANDLER));
        }
    }

    @Test
    void twoInterrupts_eachAtItsInstant() {
        try (Machine machine = machine(spec())) {
            start(machine, copy());
            long entry = entryPs(machine);
            long second = 2 * MICRO + entry + HANDLER + MICRO;
            raise(machine, 2 * MICRO);
            raise(machine, second);
            machine.runUntil(Duration.ofMillis(1));
            assertThat(seen)
                    .containsExactly(
                            "handler, 77 at " + (2 * MICRO + entry),
                            "handler, 77 at " + (second + entry),
                            "copied at " + (COPY + 2 * (entry + HANDLER)));
        }
    }

    @Test
    void oneThatComesIntoTheHandler_waitsForItsEnd_andNothingOfTheCopyIsLost() {
        try (Machine machine = machine(spec())) {
            start(machine, copy());
            long entry = entryPs(machine);
            raise(machine, 2 * MICRO);
            raise(machine, 2 * MICRO + entry + MICRO);
            machine.runUntil(Duration.ofMillis(1));
            assertThat(seen)
                    .containsExactly(
                            "handler, 77 at " + (2 * MICRO + entry),
                            "handler, 77 at " + (2 * MICRO + 2 * entry + HANDLER),
                            "copied at " + (COPY + 2 * (entry + HANDLER)));
        }
    }

    @Test
    void withInterruptsDisabled_itWaits() {
        GuestCode program = Steps.of("main", 0)
                .step("cli", (cpu, f) -> {
                    cpu.interrupts(false);
                    return MICRO;
                })
                .work("copy", COPY)
                .step("sti", (cpu, f) -> {
                    cpu.interrupts(true);
                    return MICRO;
                })
                .call("copy", copy(), null)
                .build();
        try (Machine machine = machine(spec())) {
            start(machine, program);
            raise(machine, 4 * MICRO);
            machine.runUntil(Duration.ofMillis(1));
            long entry = entryPs(machine);
            assertThat(seen)
                    .containsExactly(
                            "handler, 0 at " + (2 * MICRO + COPY + entry),
                            "copied at " + (2 * MICRO + COPY + entry + HANDLER + COPY));
        }
    }

    @Test
    void aStepThatOnlyTakesTime_isNotCut() {
        GuestCode program = Steps.of("main", 0)
                .takes("one thing", COPY)
                .call("copy", copy(), null)
                .build();
        try (Machine machine = machine(spec())) {
            start(machine, program);
            raise(machine, 4 * MICRO);
            machine.runUntil(Duration.ofMillis(1));
            assertThat(seen).first().isEqualTo("handler, 0 at " + (COPY + entryPs(machine)));
        }
    }

    /** An access and what it costs are one instruction: the interrupt comes after it, where the work begins. */
    @ParameterizedTest
    @CsvSource({"0", "1000", "2000000"})
    void anInterruptDuringTheAccess_comesBeforeTheWork(long intoPs) {
        GuestCode program = Steps.of("main", 0)
                .takes("first", MICRO)
                .step("read and work", (cpu, f) -> {
                    cpu.in(PORT, 1);
                    return 5 + cpu.work(COPY);
                })
                .step("tell", (cpu, f) -> {
                    says(cpu, "worked");
                    return StepResult.OFF;
                })
                .build();
        try (Machine machine = machine(spec())) {
            long access = machine.costs().pioPs() + 5;
            machine.bus().claim("register", PORT, 1, new PortDevice() {
                @Override
                public int read(int offset, int widthBytes) {
                    if (intoPs == 0) {
                        machine.vcpu(0).raise(60); // the access itself brings it
                    }
                    return 0;
                }

                @Override
                public void write(int offset, int widthBytes, int value) {}
            });
            start(machine, program);
            if (intoPs > 0) {
                raise(machine, MICRO + intoPs);
            }
            machine.runUntil(Duration.ofMillis(1));
            long entry = entryPs(machine);
            long taken = MICRO + Math.max(access, intoPs == 2_000_000 ? intoPs : 0);
            assertThat(seen)
                    .containsExactly(
                            "handler, 0 at " + (taken + entry),
                            "worked at " + (MICRO + access + COPY + entry + HANDLER));
        }
    }

    @Test
    void savedInTheMiddleOfWorkThatWasCut_goesOnAsBefore() {
        try (Machine machine = machine(spec())) {
            start(machine, copy());
            raise(machine, 2 * MICRO);
            machine.runUntil(Duration.ofNanos(3_000)); // in the handler
            SavedState saved = machine.save(this);
            machine.runUntil(Duration.ofMillis(1));
            List<String> first = List.copyOf(seen);
            String digest = machine.runUntil(Duration.ofMillis(2)).traceHash();
            machine.restore(saved);
            assertThat(seen).hasSizeLessThan(2);
            machine.runUntil(Duration.ofMillis(1));
            assertThat(seen).isEqualTo(first);
            assertThat(machine.runUntil(Duration.ofMillis(2)).traceHash()).isEqualTo(digest);
            assertThat(seen).last().isEqualTo("copied at " + (COPY + entryPs(machine) + HANDLER));
        }
    }

    /** The handler's entry has another number: the profile names what is gone on with. */
    @Test
    void aProfile_givesTheRestToTheWork() {
        try (Machine machine = machine(spec())) {
            CodeProfile profile = new CodeProfile(machine);
            machine.observeSteps(profile);
            GuestCode program = Steps.of("main", 0)
                    .takes("one thing", MICRO)
                    .call("copy", copy(), null)
                    .build();
            start(machine, program);
            raise(machine, 4 * MICRO);
            machine.runUntil(Duration.ofMillis(1));
            assertThat(profile.shares()).anySatisfy(share -> {
                assertThat(share.place()).isEqualTo("main;copy: copy");
                assertThat(share.ps()).isEqualTo(COPY);
            });
        }
    }

    @Test
    void moreWorkThanTheStepTakes_isTheWholeStep() {
        GuestCode program = Steps.of("main", 0)
                .step("copy", (cpu, f) -> {
                    cpu.work(2 * COPY);
                    return COPY;
                })
                .step("tell", (cpu, f) -> {
                    says(cpu, "copied");
                    return StepResult.OFF;
                })
                .build();
        try (Machine machine = machine(spec())) {
            start(machine, program);
            raise(machine, MICRO);
            machine.runUntil(Duration.ofMillis(1));
            assertThat(seen).last().isEqualTo("copied at " + (COPY + entryPs(machine) + HANDLER));
        }
    }

    @Test
    void negativeWork_isRefused() {
        try (Machine machine = machine(spec())) {
            assertThatThrownBy(() -> new GuestCpu(machine.vcpu(0)).work(-1))
                    .hasMessageContaining("vCPU 0: work must be at least 0 ps, work=-1");
        }
        assertThatThrownBy(() -> Steps.of("main", 0).work("copy", -1))
                .hasMessage("ps must be at least 0, ps=-1, step=copy, routine=main");
    }

    /** Entries of random lengths, work or not, some of which go on in one call, under random interrupts. */
    @Property(tries = 200)
    void exactOrNot_allIsTheSame(@ForAll long seed) {
        List<String> exact = random(spec().exactStepping(true).fastForward(false), seed);
        assertThat(random(spec(), seed)).isEqualTo(exact);
        assertThat(random(spec().exactStepping(true), seed)).isEqualTo(exact);
        assertThat(random(spec().checkSteps(true), seed)).isEqualTo(exact);
        assertThat(random(spec().checkPolling(true), seed)).isEqualTo(exact);
    }

    private static final class Mixed extends GuestCode {
        private static final int ENTRIES = 200;
        private final long[] takes = new long[ENTRIES];
        private final long[] work = new long[ENTRIES];
        private final boolean[] disables = new boolean[ENTRIES];
        private final List<String> log;

        Mixed(SimRandom random, List<String> log) {
            this.log = log;
            for (int i = 0; i < ENTRIES; i++) {
                takes[i] = random.nextLong(3 * MICRO);
                work[i] = Math.max(0, random.nextLong(2 * takes[i] + 1) - takes[i]);
                disables[i] = random.nextInt(8) == 0;
            }
        }

        @Override
        public String name() {
            return "mixed";
        }

        @Override
        public int words() {
            return 0;
        }

        @Override
        public String entryName(int entry) {
            return "entry " + entry;
        }

        @Override
        public long run(GuestCpu cpu, Frame frame) {
            long ps;
            do {
                if (frame.entry == ENTRIES) {
                    return StepResult.OFF;
                }
                int at = frame.entry++;
                log.add(at + " at " + cpu.vcpu().nowPs());
                cpu.interrupts(!disables[at]);
                ps = takes[at] - work[at] + cpu.work(work[at]);
            } while (cpu.goOn(ps));
            return ps;
        }
    }

    private static List<String> random(MachineSpec.Builder spec, long seed) {
        List<String> log = new ArrayList<>();
        SimRandom random = new RandomStreams(seed).stream("entries");
        try (Machine machine = machine(spec)) {
            GuestCpu cpu = new GuestCpu(machine.vcpu(0));
            CodeRun main = new CodeRun(cpu, new Mixed(random, log));
            main.begin();
            machine.vcpu(0).start(main, vector -> vcpu -> {
                log.add("handler at " + vcpu.nowPs());
                return StepResult.DONE;
            });
            for (int i = 0; i < 60; i++) {
                raise(machine, random.nextLong(320 * MICRO));
            }
            for (int i = 0; i < 10; i++) {
                int permille = 300 + random.nextInt(701);
                machine.simulation()
                        .at(
                                random.nextLong(320 * MICRO),
                                Machine.OBSERVER_PRIORITY,
                                (op, arg) -> machine.vcpu(0).clock(permille),
                                0,
                                0);
            }
            log.add(machine.runUntil(Duration.ofMillis(3)).traceHash());
        }
        assertThat(log).hasSizeGreaterThan(200);
        return log;
    }
}
