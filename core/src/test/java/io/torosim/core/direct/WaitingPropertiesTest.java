package io.torosim.core.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.direct.DirectThreads.ThreadKind;
import io.torosim.core.event.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Threads that take, give back, lose patience, are interrupted and killed at random: nothing is lost and nobody is forgotten. */
class WaitingPropertiesTest {
    /** What the test counts itself, beside the resource. */
    private static final class Books {
        int held;
        int worst;
        int served;
        int refused;
    }

    @Property(tries = 60)
    void resource_isNeverOverbooked_andNobodyWaitsWhoCouldBeServed(
            @ForAll @IntRange int seed, @ForAll @IntRange(min = 1, max = 5) int capacity) {
        List<String> platform = run(seed, capacity, ThreadKind.PLATFORM, true);
        assertThat(run(seed, capacity, ThreadKind.best(), true))
                .as("the kind of thread changes nothing")
                .isEqualTo(platform);
        assertThat(run(seed, capacity, ThreadKind.best(), false))
                .as("nor that threads hand on to each other")
                .isEqualTo(platform);
    }

    private static List<String> run(int seed, int capacity, ThreadKind kind, boolean singly) {
        Simulation simulation = new Simulation();
        List<String> log = new ArrayList<>();
        Books books = new Books();
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Resource resource = new Resource(threads, capacity);
            List<DirectThread> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Random random = new Random(seed * 31L + i);
                all.add(threads.start("t" + i, 16, self -> work(self, resource, random, books, log)));
            }
            Random outside = new Random(seed);
            for (int i = 0; i < 30; i++) {
                DirectThread victim = all.get(outside.nextInt(all.size()));
                boolean kill = outside.nextInt(6) == 0;
                simulation.at(
                        outside.nextInt(200),
                        (op, arg) -> {
                            if (kill) {
                                victim.kill();
                            } else {
                                victim.interrupt();
                            }
                        },
                        0,
                        0);
            }
            if (!singly) {
                log.add("events " + simulation.runEvents(Long.MAX_VALUE));
            }
            int events = 0;
            while (simulation.runEvents(1) == 1) {
                events++;
                boolean instantOver = simulation.nextTimePs() > simulation.nowPs();
                if (instantOver) { // those who have been served run within the instant
                    assertThat(resource.available()).isEqualTo(capacity - books.held);
                    if (resource.available() == capacity) {
                        assertThat(resource.waitingCount()).isZero();
                    }
                }
            }
            if (singly) {
                log.add("events " + events);
            }
            assertThat(threads.aliveCount()).as("everybody came to an end").isZero();
            assertThat(books.held).isZero();
            assertThat(books.worst).isBetween(1, capacity);
            assertThat(books.served).isPositive();
            assertThat(resource.available()).isEqualTo(capacity);
        }
        log.add(books.served + " served, " + books.refused + " refused");
        return log;
    }

    private static void work(DirectThread self, Resource resource, Random random, Books books, List<String> log) {
        for (int round = 0; round < 12; round++) {
            int units = 1 + random.nextInt(resource.capacity());
            boolean has = false;
            try {
                self.rank(random.nextInt(3));
                self.sleep(random.nextInt(10));
                if (random.nextBoolean()) {
                    resource.acquire(units);
                    has = true;
                } else {
                    has = resource.acquire(units, random.nextInt(15));
                }
                if (has) {
                    books.held += units;
                    books.worst = Math.max(books.worst, books.held);
                    books.served++;
                    log.add(self.nowPs() + " " + self.name());
                    self.sleep(random.nextInt(10));
                } else {
                    books.refused++;
                }
            } catch (InterruptedException e) {
                log.add(self.nowPs() + " " + self.name() + " interrupted");
            } finally {
                if (has) {
                    books.held -= units;
                    resource.release(units);
                }
            }
        }
    }

    /** The model is one number for each thread: what it has got and not given back. */
    @Property(tries = 60)
    void whoDoesNotCleanUp_leavesNothingTaken(
            @ForAll @IntRange int seed, @ForAll @IntRange(min = 1, max = 5) int capacity) {
        Simulation simulation = new Simulation();
        int count = 6;
        int[] held = new int[count];
        int[] left = {0};
        try (DirectThreads threads = new DirectThreads(simulation, ThreadKind.best())) {
            Resource resource = new Resource(threads, capacity);
            List<DirectThread> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                Random random = new Random(seed * 31L + i);
                all.add(threads.start("t" + i, 16, self -> {
                    for (int round = 0; round < 20; round++) {
                        int units = 1 + random.nextInt(capacity);
                        if (resource.acquire(units, random.nextInt(15))) {
                            held[number] += units;
                        }
                        self.sleep(random.nextInt(10));
                        if (held[number] > 0) {
                            int back = 1 + random.nextInt(held[number]);
                            held[number] -= back;
                            resource.release(back);
                        }
                    }
                    if (held[number] > 0) {
                        resource.release(held[number]);
                        held[number] = 0;
                    }
                }));
            }
            Random outside = new Random(seed);
            for (DirectThread victim : all) {
                boolean kill = outside.nextBoolean();
                simulation.at(outside.nextInt(150), (op, arg) -> end(victim, kill), 0, 0);
            }
            while (simulation.runEvents(1) == 1) {
                if (simulation.nextTimePs() > simulation.nowPs()) {
                    int taken = 0;
                    for (int i = 0; i < count; i++) {
                        left[0] += all.get(i).hasEnded() ? held[i] : 0;
                        held[i] = all.get(i).hasEnded() ? 0 : held[i];
                        taken += held[i];
                    }
                    assertThat(resource.available()).isEqualTo(capacity - taken);
                }
            }
            assertThat(threads.aliveCount()).isZero();
            assertThat(resource.available()).isEqualTo(capacity);
        }
        Statistics.label("something was held at an end").collect(left[0] > 0).coverage(coverage -> coverage.check(true)
                .percentage(share -> share > 50));
    }

    private static void end(DirectThread victim, boolean kill) {
        if (kill) {
            victim.kill();
        } else {
            victim.interrupt();
        }
    }

    @Property(tries = 60)
    void store_losesNoItemAndKeepsTheirOrder(
            @ForAll @IntRange int seed, @ForAll @IntRange(min = 1, max = 4) int capacity) {
        Simulation simulation = new Simulation();
        Random outside = new Random(seed);
        List<Integer> put = new ArrayList<>();
        List<Integer> taken = new ArrayList<>();
        try (DirectThreads threads = new DirectThreads(simulation, ThreadKind.PLATFORM)) {
            Store<Integer> store = new Store<>(threads, capacity);
            List<DirectThread> takers = new ArrayList<>();
            threads.start("producer", 16, self -> {
                for (int i = 0; i < 40; i++) {
                    self.sleep(outside.nextInt(3));
                    store.put(i);
                    put.add(i);
                }
            });
            for (int t = 0; t < 4; t++) {
                takers.add(threads.start("taker" + t, 16, self -> {
                    while (true) {
                        try {
                            taken.add(store.take());
                        } catch (InterruptedException e) {
                            // and again
                        }
                    }
                }));
            }
            for (int i = 0; i < 20; i++) {
                DirectThread victim = takers.get(outside.nextInt(3)); // the fourth lives
                boolean kill = i % 5 == 0;
                simulation.at(
                        outside.nextInt(60),
                        (op, arg) -> {
                            if (kill) {
                                victim.kill();
                            } else {
                                victim.interrupt();
                            }
                        },
                        0,
                        0);
            }
            simulation.runToEnd();
        }
        assertThat(put).hasSize(40);
        assertThat(taken).as("each once").containsExactlyInAnyOrderElementsOf(put);
    }
}
