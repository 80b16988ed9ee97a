package io.torosim.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Range;
import com.google.common.collect.TreeRangeMap;
import com.google.common.collect.TreeRangeSet;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

final class SavedStateTest {
    private static final long COUNTER = 4096;

    private static class Base {
        int inherited = 1;
    }

    private record Value(int[] inside, Optional<ArrayList<String>> maybe) {}

    private enum Kind {
        ONE,
        TWO
    }

    /** Something of every kind that can change. */
    private static final class All extends Base {
        private boolean flag;
        private long number = 5;
        private final TreeRangeMap<Long, int[]> ranges = TreeRangeMap.create();
        private final TreeRangeSet<Long> covered = TreeRangeSet.create();
        private String text = "a";
        private int[] array = {1, 2, 3};
        private final long[][] nested = {{1}, {2, 3}};
        private final List<Object> list = new ArrayList<>(List.of("x"));
        private final ArrayDeque<int[]> queue = new ArrayDeque<>();
        private final Map<String, Base> map = new HashMap<>();
        private final TreeMap<Integer, String> tree = new TreeMap<>();
        private final EnumMap<Kind, Integer> byKind = new EnumMap<>(Kind.class);
        private final EnumSet<Kind> kinds = EnumSet.noneOf(Kind.class);
        private final PriorityQueue<Integer> order = new PriorityQueue<>();
        private final AtomicLong atomic = new AtomicLong(3);
        private final BitSet bits = new BitSet();
        private final StringBuilder builder = new StringBuilder("b");
        private final Value value = new Value(new int[] {9}, Optional.of(new ArrayList<>(List.of("in"))));
        private final LinkedHashMap<String, Integer> own = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;
            private int extra = 4;

            @Override
            public Integer put(String key, Integer v) {
                extra += v;
                return super.put(key, v + extra);
            }
        };
        private final LongSupplier counting;
        private All other;

        All() {
            long[] captured = {0};
            counting = () -> captured[0]++;
            queue.add(new int[] {1});
            map.put("k", new Base());
        }

        void change() {
            flag = !flag;
            number += 3;
            ranges.put(Range.closedOpen(number, number + 2), new int[] {1});
            covered.add(Range.closedOpen(number, number + 2));
            text += "z";
            inherited++;
            array[1] = 77;
            array = new int[] {4, 5};
            nested[1][0]++;
            list.add(list.size());
            queue.peek()[0]++;
            queue.add(new int[] {2});
            map.get("k").inherited++;
            map.put("new", new Base());
            tree.put(tree.size(), "t");
            byKind.put(Kind.TWO, byKind.size());
            kinds.add(Kind.ONE);
            order.add(3);
            atomic.incrementAndGet();
            bits.set(bits.length());
            builder.append('c');
            value.inside[0]++;
            value.maybe.orElseThrow().add("more");
            own.put("o" + own.size(), 1);
            counting.getAsLong();
            other = new All();
        }

