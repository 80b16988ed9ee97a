package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for every mixture of tasks: the clock of the queue, fairness over weights, a turn for everyone. */
final class CfsRunQueuePropertiesTest {
    private static final long TICK = 4 * Picos.PER_MILLI;

    private static List<CfsTask> tasks(SimRandom random, int count) {
        List<CfsTask> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(new CfsTask("t" + i, CfsParameters.weightOf(random.nextInt(11) - 5)));
        }
        return tasks;
    }

    @Property(tries = 200)
    void virtualTimeNeverGoesBack_andTheRunningTaskIsNeverQueued(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 12) int count,
            @ForAll @IntRange(min = 1, max = 8) int cpus) {
        SimRandom random = new RandomStreams(seed).stream("cfs");
        CfsRunQueue queue = new CfsRunQueue(CfsParameters.of(CostModel.standard(), cpus));
        List<CfsTask> tasks = tasks(random, count);
        long min = Long.MIN_VALUE;
        for (int i = 0; i < 400; i++) {
            int awake = (int) tasks.stream().filter(t -> t.runnable).count();
            switch (random.nextInt(5)) {
                case 0, 1 -> queue.wakeUp(tasks.get(random.nextInt(count)));
                case 2 -> {
                    CfsTask chosen = queue.choose();
                    assertThat(chosen == null).isEqualTo(awake == 0);
                    for (CfsTask other : tasks) {
                        assertThat(!other.runnable || chosen.vruntimePs <= other.vruntimePs)
                                .isTrue();
                    }
                }
                case 3 -> {
                    if (queue.current() != null) {
                        queue.ran(random.nextLong(5 * Picos.PER_MILLI));
                    }
                }
                default -> {
                    if (queue.current() != null && random.nextInt(2) == 0) {
                        queue.blocks();
                    }
                }
            }
            assertThat(queue.minVruntimePs()).isGreaterThanOrEqualTo(min);
            min = queue.minVruntimePs();
            assertThat(queue.runnable())
                    .isEqualTo((int) tasks.stream().filter(t -> t.runnable).count());
        }
    }

    /** Tasks that always have work share the CPU by weight: in 4 s each is within a turn and a tick of its share. */
    @Property(tries = 100)
    void busyTasks_shareTheCpuByWeight_andNoneStarves(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 12) int count) {
        SimRandom random = new RandomStreams(seed).stream("cfs");
        CfsParameters parameters = CfsParameters.of(CostModel.standard(), 2);
        CfsRunQueue queue = new CfsRunQueue(parameters);
        List<CfsTask> tasks = tasks(random, count);
        long[] lastRanPs = new long[count];
        long longestWaitPs = 0;
        tasks.forEach(queue::wakeUp);
        CfsTask current = queue.choose();
        long totalWeight = tasks.stream().mapToLong(CfsTask::weight).sum();
        long least = tasks.stream().mapToLong(CfsTask::weight).min().orElseThrow();
        int ticks = 1000;
        for (int i = 1; i <= ticks; i++) {
            queue.ran(TICK);
            int ran = tasks.indexOf(current);
            longestWaitPs = Math.max(longestWaitPs, (i - 1) * TICK - lastRanPs[ran]);
            lastRanPs[ran] = i * TICK;
            if (queue.turnIsOver()) {
                current = queue.choose();
            }
        }
        for (CfsTask task : tasks) {
            long fairPs = ticks * TICK * task.weight() / totalWeight;
            // ahead of the slowest by a turn and a tick in virtual time, at most
            long slackPs = 2 * TICK + 2 * queue.sharePs(task) + 2 * TICK * task.weight() / least;
            assertThat(task.ranPs).isBetween(fairPs - slackPs - count * TICK, fairPs + slackPs + count * TICK);
        }
        // by the time a task has waited for every other's turn, rounded up to ticks, twice, it has had its own
        long roundPs = parameters.periodPs(count) + count * TICK;
        assertThat(longestWaitPs).isLessThan(2 * roundPs * totalWeight / least / count + 2 * roundPs);
    }
}
