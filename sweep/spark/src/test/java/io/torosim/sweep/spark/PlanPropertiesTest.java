package io.torosim.sweep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Study.CellModel.Cell;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PlanPropertiesTest {
    private record Numbered(int count) implements CellExecutor.Cells {
        @Override
        public Cell get(int index) {
            return new Cell(index, 0, index, 1, List.of(), List.of());
        }
    }

    /** Three jobs on their way, as the executor has them, each run as long as the others. */
    private static List<List<Chunk>> jobs(int count, int cores, long nanosARun) {
        Plan plan = new Plan(new Numbered(count), cores);
        List<List<Chunk>> jobs = new ArrayList<>();
        for (List<Chunk> job = plan.next(); job != null; job = plan.next()) {
            jobs.add(job);
            if (jobs.size() >= Plan.JOBS_AT_A_TIME) {
                for (Chunk chunk : jobs.get(jobs.size() - Plan.JOBS_AT_A_TIME)) {
                    int runs = chunk.cells().size();
                    plan.took(new Done(Collections.nCopies(runs, "line"), runs * nanosARun, null));
                }
            }
        }
        return jobs;
    }

    @Property(tries = 200)
    void everyRun_isInOneTask_andNoTaskIsLongerThanASecondUnlessOneRunIs(
            @ForAll @IntRange(min = 0, max = 20_000) int count,
            @ForAll @IntRange(min = 0, max = 40) int cores,
            @ForAll @LongRange(min = 0, max = 2_000_000_000L) long nanosARun) {
        List<List<Chunk>> jobs = jobs(count, cores, nanosARun);
        assertThat(jobs.stream()
                        .flatMap(List::stream)
                        .flatMap(chunk -> chunk.cells().stream())
                        .mapToInt(cell -> (int) cell.number()))
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
        for (List<Chunk> job : jobs) {
            assertThat(job).hasSizeBetween(1, Math.max(1, cores));
            for (Chunk chunk : job) {
                int runs = chunk.cells().size();
                assertThat(runs).isBetween(1, Plan.MOST_RUNS_A_TASK);
                assertThat(runs == 1 || runs * nanosARun <= Plan.TASK_NANOS)
                        .as(runs + " runs of " + nanosARun + " ns")
                        .isTrue();
            }
        }
    }

    @Test
    void runsOf100Milliseconds_areTenInATask_oneAtTheBeginningTwoAtTheEnd() {
        List<Integer> sizes = jobs(200, 2, 100_000_000L).stream()
                .flatMap(List::stream)
                .map(chunk -> chunk.cells().size())
                .toList();
        assertThat(sizes)
                .containsExactly(
                        1, 1, 1, 1, 1, 1, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 9, 9, 6, 6, 4, 4, 2,
                        2, 2, 2, 2, 2, 2, 2);
    }
}
