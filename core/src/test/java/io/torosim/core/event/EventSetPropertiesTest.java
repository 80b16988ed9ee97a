package io.torosim.core.event;

import io.torosim.core.event.EventScript.Op;
import io.torosim.core.event.EventScript.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/** The event set against a sorted list: same order, same handles, same answers. */
class EventSetPropertiesTest {
    @Property(tries = 5)
    void longScript_agreesWithSortedList(@ForAll("longScripts") EventScript script) {
        script.check();
    }

    @Property(tries = 600)
    void shortScript_agreesWithSortedList(@ForAll("shortScripts") EventScript script) {
        script.check();
    }

    /** Sizes that go up and down across the border between array and wheel, with the other operations in between. */
    @Property(tries = 60)
    void tides_agreeWithSortedList(
            @ForAll @Size(min = 4, max = 12) List<@IntRange(max = 80) Integer> levels, @ForAll @IntRange int seed) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        int pending = 0;
        for (int level : levels) {
            while (pending != level) {
                if (pending < level) {
                    steps.add(new Step(Op.SCHEDULE, random.nextInt(1 << random.nextInt(20)), 14 + random.nextInt(4)));
                    pending++;
                } else {
                    steps.add(new Step(Op.TAKE, 0, 0));
                    pending--;
                }
                if (random.nextInt(4) == 0) {
                    steps.add(new Step(Op.RESCHEDULE, random.nextInt(1000), random.nextInt(1 << random.nextInt(20))));
                    steps.add(new Step(Op.PEEK, 0, 0));
                }
            }
        }
        EventScript.of(steps).check();
        boolean up = levels.stream().anyMatch(level -> level > SortedFew.CAPACITY);
        Statistics.label("reached the wheel").collect(up);
        Statistics.label("reached the wheel").coverage(c -> c.check(true).percentage(p -> p > 50));
    }

    @Provide
    Arbitrary<EventScript> longScripts() {
        return scripts(10_000, 11_000, 1L << 49);
    }

    @Provide
    Arbitrary<EventScript> shortScripts() {
        return scripts(0, 120, Long.MAX_VALUE);
    }

    private static Arbitrary<EventScript> scripts(int minimum, int maximum, long farthestPs) {
        Arbitrary<Integer> takeWeight = Arbitraries.integers().between(4, 16);
        return takeWeight.flatMap(weight -> steps(weight, farthestPs)
                .list()
                .ofMinSize(minimum)
                .ofMaxSize(maximum)
                .map(EventScript::of));
    }

    /** The weight of taking decides whether events pile up, stay few, or cross the border between few and many. */
    private static Arbitrary<Step> steps(int takeWeight, long farthestPs) {
        Arbitrary<Op> ops = Arbitraries.frequency(
                Tuple.of(12, Op.SCHEDULE),
                Tuple.of(3, Op.CANCEL),
                Tuple.of(3, Op.RESCHEDULE),
                Tuple.of(takeWeight, Op.TAKE),
                Tuple.of(2, Op.TAKE_UP_TO),
                Tuple.of(2, Op.PEEK));
        return Combinators.combine(
                        ops,
                        delays(farthestPs),
                        priorities(),
                        Arbitraries.longs().between(0, 1L << 40))
                .as((op, delay, priority, handle) -> switch (op) {
                    case SCHEDULE -> new Step(op, delay, priority);
                    case RESCHEDULE -> new Step(op, handle, delay);
                    case CANCEL -> new Step(op, handle, 0);
                    case TAKE_UP_TO -> new Step(op, delay, 0);
                    case TAKE, PEEK -> new Step(op, 0, 0);
                });
    }

    /** Zero delays, a few instants, every level of the wheel, and, in short scripts, the end of time. */
    private static Arbitrary<Long> delays(long farthestPs) {
        return Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0L)),
                Tuple.of(6, Arbitraries.longs().between(0, 3)),
                Tuple.of(6, Arbitraries.longs().between(0, 600)),
                Tuple.of(6, Arbitraries.integers().between(0, 40).map(bits -> (1L << bits) - 1)),
                Tuple.of(4, Arbitraries.longs().between(0, 1L << 34)),
                Tuple.of(1, Arbitraries.longs().between(0, farthestPs >> 8)),
                Tuple.of(1, Arbitraries.just(farthestPs)));
    }

    private static Arbitrary<Integer> priorities() {
        return Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.just(16)),
                Tuple.of(3, Arbitraries.integers().between(14, 18)),
                Tuple.of(1, Arbitraries.integers().between(0, EventSet.MAX_PRIORITY)));
    }
}
