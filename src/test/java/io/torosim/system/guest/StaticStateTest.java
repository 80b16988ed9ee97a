package io.torosim.system.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.SharedWord;
import io.torosim.core.state.SavedState;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What users' programs keep in static fields: their loops are stepped, and a run with it is not saved as if it were put back. */
final class StaticStateTest {
    private static final int SENT = 40;
    private static final Duration END = Duration.ofMillis(5);

    // ---- programs with a mailbox in a static field, each read by the program alone

    private static final class Counted implements GuestProgram {
        private static int mail;
        private final SharedWord taken;

        Counted(SharedWord taken) {
            this.taken = taken;
        }

        @Override
        public long next(GuestThread self) {
            return mail > 0 ? take(self, taken, () -> mail--) : self.switchIdle();
        }
    }

    private static final class Atomic implements GuestProgram {
        private static final AtomicInteger MAIL = new AtomicInteger();
        private final SharedWord taken;

        Atomic(SharedWord taken) {
            this.taken = taken;
        }

        @Override
        public long next(GuestThread self) {
            return MAIL.get() > 0 ? take(self, taken, MAIL::decrementAndGet) : self.switchIdle();
        }
    }

    private static final class Local implements GuestProgram {
        private static final ThreadLocal<int[]> MAIL = ThreadLocal.withInitial(() -> new int[1]);
        private final SharedWord taken;

        Local(SharedWord taken) {
            this.taken = taken;
        }

        @Override
        public long next(GuestThread self) {
            return MAIL.get()[0] > 0 ? take(self, taken, () -> MAIL.get()[0]--) : self.switchIdle();
        }
    }

    private static final class Queued implements GuestProgram {
        private static final Queue<Integer> MAIL = new ArrayDeque<>();
        private final SharedWord taken;

        Queued(SharedWord taken) {
            this.taken = taken;
        }

        @Override
        public long next(GuestThread self) {
            return MAIL.isEmpty() ? self.switchIdle() : take(self, taken, MAIL::remove);
        }
    }

    private static final class Cell implements GuestProgram {
        private static final long[] MAIL = {0};
        private final SharedWord taken;

        Cell(SharedWord taken) {
            this.taken = taken;
        }

        @Override
        public long next(GuestThread self) {
            return MAIL[0] > 0 ? take(self, taken, () -> MAIL[0]--) : self.switchIdle();
        }
    }

    private static final class HostOfALambda {
        private static int mail;

        static GuestProgram program(SharedWord taken) {
            return self -> mail > 0 ? take(self, taken, () -> mail--) : self.switchIdle();
        }

        static GuestProgram steps(SharedWord taken) {
            Step step = self -> mail > 0 ? take(self, taken, () -> mail--) : self.switchIdle();
            return GuestProgram.loop(step);
        }
    }

    private static final class Outer {
        private static int mail;

        private record Inner(SharedWord taken) implements GuestProgram {
            @Override
            public long next(GuestThread self) {
                return mail > 0 ? take(self, taken, () -> mail--) : self.switchIdle();
            }
        }
    }

    private enum OfAnEnum {
        ONE;

        private static int mail;

        int mail() {
            return mail;
        }
    }

    private static final class HoldsAConstant implements GuestProgram {
        private final OfAnEnum constant = OfAnEnum.ONE;
        private final SharedWord taken;

        HoldsAConstant(SharedWord taken) {
            this.taken = taken;
        }

        @Override
        public long next(GuestThread self) {
            return constant.mail() > 0 ? take(self, taken, () -> OfAnEnum.mail--) : self.switchIdle();
        }
    }

    private static final class HostOfAMachine {
        private static Machine machine;

        static GuestProgram program(SharedWord taken) {
            return self -> machine.memory().load32(0x1000) > 0
                    ? take(self, taken, () -> machine.memory()
                            .store32(0x1000, machine.memory().load32(0x1000) - 1))
                    : self.switchIdle();
        }
    }

