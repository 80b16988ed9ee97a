package io.torosim.core.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.explore.Scenario.Look;
import io.torosim.core.explore.TinyGuest.Kind;
import io.torosim.core.explore.TinyGuest.Op;
import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.statistics.Statistics;

/** The search against the enumeration of all schedules, over guests drawn at random: every parameter comes from the seed. */
final class SearchPropertiesTest {
    private static final int WORDS = 3;
    /** The guests are pure. */
    private static final int ONCE_MORE = 1;

    private static final long MOST_VISITS = 12_000;
    private static final Kind[] PROGRAM = Kind.values();
    private static final Kind[] HANDLER = {Kind.LOAD, Kind.STORE, Kind.STORE_REGISTER, Kind.ADD, Kind.SKIP_IF_ZERO};

    /** A guest and what must hold of it, from a seed. */
    private static final class Drawn {
        final List<List<Op>> programs = new ArrayList<>();
        final List<List<Op>> handlers = new ArrayList<>();
        final int bufferDepth;
        final int[] values = new int[4];
        final String text;

        Drawn(long seed) {
            SimRandom random = new RandomStreams(seed).stream("tiny");
            int vcpus = 2 + random.nextInt(2);
            int most = vcpus == 2 ? 6 : 4;
            bufferDepth = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
            for (int p = 0; p < vcpus; p++) {
                int length = 3 + random.nextInt(most - 2);
                List<Op> ops = new ArrayList<>();
                for (int i = 0; i < length; i++) {
                    ops.add(op(random, PROGRAM, vcpus, length - i - 1));
                }
                programs.add(ops);
            }
            for (int v = 0; v < 2; v++) {
                List<Op> ops = new ArrayList<>();
                int length = 1 + random.nextInt(2);
                for (int i = 0; i < length; i++) {
                    ops.add(op(random, HANDLER, vcpus, length - i - 1));
                }
                handlers.add(ops);
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextInt(3);
            }
            text = programs + ", handlers " + handlers + ", store buffers of " + bufferDepth + ", bad values "
                    + Arrays.toString(values);
        }

        private static Op op(SimRandom random, Kind[] kinds, int vcpus, int behind) {
            Kind kind = kinds[random.nextInt(kinds.length)];
            if (random.nextInt(2) == 0) {
                kind = random.nextInt(2) == 0 ? Kind.LOAD : Kind.STORE_REGISTER; // most of what matters
            }
            return switch (kind) {
                case IPI, IPI_X2 -> new Op(kind, random.nextInt(vcpus), random.nextInt(2));
                case SKIP_IF_ZERO -> new Op(kind, 0, Math.min(behind, 1 + random.nextInt(2)));
                default -> new Op(kind, random.nextInt(WORDS), random.nextInt(3));
            };
        }

        boolean always(long[] memory) {
            return memory[0] != values[0] + 1 || memory[1] != values[1];
        }

        boolean atRest(long[] memory) {
            return memory[1] != values[2] || memory[2] != values[3];
        }

        Scenario scenario(Predicate<Look> always, Predicate<Look> atRest, long[] words, Scenario.Builder builder) {
            for (int p = 0; p < programs.size(); p++) {
                builder.vcpu(new TinyGuest("program" + p, programs.get(p), words));
            }
            for (int v = 0; v < handlers.size(); v++) {
                builder.interrupt(TinyGuest.VECTOR + v, new TinyGuest("handler" + v, handlers.get(v), words));
            }
            return builder.storeBuffers(bufferDepth)
                    .always("always", "a bad state", always)
                    .atRest("at rest", "a bad end", atRest)
                    .build();
        }

        Scenario scenario() {
            Scenario.Builder builder = Scenario.named("drawn");
            long[] words = new long[WORDS];
            for (int w = 0; w < WORDS; w++) {
                words[w] = builder.word("w" + w);
            }
            return scenario(look -> always(memory(look, words)), look -> atRest(memory(look, words)), words, builder);
        }

        private static long[] memory(Look look, long[] words) {
            long[] memory = new long[WORDS];
            for (int w = 0; w < WORDS; w++) {
                memory[w] = look.word(words[w]);
            }
            return memory;
        }
    }

    private static final AtomicLong COMPARED = new AtomicLong();
    private static final AtomicLong VIOLATED = new AtomicLong();

    /** Evidence that it was evidence. */
    @AfterContainer
    static void enoughWasCompared_ofBothKinds() {
        assertThat(VIOLATED.get()).isGreaterThan(12);
        assertThat(COMPARED.get() - VIOLATED.get()).isGreaterThan(12);
    }

    @Property(tries = 220)
    void search_agreesWithTheEnumerationOfAllSchedules(@ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
        Drawn drawn = new Drawn(seed);
        NaiveEnumeration naive = new NaiveEnumeration(
                drawn.programs, drawn.handlers, drawn.bufferDepth, drawn::always, drawn::atRest, MOST_VISITS);
        if (!naive.enumerate(WORDS)) {
            return;
        }
        COMPARED.incrementAndGet();
        VIOLATED.addAndGet(naive.violated() ? 1 : 0);
        Scenario scenario = drawn.scenario();
        Verdict verdict = Exploration.search(scenario, Bounds.standard(), states -> true, ONCE_MORE);
        assertThat(verdict.violation().isPresent()).as(drawn.text).isEqualTo(naive.violated());
        if (naive.violated()) {
            Verdict.Violation violation = verdict.violation().orElseThrow();
            assertThat(violation.preemptions()).as(drawn.text).isEqualTo(naive.preemptions());
            assertThat(violation.schedule().length()).as(drawn.text).isEqualTo(naive.steps());
            assertThat(Exploration.replay(scenario, violation.schedule()))
                    .as(drawn.text)
                    .map(Verdict.Violation::invariant)
                    .contains(violation.invariant());
            assertThat(Exploration.explain(scenario, violation))
                    .contains(violation.schedule().text());
        } else {
            assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.EXHAUSTED);
        }
    }

    @Property(tries = 80)
    void everyRestState_thatExists_isFound_withAndWithoutReduction(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
        Drawn drawn = new Drawn(seed);
        NaiveEnumeration naive = new NaiveEnumeration(
                drawn.programs, drawn.handlers, drawn.bufferDepth, memory -> true, memory -> true, MOST_VISITS);
        boolean enumerated = naive.enumerate(WORDS);
        Statistics.label("enumerated whole").collect(enumerated);
        Statistics.label("enumerated whole").coverage(c -> c.check(true).percentage(p -> p > 10));
        Statistics.label("several ends")
                .collect(enumerated && naive.restMemories().size() > 1);
        if (!enumerated) {
            return;
        }
        for (boolean reduce : new boolean[] {true, false}) {
            Set<String> found = new HashSet<>();
            Scenario.Builder builder = Scenario.named("drawn");
            long[] words = new long[WORDS];
            for (int w = 0; w < WORDS; w++) {
                words[w] = builder.word("w" + w);
            }
            Scenario scenario = drawn.scenario(
                    look -> true,
                    look -> {
                        found.add(Arrays.toString(Drawn.memory(look, words)));
                        return true;
                    },
                    words,
                    builder);
            Verdict verdict = new Search(scenario, Bounds.standard(), reduce, states -> true)
                    .again(ONCE_MORE)
                    .run();
            assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.EXHAUSTED);
            assertThat(found).as(drawn.text).isEqualTo(naive.restMemories());
        }
    }
}
