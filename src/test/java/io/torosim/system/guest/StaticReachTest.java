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
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs come to in static fields of classes that they are not written in: their loops are stepped; constants there are believed. */
final class StaticReachTest {
    private static final int SENT = 40;
    private static final Duration END = Duration.ofMillis(5);

    private static long look(GuestThread self, IntSupplier mail, Runnable take) {
        if (mail.getAsInt() == 0) {
            return self.switchIdle();
        }
        take.run();
        return self.compute(1_000);
    }

    // ---- ways to a mailbox

    private static final class Bridge {
        static final Queue<Integer> MAIL = new ArrayDeque<>();
    }

    private static final class Lambda {
        static GuestProgram program() {
            return self -> look(self, Bridge.MAIL::size, Bridge.MAIL::remove);
        }
    }

    private static final class Helper {
        static int mail;

        static long look(GuestThread self) {
            return StaticReachTest.look(self, () -> mail, () -> mail--);
        }
    }

    private static final class Reference {
        static GuestProgram program() {
            return GuestProgram.loop(Helper::look);
        }
    }

    private interface Held {
        int[] MAIL = new int[1];
    }

    private record OfAnInterface() implements GuestProgram, Held {
        @Override
        public long next(GuestThread self) {
            return look(self, () -> MAIL[0], () -> MAIL[0]--);
        }
    }

    private enum Box {
        MAIN;

        @SuppressWarnings("ImmutableEnumChecker")
        int mail;

        boolean isEmpty() {
            return mail == 0;
        }
    }

    private static final class ByName {
        static GuestProgram program() {
            return self -> Box.MAIN.isEmpty() ? self.switchIdle() : look(self, () -> 1, () -> Box.MAIN.mail--);
        }
    }

    private static final class Values {
        static GuestProgram program() {
            return self -> look(self, () -> Box.values()[0].mail, () -> Box.valueOf("MAIN").mail--);
        }
    }

    private static final class Single {
        private static final Single INSTANCE = new Single();
        private int mail;

        static Single get() {
            return INSTANCE;
        }
    }

    private static final class Singleton {
        static GuestProgram program() {
            return self -> look(self, () -> Single.get().mail, () -> Single.get().mail--);
        }
    }

    /** Three classes away, by an interface, a constructor and an inherited method. */
    private static final class Far {
        private static int mail;

        private interface Finder {
            boolean any();
        }

        private static class Base {
            public boolean any() {
                return mail > 0;
            }
        }

        private static final class Found extends Base implements Finder {}

        private static final class Factory {
            private static final ToLongFunction<GuestThread> TURN = self -> {
                Finder finder = new Found();
                return finder.any() ? look(self, () -> 1, () -> mail--) : self.switchIdle();
            };
        }

        static GuestProgram program() {
            return self -> Factory.TURN.applyAsLong(self);
        }
    }

    private static final class Machines {
        private static Machine machine;

        static GuestProgram program() {
            return self -> Holder.take(self);
        }

        private static final class Holder {
            static long take(GuestThread self) {
                return look(self, () -> machine.memory().load32(0x1000), () -> machine.memory()
                        .store32(0x1000, machine.memory().load32(0x1000) - 1));
            }
        }
    }

    private enum Way {
        LAMBDA("static field MAIL of " + name("Bridge"), Lambda::program),
        REFERENCE("static field mail of " + name("Helper"), Reference::program),
        INTERFACE("static field MAIL of " + name("Held"), OfAnInterface::new),
        BY_NAME("static field MAIN of " + name("Box") + " (a constant that can change)", ByName::program),
        VALUES("static field MAIN of " + name("Box") + " (a constant that can change)", Values::program),
        SINGLETON(
                "static field INSTANCE of " + name("Single") + " (a " + name("Single") + ", which can change)",
                Singleton::program),
        FAR("static field mail of " + name("Far"), Far::program),
        MACHINE("static field machine of " + name("Machines"), Machines::program);

        final String field;

        @SuppressWarnings("ImmutableEnumChecker")
        final Supplier<GuestProgram> program;

        Way(String field, Supplier<GuestProgram> program) {
            this.field = field;
            this.program = program;
        }

        private static String name(String nested) {
            return StaticReachTest.class.getName() + "$" + nested;
        }

        void empty(Machine machine) {
            Bridge.MAIL.clear();
            Helper.mail = 0;
            Held.MAIL[0] = 0;
            Box.MAIN.mail = 0;
            Single.INSTANCE.mail = 0;
            Far.mail = 0;
            Machines.machine = machine;
        }

