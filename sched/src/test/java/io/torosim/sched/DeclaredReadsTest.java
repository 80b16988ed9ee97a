package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.SharedWord;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops are passed over only where everything that they look at is announced; the rest is stepped, and arrives. */
final class DeclaredReadsTest {
    private static final long WORK_PS = 100 * Picos.PER_MICRO;
    private static final long LOOK_PS = 200 * Picos.PER_NANO;
    private static final int SENT = 687;
    /** The last message is 50 us old: the producer is still at work, and tells nobody anything. */
    private static final Duration END = Duration.ofNanos(68_650_000);

    /** What happened: messages that came, and the run. */
    private record Outcome(long received, RunResult result) {}

    private interface Box {
        void put();

        boolean take();
    }

    private static MachineSpec.Builder spec() {
        return MachineSpec.builder().vcpus(2);
    }

    /** Core 0 puts 687 messages into a box, core 1 looks into it all the time. */
    private static Outcome messages(MachineSpec.Builder spec, Box box, boolean announcing) {
        Machine machine = Machine.create(spec.build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        int[] sent = {0};
        kernel.spawn(0, "producer", self -> {
            if (sent[0] == SENT) {
                return self.suspend();
            }
            sent[0]++;
            box.put();
            return self.compute(WORK_PS);
        });
        return consume(machine, kernel, box, announcing);
    }

    private static Outcome consume(Machine machine, ToroKernel kernel, Box box, boolean announcing) {
        long[] received = {0};
        GuestProgram consumer = self -> {
            if (!box.take()) {
                return self.switchIdle();
            }
            received[0]++;
            self.active();
            return self.compute(LOOK_PS);
        };
        kernel.spawn(1, "consumer", announcing ? GuestProgram.announcing(consumer) : consumer);
        RunResult result = machine.runUntil(END);
        return new Outcome(received[0], result);
    }

    private static Box plainQueue() {
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        return new Box() {
            @Override
            public void put() {
                queue.add(queue.size());
            }

            @Override
            public boolean take() {
                return queue.poll() != null;
            }
        };
    }

    @Test
    void plainJavaQueue_allMessagesArrive_andOneWarningSaysThatItIsStepped() {
        Outcome outcome = messages(spec(), plainQueue(), false);
        assertThat(outcome.received).isEqualTo(SENT);
        assertThat(outcome.result.warnings()).hasSize(1);
        assertThat(outcome.result.warnings().get(0)).contains("thread consumer").contains("SharedWord");
        Outcome stepped = messages(spec().exactStepping(true), plainQueue(), false);
        assertThat(stepped.result.traceDigest()).isEqualTo(outcome.result.traceDigest());
        assertThat(stepped.result.usage()).isEqualTo(outcome.result.usage());
    }

    /** What it was for: who says that everything is announced when it is not loses messages, and the check names the place. */
    @Test
    void falselyDeclaredQueue_losesMessages_andTheCheckNamesTheFirstDivergence() {
        assertThat(messages(spec(), plainQueue(), true).received).isLessThan(SENT / 2);
        assertThatThrownBy(() -> messages(spec().checkPolling(true), plainQueue(), true))
                .hasMessageContaining("vCPU 1 has left a polling loop")
                .hasMessageContaining("no change was announced")
                .hasMessageContaining("consumer");
    }

    private static Box cell(Machine machine) {
        SharedWord word = new SharedWord(machine, 0);
        return new Box() {
            @Override
            public void put() {
                word.getAndAdd(1);
            }

            @Override
            public boolean take() {
                if (word.get() == 0) {
                    return false;
                }
                word.getAndAdd(-1);
                return true;
            }
        };
    }

    private static Outcome messagesInACell(MachineSpec spec) {
        Machine machine = Machine.create(spec);
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        SharedWord sent = new SharedWord(machine, 0);
        Box box = cell(machine);
        kernel.spawn(0, "producer", GuestProgram.announcing(self -> {
            if (sent.get() == SENT) {
                return self.suspend();
            }
            sent.getAndAdd(1);
            box.put();
            return self.compute(WORK_PS);
        }));
        return consume(machine, kernel, box, true);
    }

    @Test
    void sharedWord_allMessagesArrive_passedOver_steppedAndChecked() {
        Outcome fast = messagesInACell(spec().build());
        assertThat(fast.received).isEqualTo(SENT);
        assertThat(fast.result.warnings()).isEmpty();
        for (MachineSpec spec : new MachineSpec[] {
            spec().fastForward(false).build(),
            spec().exactStepping(true).build(),
            spec().checkPolling(true).build()
        }) {
            RunResult other = messagesInACell(spec).result;
            assertThat(other.traceDigest()).isEqualTo(fast.result.traceDigest());
            assertThat(other.usage()).isEqualTo(fast.result.usage());
        }
        assertThat(fast.result.firedEvents())
                .isLessThan(messages(spec(), plainQueue(), false).result.firedEvents() / 2);
    }

    @Test
    void programs_areBelievedByTheirFields() {
        Machine machine = Machine.create(spec().build());
        SharedWord flag = new SharedWord(machine, 0);
        SharedWord word = new SharedWord(machine, 1);
        long constant = 5;
        int[] array = {0};
        assertThat(declared(GuestThread::switchIdle)).isTrue();
        assertThat(declared(self -> flag.get() != 0 ? self.suspend() : self.poll(word.get() + constant)))
                .isTrue();
        assertThat(declared(self -> array[0] > 0 ? self.suspend() : self.switchIdle()))
                .isFalse();
        assertThat(declared(GuestProgram.loop(Step.compute(Duration.ofNanos(5)), Step.yieldIdle())))
                .isTrue();
        assertThat(declared(GuestProgram.loop(self -> array[0] > 0 ? self.suspend() : self.switchIdle())))
                .isFalse();
        GuestProgram withState = new GuestProgram() {
            private int turns;

            @Override
            public long next(GuestThread self) {
                return turns++ > 3 ? self.suspend() : self.switchIdle();
            }
        };
        assertThat(declared(withState)).isFalse();
        assertThat(declared(GuestProgram.announcing(withState))).isTrue();
    }

    private enum Mailbox {
        OF_ALL;

        private long sent;
        private long taken;
    }

    private record Held(Mailbox box) {}

    private enum Body {
        COUNTS {
            private int count;

            @Override
            int count() {
                return count++;
            }
        };

        abstract int count();
    }

    private enum Cells {
        ONE(new int[1]);

        private final int[] cell;

        Cells(int[] cell) {
            this.cell = cell;
        }
    }

    private enum Fixed {
        ONE(List.of(Body.class, "one", Plain.A), (a, b) -> a + b, Duration.ofNanos(1)),
        TWO(List.of(), Math::max, null);

        private final List<Object> list;
        private final LongBinaryOperator operator;
        private final @Nullable Duration time;

        Fixed(List<Object> list, LongBinaryOperator operator, @Nullable Duration time) {
            this.list = list;
            this.operator = operator;
            this.time = time;
        }
    }

    private enum Plain {
        A
    }

    private enum Loose {
        ONE(List.of(new int[1]));

        private final List<int[]> list;

        Loose(List<int[]> list) {
            this.list = list;
        }
    }

    private static boolean holding(Object value) {
        return declared(self -> value.hashCode() == 0 ? self.suspend() : self.switchIdle());
    }

    @Test
    void enumConstants_areBelievedThatCannotChange() {
        assertThat(holding(Plain.A)).isTrue();
        assertThat(holding(Fixed.ONE)).isTrue();
        assertThat(holding(Fixed.TWO)).isTrue();
        assertThat(holding(TimeUnit.DAYS)).as("of the JDK").isTrue();
        assertThat(holding(Mailbox.OF_ALL)).isFalse();
        assertThat(holding(new Held(Mailbox.OF_ALL))).isFalse();
        assertThat(holding(Body.COUNTS)).isFalse();
        assertThat(holding(Cells.ONE)).isFalse();
        assertThat(holding(Loose.ONE)).isFalse();
        GuestProgram program = self -> Mailbox.OF_ALL.hashCode() + Plain.A.hashCode() == 0 ? 0 : self.switchIdle();
        Mailbox box = Mailbox.OF_ALL;
        GuestProgram sharing = self -> box.sent > 0 ? self.suspend() : self.switchIdle();
        assertThat(program.mayBeShared()).isTrue();
        assertThat(sharing.mayBeShared()).as("all share it anyway").isTrue();
        assertThat(Fixed.ONE.list.size() + Fixed.ONE.operator.applyAsLong(1, 2)).isEqualTo(6);
        assertThat(Fixed.TWO.time).isNull();
        assertThat(Cells.ONE.cell).hasSize(1);
        assertThat(Loose.ONE.list).hasSize(1);
    }

    /** The messages of a mailbox that is a constant of an enum, or of cells that tell another machine. */
    private static Outcome undeclared(boolean exact, boolean ofAnEnum) {
        Mailbox box = Mailbox.OF_ALL;
        box.sent = 0;
        box.taken = 0;
        Machine machine = Machine.create(spec().exactStepping(exact).build());
        Machine other = Machine.create(spec().build());
        SharedWord sent = new SharedWord(other, 0);
        SharedWord taken = new SharedWord(other, 0);
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        Step consumes = ofAnEnum
                ? self -> {
                    if (box.sent == box.taken) {
                        return self.poll(LOOK_PS);
                    }
                    box.taken++;
                    return self.compute(LOOK_PS);
                }
                : self -> {
                    if (sent.get() == taken.get()) {
                        return self.poll(LOOK_PS);
                    }
                    taken.getAndAdd(1);
                    return self.compute(LOOK_PS);
                };
        GuestProgram sends = ofAnEnum
                ? self -> {
                    box.sent++;
                    return self.compute(WORK_PS);
                }
                : self -> {
                    sent.getAndAdd(1);
                    return self.compute(WORK_PS);
                };
        kernel.spawn(0, "consumer", GuestProgram.loop(consumes, Step.yieldIdle()));
        kernel.spawn(1, "sender", sends);
        RunResult result = machine.runUntil(Duration.ofMillis(5));
        return new Outcome(ofAnEnum ? box.taken : taken.get(), result);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAnnouncesNothingHere_isStepped_withTheWarning(boolean ofAnEnum) {
        Outcome quick = undeclared(false, ofAnEnum);
        Outcome exact = undeclared(true, ofAnEnum);
        assertThat(quick.received).isEqualTo(50).isEqualTo(exact.received);
        assertThat(quick.result.traceDigest()).isEqualTo(exact.result.traceDigest());
        assertThat(quick.result.usage()).isEqualTo(exact.result.usage());
        assertThat(quick.result.warnings())
                .singleElement()
                .asString()
                .startsWith("thread consumer polls what is not declared ("
                        + (ofAnEnum ? "" : "what is another machine's, ") + "memory,");
    }

    /** Objects of a kernel tell their own machine too. */
    @Test
    void objectsOfAnotherKernel_areSteppedToo() {
        for (int kind = 0; kind < 2; kind++) {
            for (boolean own : new boolean[] {true, false}) {
                Machine machine = Machine.create(spec().build());
                ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
                ToroKernel asked =
                        own ? kernel : ToroKernel.boot(Machine.create(spec().build()), KernelConfig.defaults());
                GuestThread thread = asked.spawn(0, "asked", GuestThread::suspend);
                Object object = kind == 0 ? asked : thread;
                GuestProgram asks = self -> object.getClass() == null ? self.suspend() : self.switchIdle();
                kernel.spawn(1, "asks", GuestProgram.announcing(GuestThread::suspend));
                kernel.spawn(1, "holds", kind == 0 ? asks : held(asks));
                assertThat(machine.runUntil(Duration.ofMillis(1)).warnings())
                        .as(kind + " own " + own)
                        .hasSize(own ? 0 : 1);
            }
        }
    }

    private static GuestProgram held(GuestProgram program) {
        return program::next;
    }

    /** A machine's memory, a vCPU's and the clock announce nothing: whoever polls them is stepped, and sees what comes. */
    @Test
    void memoryAndClock_areNotBelieved() {
        for (boolean exact : new boolean[] {false, true}) {
            Machine machine =
                    Machine.create(spec().ramMib(16).exactStepping(exact).build());
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            SharedWord late = new SharedWord(machine, 0);
            kernel.spawn(0, "writer", self -> {
                machine.memory().store32(0x1000, 1);
                return self.compute(5 * Picos.PER_MICRO);
            });
            GuestProgram reader = self -> {
                if (machine.memory().load32(0x1000) == 0) {
                    return self.switchIdle();
                }
                machine.memory().store32(0x1000, 0);
                machine.memory().store32(0x2000, machine.memory().load32(0x2000) + 1);
                return self.compute(LOOK_PS);
            };
            assertThat(declared(reader)).isFalse();
            kernel.spawn(1, "reader", reader);
            GuestProgram waiting = self -> {
                if (late.get() == 0 && self.nowPs() >= 3 * Picos.PER_MILLI) {
                    late.set(self.nowPs());
                }
                return self.switchIdle();
            };
            assertThat(declared(waiting)).isTrue();
            kernel.spawn(1, "waiting", waiting);
            RunResult result = machine.runUntil(Duration.ofMillis(10));
            assertThat(machine.memory().load32(0x2000)).as("exact " + exact).isBetween(1_990, 2_000);
            assertThat(late.get())
                    .as("exact " + exact)
                    .isBetween(3 * Picos.PER_MILLI, 3 * Picos.PER_MILLI + 10 * Picos.PER_MICRO);
            assertThat(result.warnings()).hasSize(1);
        }
    }

    /** The way to memory by the accessors of a kernel, or by another thread, is seen when it is taken: such a turn is stepped. */
    @Test
    void machineByAnAccessor_isNotBelieved() {
        Machine machine = Machine.create(spec().ramMib(16).build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        kernel.spawn(0, "writer", self -> {
            machine.memory().store32(0x1000, 1);
            machine.memory().store32(0x1004, 1);
            return self.compute(5 * Picos.PER_MICRO);
        });
        GuestThread other = kernel.spawn(1, "other", GuestThread::suspend);
        kernel.spawn(
                1, "by kernel", self -> taken(kernel.machine(), 0x1000) ? self.compute(LOOK_PS) : self.switchIdle());
        kernel.spawn(
                1,
                "by thread",
                self -> taken(other.vcpu().machine(), 0x1004) ? self.compute(LOOK_PS) : self.switchIdle());
        RunResult result = machine.runUntil(Duration.ofMillis(10));
        assertThat(machine.memory().load32(0x3000)).isBetween(1_990, 2_000);
        assertThat(machine.memory().load32(0x3004)).isBetween(1_990, 2_000);
        assertThat(result.warnings()).isNotEmpty();
    }

    private static boolean taken(Machine machine, long mail) {
        if (machine.memory().load32(mail) == 0) {
            return false;
        }
        machine.memory().store32(mail, 0);
        machine.memory().store32(mail + 0x2000, machine.memory().load32(mail + 0x2000) + 1);
        return true;
    }

    /** A believed program that counts its looks would be passed over with them: the check names it. */
    @Test
    void announcingProgramThatCounts_isNamedByTheCheck() {
        Machine machine = Machine.create(spec().checkPolling(true).build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        long[] looks = {0};
        kernel.spawn(1, "counting", GuestProgram.announcing(self -> {
            looks[0]++;
            return self.switchIdle();
        }));
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(300)))
                .hasMessageContaining("vCPU 1 has changed what its polling loop keeps")
                .hasMessageContaining("counting");
    }

    private static boolean declared(GuestProgram program) {
        return program.readsDeclared();
    }
}
