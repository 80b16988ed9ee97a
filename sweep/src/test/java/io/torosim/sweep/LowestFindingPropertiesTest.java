package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.sweep.CellExecutor.LowestFinding;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

class LowestFindingPropertiesTest {
    @Property(tries = 100)
    void anyNumberOfWorkers_findsTheLowest(
            @ForAll @IntRange(min = 1, max = 8) int workers,
            @ForAll @IntRange(min = 1, max = 400) int most,
            @ForAll @IntRange int seed)
            throws InterruptedException {
        boolean[] hits = new boolean[most];
        Random random = new Random(seed);
        for (int i = 0; i < most; i++) {
            hits[i] = random.nextInt(150) == 0;
        }
        LowestFinding<Long> found = LowestFinding.search(workers, most, () -> true, i -> {
            LongStream.range(0, (i * 7919) % 500).sum(); // attempts of different lengths
            return hits[(int) i] ? Optional.of(i * 10) : Optional.empty();
        });
        int first = 0;
        while (first < most && !hits[first]) {
            first++;
        }
        Statistics.label("something to find").collect(first < most);
        Statistics.label("something to find").coverage(c -> c.check(true).percentage(p -> p > 10));
        Statistics.label("nothing to find").collect(first == most);
        Statistics.label("nothing to find").coverage(c -> c.check(true).percentage(p -> p > 3));
        assertThat(found.number()).isEqualTo(first);
        assertThat(found.finding()).isEqualTo(first < most ? Optional.of(first * 10L) : Optional.empty());
    }

    @Example
    void attemptThatThrows_isTheAnswerIfItComesFirst() throws InterruptedException {
        assertThatThrownBy(() -> LowestFinding.search(3, 100, () -> true, i -> {
                    if (i == 5) {
                        throw new IllegalStateException("at " + i);
                    }
                    return i == 50 ? Optional.of("late") : Optional.empty();
                }))
                .hasMessage("at 5");
        LowestFinding<String> early = LowestFinding.search(3, 100, () -> true, i -> {
            if (i == 50) {
                throw new IllegalStateException("at " + i);
            }
            return i == 5 ? Optional.of("early") : Optional.empty();
        });
        assertThat(early.finding()).contains("early");
    }
}