        void put() {
            switch (this) {
                case LAMBDA -> Bridge.MAIL.add(1);
                case REFERENCE -> Helper.mail++;
                case INTERFACE -> Held.MAIL[0]++;
                case BY_NAME, VALUES -> Box.MAIN.mail++;
                case SINGLETON -> Single.INSTANCE.mail++;
                case FAR -> Far.mail++;
                case MACHINE -> Machines.machine
                        .memory()
                        .store32(0x1000, Machines.machine.memory().load32(0x1000) + 1);
            }
        }
    }

    private static RunResult run(Way way, boolean exact) {
        try (Machine machine = Machine.create(
                MachineSpec.builder().ramMib(1).exactStepping(exact).build())) {
            way.empty(machine);
            ToroKernel.boot(machine, KernelConfig.defaults()).spawn(0, "consumer", way.program.get());
            for (int i = 1; i <= SENT; i++) { // told to nobody
                machine.simulation().at(i * 100 * Picos.PER_MICRO, (op, arg) -> way.put(), 0, 0);
            }
            return machine.runUntil(END);
        }
    }

    @ParameterizedTest
    @EnumSource
    void loopsThatComeToIt_areStepped_andTheFieldIsNamed(Way way) {
        RunResult stepped = run(way, true);
        RunResult quick = run(way, false);
        assertThat(quick.traceDigest()).isEqualTo(stepped.traceDigest());
        assertThat(quick.usage()).isEqualTo(stepped.usage());
        assertThat(quick.warnings())
                .singleElement()
                .asString()
                .startsWith("thread consumer polls what is not declared (" + way.field + ", memory, a bus, ");
    }

    /** Nothing of it is put back. */
    @ParameterizedTest
    @EnumSource
    void aSavedRunThatComesToIt_tellsOfIt(Way way) {
        try (Machine machine = Machine.create(MachineSpec.builder().ramMib(1).build())) {
            way.empty(machine);
            ToroKernel.boot(machine, KernelConfig.defaults()).spawn(0, "consumer", way.program.get());
            machine.runUntil(END);
            SavedState saved = machine.save();
            List<String> told = way == Way.MACHINE ? List.of() : List.of(way.field); // it is a part of the run
            assertThat(saved.unsaved()).isEqualTo(told);
            assertThat(machine.result().warnings().stream().filter(w -> w.startsWith("the saved state does not have ")))
                    .hasSameSizeAs(told);
        }
    }

    // ---- what changes nothing

    private static final class Constants {
        static final int NUMBER = 3;
        static final int[] TABLE = {3, 1, 2};
        static final List<String> NAMES = List.of("a", "b");
        static final Map<String, Integer> NUMBERS = Map.of("a", 1);
        static final Duration TIME = Duration.ofNanos(NUMBER);
        static final Function<Integer, Integer> TWICE = n -> 2 * n;
        static final Point POINT = new Point(1, "here");
        static final Fixed FIXED = new Fixed(7);
        static final System.Logger LOG = System.getLogger("constants");
        static int made;
        static final Constants ONE = new Constants();

        private Constants() {
            made++; // done when the class is initialised
        }

        static int unread() {
            return made;
        }
    }

    private record Point(int x, String name) {}

    private static final class Fixed {
        private final int number;

        Fixed(int number) {
            this.number = number;
        }
    }

    private enum Phase {
        ONE(n -> n + 1) {
            @Override
            int twice() {
                return 2;
            }
        },
        TWO(n -> n - 1);

        private static final Map<Integer, Phase> BY_NUMBER = new java.util.TreeMap<>(Map.of(0, ONE, 1, TWO));

        @SuppressWarnings("ImmutableEnumChecker")
        private final Function<Integer, Integer> step;

        Phase(Function<Integer, Integer> step) {
            this.step = step;
        }

        int twice() {
            return 4;
        }
    }

    private static final class Believed {
        static GuestProgram program(SharedWord word) {
            return self -> {
                assert word.get() >= 0;
                Phase phase = Phase.BY_NUMBER.get((int) word.get());
                Phase.valueOf("ONE");
                return switch (phase) {
                    case ONE -> self.switchIdle();
                    case TWO -> self.compute(sum());
                };
            };
        }