        @Override
        public String toString() {
            StringBuilder queued = new StringBuilder();
            queue.forEach(q -> queued.append(q[0]).append(','));
            StringBuilder mapped = new StringBuilder();
            new TreeMap<>(map).forEach((k, v) -> mapped.append(k).append(v.inherited));
            return List.of(
                            flag,
                            number,
                            text,
                            inherited,
                            Arrays.toString(array),
                            Arrays.deepToString(nested),
                            list,
                            queued,
                            mapped,
                            tree,
                            byKind,
                            kinds,
                            order,
                            atomic,
                            bits,
                            builder,
                            value.inside[0],
                            value.maybe,
                            own)
                    + " " + (other == null);
        }
    }

    @Test
    void everythingThatCanChange_comesBack_asOftenAsWanted() {
        All all = new All();
        all.change();
        all.other = null;
        String before = all.toString();
        long counted = all.counting.getAsLong();
        SavedState state = SavedState.of(all);
        String after = null;
        for (int i = 0; i < 3; i++) {
            all.change();
            all.change();
            assertThat(all.toString()).isNotEqualTo(before);
            assertThat(after == null ? all.toString() : after).isEqualTo(all.toString());
            after = all.toString();
            state.restore();
            assertThat(all.toString()).isEqualTo(before);
            assertThat(all.counting.getAsLong())
                    .as("what a lambda has captured")
                    .isEqualTo(counted + 1);
            state.restore();
        }
        assertThat(state.objectCount()).isGreaterThan(15);
        assertThat(state.keptBytes()).isPositive();
    }

    @Test
    void whatLivesOutsideTheHeap_isRefusedByName() {
        assertThatThrownBy(() -> SavedState.of(new Object[] {new Object[] {new Thread(() -> {})}}))
                .isInstanceOf(UnsavableException.class)
                .hasMessageContaining("java.lang.Thread")
                .hasMessageContaining("threads, streams, files");
        assertThatThrownBy(() -> SavedState.of(List.of(new ByteArrayInputStream(new byte[3]))))
                .isInstanceOf(UnsavableException.class)
                .hasMessageContaining("ByteArrayInputStream");
    }

    private enum Plain {
        A(3, "three", Kind.ONE, List.of(1, 2), x -> x + 1);

        private final int number;
        private final String text;
        private final Kind other;
        private final List<Integer> list;
        private final LongUnaryOperator function;

        Plain(int number, String text, Kind other, List<Integer> list, LongUnaryOperator function) {
            this.number = number;
            this.text = text;
            this.other = other;
            this.list = list;
            this.function = function;
        }
    }

    private enum Counting {
        A;

        int count;
    }

    private enum CountingInBody {
        A {
            long sum;

            @Override
            void count() {
                sum++;
            }
        };

        abstract void count();
    }

    private enum Holding {
        A;

        private final Object[] inside = {new int[1]};
        private final Runnable self = () -> inside[0] = this;
    }

    private enum Leading {
        A;

        private final Optional<Holding> other = Optional.of(Holding.A);
    }

    private record Reaching(Object constant) {}

    /** All runs share it: what it counts could not be put back for one of them. */
    @Test
    void enumConstantThatCanChange_isRefusedByName() {
        Counting.A.count++;
        CountingInBody.A.count();
        Holding.A.self.run();
        for (Enum<?> constant : List.of(Counting.A, CountingInBody.A, Holding.A)) {
            for (Object root :
                    List.of(new Reaching(constant), List.of(constant), Map.of(constant, 1), new Object[] {constant})) {
                assertThatThrownBy(() -> SavedState.of(root))
                        .isInstanceOf(UnsavableException.class)
                        .hasMessageStartingWith("cannot save the state of a "
                                + constant.getDeclaringClass().getName() + ": ")
                        .hasMessageContaining(" of constant A can change and is shared by all runs");
                assertThat(SavedState.ifPossible(root)).isEmpty();
            }
        }
        assertThatThrownBy(() -> SavedState.of(new Reaching(Leading.A)))
                .hasMessageStartingWith("cannot save the state of a " + Holding.class.getName())
                .hasMessageContaining("what is in field inside of constant A");
    }

    @Test
    void enumConstantOfValues_isNoState() {
        assertThat(Plain.A.function.applyAsLong(Plain.A.number)).isEqualTo(4);
        assertThat(Plain.A.text + Plain.A.other + Plain.A.list).isEqualTo("threeONE[1, 2]");
        assertThat(SavedState.of(new Reaching(Plain.A), TimeUnit.DAYS).objectCount())
                .isZero();
    }

    /** A core that counts in memory, delays itself at random, gets interrupts from a timer and from a neighbour. */
    private static Machine machine() {
        Machine machine = Machine.create(MachineSpec.builder().vcpus(2).seed(9).build());
        GuestCode count = Steps.of("count", 1)
                .forever(loop -> loop.step("add", (cpu, f) -> {
                            cpu.add64(COUNTER, 1);
                            return 100 * Picos.PER_NANO;
                        })
                        .step("set the timer", (cpu, f) -> {
                            cpu.timerIn(50, 3 * Picos.PER_MICRO);
                            return 10;
                        })
                        .step("hlt", (cpu, f) -> {
                            cpu.interrupts(true);
                            return StepResult.HALT;
                        })
                        .step("tell the other", (cpu, f) -> {
                            cpu.sendIpi(1 - cpu.id(), 60);
                            return 10;
                        }))
                .build();
        GuestCode handler = Steps.of("handler", 0)
                .step("note", (cpu, f) -> {
                    cpu.store64(COUNTER + 8L * (1 + cpu.id()), cpu.nowPs());
                    return 20;
                })
                .build();
        SimRandom random = machine.randoms().stream("noise");
        for (int i = 0; i < 2; i++) {
            GuestCpu cpu = new GuestCpu(machine.vcpu(i));
            CodeRun program = new CodeRun(cpu, count);
            program.begin();
            CodeRun interrupt = new CodeRun(new GuestCpu(machine.vcpu(i)), handler);
            machine.vcpu(i).start(program, vector -> {
                interrupt.begin();
                return interrupt;
            });
        }
        Runnable[] noise = new Runnable[1];
        noise[0] = () -> machine.simulation()
                .after(
                        1 + random.nextLong(5 * Picos.PER_MICRO),
                        (op, arg) -> {
                            machine.vcpu((int) random.nextLong(2)).raise(70);
                            noise[0].run();
                        },
                        0,
                        0);
        noise[0].run();
        return machine;
    }

    @Test
    void machineThatIsPutBack_goesOnToTheDigestOfARunFromTheStart() {
        RunResult straight;
        try (Machine machine = machine()) {
            straight = machine.runUntil(Duration.ofMillis(2));
        }
        try (Machine machine = machine()) {
            for (long micros : new long[] {0, 1, 333, 1000, 1999}) {
                if (micros > 0) {
                    machine.runUntil(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros)));
                }
                SavedState state = machine.save();
                for (int i = 0; i < 2; i++) {
                    assertThat(machine.runUntil(Duration.ofMillis(2))).isEqualTo(straight);
                    machine.restore(state);
                }
            }
        }
    }

    @Test
    void anotherMachinesState_isRefused() {
        try (Machine machine = machine();
                Machine other = machine()) {
            SavedState state = other.save();
            assertThatThrownBy(() -> machine.restore(state)).hasMessage("the state is another machine's");
        }
    }

    @Test
    void branch_leavesNothingBehind() {
        try (Machine machine = machine()) {
            machine.runUntil(Duration.ofNanos(100_000));
            RunResult there = machine.result();
            SavedState state = machine.save();
            RunResult one = machine.branch(state, m -> m.runUntil(Duration.ofNanos(500_000)));
            assertThat(machine.result()).isEqualTo(there);
            RunResult other = machine.branch(state, m -> {
                m.vcpu(0).raise(99);
                return m.runUntil(Duration.ofNanos(500_000));
            });
            assertThat(other.traceDigest()).isNotEqualTo(one.traceDigest());
            assertThat(machine.result()).isEqualTo(there);
            assertThat(machine.runUntil(Duration.ofNanos(500_000))).isEqualTo(one);
        }
    }

    @Test
    void fromWithinAnEvent_isRefused() {
        try (Machine machine = Machine.create(MachineSpec.builder().build())) {
            Throwable[] thrown = new Throwable[1];
            machine.simulation()
                    .at(
                            5,
                            (op, arg) -> {
                                try {
                                    machine.save();
                                } catch (IllegalStateException e) {
                                    thrown[0] = e;
                                }
                            },
                            0,
                            0);
            machine.runUntil(Duration.ofNanos(1));
            assertThat(thrown[0]).hasMessageContaining("not from within an event");
        }
    }
}