    private static long take(GuestThread self, SharedWord taken, Runnable takes) {
        takes.run();
        taken.getAndAdd(1);
        return self.compute(1_000);
    }

    private enum Kept {
        COUNTED("static field mail of " + name("Counted"), true),
        ATOMIC("static field MAIL of " + name("Atomic"), true),
        LOCAL("static field MAIL of " + name("Local"), true),
        QUEUED("static field MAIL of " + name("Queued"), false),
        CELL("static field MAIL of " + name("Cell"), false),
        HOST("static field mail of " + name("HostOfALambda"), false),
        STEPS("static field mail of " + name("HostOfALambda"), false),
        ENUM("static field mail of " + name("OfAnEnum"), true),
        INNER("static field mail of " + name("Outer"), false),
        MACHINE("static field machine of " + name("HostOfAMachine"), false);

        final String field;
        final boolean refused;

        Kept(String field, boolean refused) {
            this.field = field;
            this.refused = refused;
        }

        private static String name(String nested) {
            return StaticStateTest.class.getName() + "$" + nested;
        }

        GuestProgram program(SharedWord taken) {
            return switch (this) {
                case COUNTED -> new Counted(taken);
                case ATOMIC -> new Atomic(taken);
                case LOCAL -> new Local(taken);
                case QUEUED -> new Queued(taken);
                case CELL -> new Cell(taken);
                case HOST -> HostOfALambda.program(taken);
                case STEPS -> HostOfALambda.steps(taken);
                case ENUM -> new HoldsAConstant(taken);
                case INNER -> new Outer.Inner(taken);
                case MACHINE -> HostOfAMachine.program(taken);
            };
        }

        void empty(Machine machine) {
            Counted.mail = 0;
            Atomic.MAIL.set(0);
            Local.MAIL.get()[0] = 0;
            Queued.MAIL.clear();
            Cell.MAIL[0] = 0;
            HostOfALambda.mail = 0;
            Outer.mail = 0;
            OfAnEnum.mail = 0;
            HostOfAMachine.machine = machine;
        }

        void put() {
            switch (this) {
                case COUNTED -> Counted.mail++;
                case ATOMIC -> Atomic.MAIL.incrementAndGet();
                case LOCAL -> Local.MAIL.get()[0]++;
                case QUEUED -> Queued.MAIL.add(1);
                case CELL -> Cell.MAIL[0]++;
                case HOST, STEPS -> HostOfALambda.mail++;
                case INNER -> Outer.mail++;
                case ENUM -> OfAnEnum.mail++;
                case MACHINE -> HostOfAMachine.machine
                        .memory()
                        .store32(0x1000, HostOfAMachine.machine.memory().load32(0x1000) + 1);
            }
        }
    }

    private record Run(Machine machine, SharedWord taken) {
        static Run of(Kept kept, boolean exact) {
            Machine machine = Machine.create(
                    MachineSpec.builder().ramMib(1).exactStepping(exact).build());
            kept.empty(machine);
            SharedWord taken = new SharedWord(machine, 0);
            ToroKernel.boot(machine, KernelConfig.defaults()).spawn(0, "consumer", kept.program(taken));
            for (int i = 1; i <= SENT; i++) { // told to nobody
                machine.simulation().at(i * 100 * Picos.PER_MICRO, (op, arg) -> kept.put(), 0, 0);
            }
            return new Run(machine, taken);
        }
    }

    @ParameterizedTest
    @EnumSource
    void loopsThatCanLookAtIt_areStepped_andTheFieldIsNamed(Kept kept) {
        Run exact = Run.of(kept, true);
        RunResult stepped = exact.machine.runUntil(END);
        Run quick = Run.of(kept, false);
        RunResult result = quick.machine.runUntil(END);
        assertThat(quick.taken.get()).isEqualTo(SENT).isEqualTo(exact.taken.get());
        assertThat(result.traceDigest()).isEqualTo(stepped.traceDigest());
        assertThat(result.warnings())
                .singleElement()
                .asString()
                .startsWith("thread consumer polls what is not declared (" + kept.field + ", memory, a bus, ");
    }

