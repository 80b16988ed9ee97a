package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.SharedWord;
import io.torosim.core.state.SavedState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An object that can hold state is the program of one thread. */
final class SharedProgramTest {

    /** Counts its turns. */
    private static class Counter implements GuestProgram {
        int turns;

        @Override
        public long next(GuestThread self) {
            return ++turns > 3 ? self.exit() : self.compute(1_000);
        }
    }

    /** Has its state from the class above it. */
    private static final class Heir extends Counter {}

    /** Has state that is meant for all threads. */
    private static final class Common extends Counter {
        @Override
        public boolean mayBeShared() {
            return true;
        }
    }

    /** Has no fields. */
    private static final class Stateless implements GuestProgram {
        @Override
        public long next(GuestThread self) {
            return self.exit();
        }
    }

    private record Work(long ps, Duration unused, String label) implements GuestProgram {
        @Override
        public long next(GuestThread self) {
            return self.compute(ps);
        }
    }

    private record Remembering(List<String> log) implements GuestProgram {
        @Override
        public long next(GuestThread self) {
            log.add(self.name());
            return self.exit();
        }
    }

    private static ToroKernel kernel() {
        return ToroKernel.boot(Machine.create(MachineSpec.builder().vcpus(2).build()), KernelConfig.defaults());
    }

    private static void isRefusedTwice(GuestProgram program) {
        ToroKernel kernel = kernel();
        kernel.spawn(0, "first", program);
        assertThatThrownBy(() -> kernel.spawn(1, "second", program))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a program that can hold state belongs to one thread")
                .hasMessageContaining("threads=first, second");
        assertThat(kernel.threads()).hasSize(1);
        ToroKernel other = kernel();
        assertThatThrownBy(() -> other.spawn(0, "third", program))
                .hasMessageContaining("threads=first (of another kernel), third");
    }

    private static void isTakenTwice(GuestProgram program) {
        ToroKernel kernel = kernel();
        kernel.spawn(0, "first", program);
        kernel.spawn(1, "second", program);
        kernel().spawn(0, "third", program);
        assertThat(kernel.threads()).hasSize(2);
    }

    @Test
    void whatCanHoldState_belongsToOneThread() {
        int[] captured = {0};
        isRefusedTwice(new Counter());
        isRefusedTwice(new Heir());
        isRefusedTwice(new Remembering(new ArrayList<>()));
        isRefusedTwice(self -> self.compute(++captured[0]));
        isRefusedTwice(GuestProgram.loop(Step.compute(Duration.ofNanos(1))));
        isRefusedTwice(GuestProgram.announcing(new Counter()));
    }

    @Test
    void whatHoldsNone_isShared() {
        long ps = kernel().threads().size() + 5;
        SharedWord word = new SharedWord(kernel().machine(), 0);
        isTakenTwice(new Stateless());
        isTakenTwice(GuestThread::exit);
        isTakenTwice(self -> self.compute(ps));
        isTakenTwice(self -> word.get() == 0 ? self.compute(ps) : self.exit());
        isTakenTwice(new Work(5, Duration.ofNanos(1), "x"));
        isTakenTwice(new Common());
        isTakenTwice(GuestProgram.announcing(new Stateless()));
        GuestProgram inner = GuestThread::exit;
        isTakenTwice(inner::next);
    }

    @Test
    void theProgramIsNamed() {
        ToroKernel kernel = kernel();
        int[] captured = {0};
        GuestProgram lambda = self -> self.compute(++captured[0]);
        kernel.spawn(0, "a", lambda);
        assertThatThrownBy(() -> kernel.spawn(0, "b", lambda))
                .hasMessageContaining("program=a lambda of io.torosim.sched.SharedProgramTest, ");
    }

    @Test
    void equalProgramsAreTwo() {
        ToroKernel kernel = kernel();
        kernel.spawn(0, "a", new Remembering(new ArrayList<>()));
        assertThatCode(() -> kernel.spawn(0, "b", new Remembering(new ArrayList<>())))
                .doesNotThrowAnyException();
    }

    @Test
    void aThreadThatIsOver_keepsItsProgram() {
        ToroKernel kernel = kernel();
        Counter program = new Counter();
        GuestThread first = kernel.spawn(0, "first", program);
        kernel.machine().runUntil(Duration.ofMillis(1));
        assertThat(first.exited()).isTrue();
        assertThatThrownBy(() -> kernel.spawn(0, "second", program)).hasMessageContaining("threads=first, second");
    }

    @Test
    void guestCodeIsRefusedToo() {
        ToroKernel kernel = kernel();
        Counter program = new Counter();
        kernel.spawn(0, "first", program);
        boolean[] asked = {false};
        kernel.spawn(0, "creator", self -> {
            if (asked[0]) {
                return self.exit();
            }
            asked[0] = true;
            return self.beginThread(-1, "second", program);
        });
        assertThatThrownBy(() -> kernel.machine().runUntil(Duration.ofMillis(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("threads=first, second");
    }

    @Test
    void aThreadThatAStateKnowsNothingOf_wasNeverThere() {
        ToroKernel kernel = kernel();
        SavedState before = kernel.machine().save(kernel);
        Counter program = new Counter();
        for (int i = 0; i < 3; i++) {
            kernel.spawn(0, "again", program);
            kernel.machine().restore(before);
        }
        assertThat(kernel.threads()).isEmpty();
    }
}