        private static long sum() {
            Constants.LOG.log(System.Logger.Level.DEBUG, Constants.NAMES);
            return Constants.TABLE[0]
                    + Constants.NUMBERS.size()
                    + Constants.TIME.toNanos()
                    + Constants.TWICE.apply(Constants.NUMBER)
                    + Constants.POINT.x()
                    + Constants.FIXED.number
                    + Constants.ONE.hashCode() * 0L
                    + Phase.ONE.step.apply(Phase.TWO.twice())
                    + Phase.values().length;
        }
    }

    /** Constants of whatever class, and what methods look at that the program never calls. */
    @Test
    void constants_andWhatIsNotCalled_areBelieved() {
        assertThat(Constants.unread()).isPositive();
        try (Machine machine = Machine.create(MachineSpec.builder().build())) {
            GuestProgram program = Believed.program(new SharedWord(machine, 0));
            assertThat(program.readsDeclared()).isTrue();
            ToroKernel.boot(machine, KernelConfig.defaults()).spawn(0, "poller", program);
            machine.runUntil(END);
            assertThat(machine.save().unsaved()).isEmpty();
            assertThat(machine.result().warnings()).isEmpty();
        }
    }

    private static final class Property {
        private static final String NAME = "io.torosim.system.guest.StaticReachTest";

        static GuestProgram poller() {
            return GuestProgram.loop(
                    self -> System.getProperty(NAME) == null ? self.poll(5_000_000) : self.exit(), Step.yieldIdle());
        }

        static Step set() {
            return self -> {
                System.setProperty(NAME, "set");
                return self.compute(Picos.PER_MILLI);
            };
        }
    }

    /** What is believed as docs/DETERMINISM.md says, and found late. */
    @Test
    void whatIsBelievedAndChanges_isSaidWhereRoundsPassedOverEndInAnotherWay() {
        System.clearProperty(Property.NAME);
        try (Machine machine = Machine.create(MachineSpec.builder().vcpus(2).build())) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            kernel.spawn(0, "poller", Property.poller());
            Step before = Step.compute(Duration.ofMillis(3));
            Step after = Step.compute(Duration.ofNanos(300_000));
            kernel.spawn(1, "setter", GuestProgram.once(before, Property.set(), after));
            assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(10)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("vCPU 0: steps that were said to be quiet or to repeat ended with -1, in ")
                    .hasMessageContaining(", at 4300060000 ps: most likely something that they look at has changed and"
                            + " announces nothing")
                    .hasMessageContaining("MachineSpec.checkPolling")
                    .hasMessageContaining("SharedWord");
        } finally {
            System.clearProperty(Property.NAME);
        }
    }

    /** A public one, which another loader may make. */
    public static final class Plain implements GuestProgram {
        @Override
        public long next(GuestThread self) {
            return self.switchIdle();
        }
    }

    /** Classes of it have no files. */
    private static final class Unread extends ClassLoader {
        Class<?> made(Class<?> like) throws IOException {
            try (InputStream in = like.getResourceAsStream(
                    like.getName().substring(like.getName().lastIndexOf('.') + 1) + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(like.getName(), bytes, 0, bytes.length);
            }
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            return null;
        }
    }

    @Test
    void aClassWithoutAFile_isSteppedAndNamed() throws Exception {
        GuestProgram program = (GuestProgram)
                new Unread().made(Plain.class).getDeclaredConstructor().newInstance();
        assertThat(new Plain().readsDeclared()).isTrue();
        assertThat(program.readsDeclared()).isFalse();
        try (Machine machine = Machine.create(MachineSpec.builder().build())) {
            ToroKernel.boot(machine, KernelConfig.defaults()).spawn(0, "poller", program);
            assertThat(machine.runUntil(END).warnings())
                    .singleElement()
                    .asString()
                    .contains("(what " + Plain.class.getName() + " looks at, whose class file cannot be read, memory");
        }
    }

    /** The same class once more costs a look-up. */
    @Test
    void programsOfOneClass_areReadOnce() {
        List<GuestProgram> programs = new ArrayList<>();
        try (Machine machine = Machine.create(MachineSpec.builder().build())) {
            SharedWord word = new SharedWord(machine, 0);
            for (int i = 0; i < 100_000; i++) {
                programs.add(Believed.program(word));
            }
        }
        long before = System.nanoTime();
        assertThat(programs).allMatch(GuestProgram::readsDeclared);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(GuestProgram.loop(Step.yieldIdle()).readsDeclared()).isTrue();
    }
}