    @ParameterizedTest
    @EnumSource
    void aRunWithIt_isNotSaved_orTellsOfIt(Kept kept) {
        Run run = Run.of(kept, false);
        run.machine.runUntil(Duration.ofMillis(1));
        if (kept.refused) {
            assertThatThrownBy(() -> run.machine.save(run.taken))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("cannot save the state of a " + StaticStateTest.class.getName())
                    .hasMessageContaining(kept.field + " can change and is shared by all runs");
            return;
        }
        SavedState saved = run.machine.save(run.taken);
        List<String> told = saved.unsaved(); // more than one: the events that put it in come to all of these fields
        if (kept == Kept.MACHINE) {
            assertThat(told).as("a part of the run").doesNotContain(kept.field);
        } else {
            assertThat(told).contains(kept.field);
        }
        RunResult branched = run.machine.branch(saved, machine -> machine.runUntil(Duration.ofMillis(2)));
        assertThat(branched.warnings().stream().filter(w -> w.startsWith("the saved state does not have ")))
                .hasSameSizeAs(told);
    }

    // ---- what changes nothing

    private static final class Constants implements GuestProgram {
        private static final int[] TABLE = {3, 1, 2};
        private static final byte[] NONE = {};
        private static final String NAME = "constants";
        private static final Integer BOXED = 5;
        private static final List<String> NAMES = List.of("a", "b");
        private static final Duration TIME = Duration.ofNanos(1);
        private static final Logger LOG = Logger.getLogger("constants");
        private static Logger late = LOG;
        private static final Supplier<String> FUNCTION = () -> NAME;

        private enum Phase {
            ONE,
            TWO;

            private static final Map<String, Phase> BY_NAME = new HashMap<>(Map.of("one", ONE));
        }

        private final Phase first = Phase.ONE;
        private final SharedWord word;

        Constants(SharedWord word) {
            this.word = word;
        }

        @Override
        public long next(GuestThread self) {
            assert word.get() >= 0;
            Phase phase = word.get() == 0 ? first : Phase.TWO;
            return switch (phase) {
                case ONE -> self.switchIdle();
                case TWO -> {
                    late.fine(FUNCTION.get() + NAMES + TIME + BOXED + NONE.length);
                    yield self.compute(TABLE[0] + Phase.BY_NAME.size());
                }
            };
        }
    }

    /** Constants, tables, loggers, enums and assertions are in half of all classes. */
    @Test
    void constants_areNoState() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        SharedWord word = new SharedWord(machine, 0);
        Constants program = new Constants(word);
        assertThat(program.readsDeclared()).isTrue();
        GuestProgram lambda = self -> word.get() == 0 ? self.switchIdle() : self.compute(END.toNanos() + SENT);
        assertThat(lambda.readsDeclared())
                .as("written in a class with constants")
                .isTrue();
        assertThat(GuestProgram.loop(self -> self.poll(SENT), Step.yieldIdle()).readsDeclared())
                .isTrue();
        ToroKernel.boot(machine, KernelConfig.defaults()).spawn(0, "poller", program);
        machine.runUntil(END);
        assertThat(machine.save(program).unsaved()).isEmpty();
        assertThat(machine.result().warnings()).isEmpty();
    }

    /** What a library counts for itself, whose objects a user's program has, is none of the run's. */
    @Test
    void librariesCountForThemselves() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        assertThat(machine.save(new Holder(new Library())).unsaved())
                .as("nobody there extends anything of ToroSim")
                .isEmpty();
    }

    private record Holder(Library library) {}

    private static final class Library {
        private static int made;

        Library() {
            made++;
        }
    }

    /** Its author answers for it. */
    @Test
    void aProgramThatIsSaidToAnnounce_isBelieved() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        SharedWord word = new SharedWord(machine, 0);
        assertThat(new Counted(word).readsDeclared()).isFalse();
        assertThat(GuestProgram.announcing(new Counted(word)).readsDeclared()).isTrue();
    }
}
