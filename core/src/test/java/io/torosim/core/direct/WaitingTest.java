package io.torosim.core.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.direct.DirectThreads.ThreadKind;
import io.torosim.core.direct.Resource.Container;
import io.torosim.core.event.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Time-outs, join, kill, and what threads wait for, by example. */
class WaitingTest {
    private final Simulation simulation = new Simulation();
    private final List<String> log = new ArrayList<>();

    static Stream<ThreadKind> kinds() {
        return Stream.of(ThreadKind.values()).filter(ThreadKind::isAvailable);
    }

    private void log(String what) {
        log.add(simulation.nowPs() + " " + what);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void parkWithTimeOut_tellsWhichCameFirst(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            DirectThread a = threads.start("a", 16, self -> {
                log("" + self.park(10));
                log("" + self.park(10));
                log("" + self.park(0));
                self.unpark();
                log("" + self.park(0));
            });
            simulation.at(15, (op, arg) -> a.unpark(), 0, 0);
            simulation.runToEnd();
        }
        assertThat(log).containsExactly("10 false", "15 true", "15 false", "15 true");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void join_returnsAtTheEndOrWhenTheTimeIsOver(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            DirectThread worker = threads.start("worker", 16, self -> self.sleep(50));
            threads.start("patient", 16, self -> {
                worker.join();
                log("patient");
                worker.join(); // at once
                log("again");
            });
            threads.start("hasty", 16, self -> {
                log("hasty " + worker.join(20));
                log("hasty " + worker.join(30)); // the end comes first at 50
            });
            threads.start("own", 16, self -> {
                assertThatThrownBy(self::join).hasMessageContaining("thread=own");
            });
            simulation.runToEnd();
            assertThat(threads.aliveCount()).isZero();
            assertThatThrownBy(worker::join).isInstanceOf(IllegalStateException.class);
        }
        assertThat(log).containsExactly("20 hasty false", "50 patient", "50 again", "50 hasty true");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void kill_runsTheFinallyBlocksAndFreesThoseWhoJoin(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Resource resource = new Resource(threads, 1);
            DirectThread holder = threads.start("holder", 16, self -> {
                resource.acquire(1);
                try {
                    self.sleep(1_000);
                } finally {
                    resource.release(1);
                    log("released");
                }
            });
            threads.start("waiter", 16, self -> {
                resource.acquire(1);
                log("acquired");
                holder.join();
                log("joined");
                self.kill();
                log("never");
            });
            simulation.at(7, (op, arg) -> holder.kill(), 0, 0);
            simulation.at(7, (op, arg) -> holder.kill(), 0, 0);
            DirectThread unborn = threads.start("unborn", 16, self -> log("never"));
            unborn.kill();
            simulation.runToEnd();
            assertThat(threads.aliveCount()).isZero();
            assertThat(unborn.hasEnded()).isTrue();
        }
        assertThat(log).containsExactly("7 released", "7 acquired", "7 joined");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whoIsCarriedOutOfItsBody_givesBackWhatItHolds(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Resource desks = new Resource(threads, 3);
            Resource keys = new Resource(threads, 1);
            DirectThread killed = threads.start("killed", 16, self -> {
                desks.acquire(1);
                keys.acquire(1);
                assertThat(desks.tryAcquire(2)).isTrue();
                self.sleep(1_000);
                desks.release(3);
            });
            threads.start("waiter", 16, self -> {
                keys.acquire(1);
                desks.acquire(2);
                log("waiter has it");
                killed.join();
                throw new IllegalArgumentException("in the middle");
            });
            DirectThread interrupted = threads.start("interrupted", 16, self -> {
                self.sleep(20);
                desks.acquire(3);
                log("all desks");
                self.park();
                desks.release(3);
            });
            simulation.at(10, (op, arg) -> killed.kill(), 0, 0);
            simulation.at(30, (op, arg) -> interrupted.interrupt(), 0, 0);
            assertThatThrownBy(simulation::runToEnd).hasMessage("in the middle");
            assertThat(desks.available()).as("the exception came at 10").isEqualTo(3);
            assertThat(keys.available()).isOne();
            simulation.runUntil(25);
            assertThat(desks.available()).isZero();
            simulation.runToEnd();
            assertThat(desks.available()).isEqualTo(3);
        }
        assertThat(log).containsExactly("10 waiter has it", "20 all desks");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatAThreadHolds_isWhatNobodyHasGivenBackForIt(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Resource resource = new Resource(threads, 10);
            assertThat(resource.tryAcquire(1)).isTrue(); // nobody's
            DirectThread[] holders = new DirectThread[3];
            for (int i = 0; i < 3; i++) {
                holders[i] = threads.start("holder" + i, 16, self -> {
                    resource.acquire(2);
                    self.park();
                });
            }
            threads.start("hands on", 16, self -> resource.acquire(2)); // returns: nobody's
            threads.start("gives back more than it took", 16, self -> {
                resource.acquire(1);
                resource.release(2); // its own, one of nobody's
            });
            simulation.runUntil(1);
            assertThat(resource.available()).isEqualTo(2);
            resource.release(3); // the other two of nobody's, one of holder 0
            holders[1].kill();
            simulation.runUntil(2);
            assertThat(resource.available()).isEqualTo(7);
            holders[0].kill();
            simulation.runUntil(3);
            assertThat(resource.available()).as("it held one").isEqualTo(8);
            resource.release(2); // all that holder 2 held
            holders[2].kill();
            simulation.runUntil(4);
            assertThat(resource.available()).isEqualTo(10);
            assertThatThrownBy(() -> resource.release(1)).hasMessageContaining("taken=0");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void resource_servesByRankThenByArrival_andTheFirstKeepsTheRestWaiting(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Resource resource = new Resource(threads, 3);
            assertThat(resource.tryAcquire(3)).isTrue();
            start(threads, resource, "a", 0, 2, 100);
            start(threads, resource, "b", 0, 1, 100);
            start(threads, resource, "urgent", -1, 1, 100);
            start(threads, resource, "reneges", -2, 3, 5);
            simulation.at(3, (op, arg) -> resource.release(1), 0, 0); // the one that reneges wants 3
            simulation.at(20, (op, arg) -> resource.release(1), 0, 0); // a wants 2, b must not pass it
            simulation.at(30, (op, arg) -> resource.release(1), 0, 0);
            simulation.runUntil(40);
            assertThat(resource.waitingCount()).isEqualTo(1);
            assertThat(resource.tryAcquire(1)).isFalse();
            resource.release(1);
            simulation.runUntil(50);
            assertThat(resource.waitingCount()).isZero();
            assertThat(resource.available()).isZero();
            assertThatThrownBy(() -> resource.release(4)).hasMessageContaining("units must be in [1, 3]");
            resource.release(3);
            assertThatThrownBy(() -> resource.release(1)).hasMessageContaining("taken=0");
        }
        assertThat(log).containsExactly("5 reneges false", "5 urgent true", "30 a true", "40 b true");
    }

    private void start(DirectThreads threads, Resource resource, String name, int rank, int units, long patiencePs) {
        threads.start(name, 16, self -> {
            self.rank(rank);
            log(name + " " + resource.acquire(units, patiencePs));
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void store_boundsAndChooses(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Store<Integer> store = new Store<>(threads, 2);
            threads.start("choosy", 16, self -> log("even " + store.take(i -> i % 2 == 0)));
            threads.start("producer", 16, self -> {
                for (int i = 1; i <= 5; i++) {
                    store.put(i);
                    log("put " + i);
                }
                log("late " + store.put(9, 10));
            });
            threads.start("consumer", 16, self -> {
                self.sleep(100);
                log("got " + store.take() + " " + store.take() + " " + store.take());
                log("got " + store.take(0) + " " + store.take(5));
            });
            simulation.runToEnd();
            assertThat(store.size()).isZero();
            assertThat(store.tryTake()).isNull();
            assertThat(store.tryPut(7)).isTrue();
            assertThat(store.tryTake()).isEqualTo(7);
        }
        assertThat(log)
                .containsExactly(
                        "0 put 1",
                        "0 put 2",
                        "0 put 3",
                        "0 even 2",
                        "100 got 1 3 4",
                        "100 put 4",
                        "100 put 5",
                        "100 late true",
                        "100 got 5 9");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void container_letsNobodyPassTheFirst(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Container tank = new Container(threads, 100, 10);
            threads.start("lorry", 16, self -> {
                tank.take(60);
                log("lorry");
            });
            threads.start("car", 16, self -> {
                log("car " + tank.take(5, 30));
                tank.take(5);
                log("car");
            });
            simulation.at(40, (op, arg) -> assertThat(tank.tryTake(1)).isFalse(), 0, 0);
            threads.start("pump", 16, self -> {
                self.sleep(50);
                tank.put(90);
                log("pumped " + tank.level());
                tank.put(80);
                log("pumped " + tank.level());
            });
            simulation.runUntil(60);
            assertThat(tank.puttersWaiting()).isEqualTo(1);
            assertThat(tank.tryPut(1)).isFalse();
            assertThat(tank.tryTake(20)).isTrue();
            simulation.runUntil(70);
            assertThat(tank.level()).isEqualTo(95);
        }
        assertThat(log).containsExactly("30 car false", "50 pumped 35", "50 lorry", "50 car", "60 pumped 95");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatAKilledThreadWasGiven_goesBack(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Store<String> store = new Store<>(threads, 1);
            Resource resource = new Resource(threads, 1);
            resource.tryAcquire(1);
            DirectThread first = threads.start("first", 16, self -> store.take());
            DirectThread second = threads.start("second", 16, self -> resource.acquire(1));
            threads.start("third", 16, self -> {
                self.sleep(1);
                log(store.take());
                resource.acquire(1);
                log("resource");
            });
            simulation.at(
                    5,
                    (op, arg) -> {
                        store.tryPut("item");
                        resource.release(1);
                        first.kill();
                        second.kill();
                    },
                    0,
                    0);
            simulation.runToEnd();
            assertThat(threads.aliveCount()).isZero();
        }
        assertThat(log).containsExactly("5 item", "5 resource");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void interruptOfOneThatHasGotIt_keepsIt(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Resource resource = new Resource(threads, 1);
            resource.tryAcquire(1);
            DirectThread waiter = threads.start("w", 16, self -> {
                resource.acquire(1);
                log("has it");
                try {
                    self.sleep(5);
                } catch (InterruptedException e) {
                    log("interrupted");
                }
            });
            DirectThread other = threads.start("o", 16, self -> {
                try {
                    resource.acquire(1);
                } catch (InterruptedException e) {
                    log("other interrupted");
                }
            });
            simulation.at(
                    5,
                    (op, arg) -> {
                        resource.release(1);
                        waiter.interrupt();
                        other.interrupt();
                    },
                    0,
                    0);
            simulation.runToEnd();
            assertThat(resource.waitingCount()).isZero();
            assertThat(resource.available()).isZero();
        }
        assertThat(log).containsExactly("5 has it", "5 interrupted", "5 other interrupted");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void patienceBeyondTheEndOfTime_andThreadsThatAreNone_areRefused(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Resource resource = new Resource(threads, 1);
            threads.start("late", 16, self -> {
                self.sleep(5);
                assertThatThrownBy(() -> resource.acquire(1, Long.MAX_VALUE))
                        .hasMessageContaining("simulated time ends at 2^63 - 1 ps")
                        .hasMessageContaining("nowPs=5, timeoutPs=" + Long.MAX_VALUE);
                log("refused");
            });
            simulation.runToEnd();
        }
        assertThat(log).containsExactly("5 refused");
        assertThatThrownBy(() -> new Resource(null, 1)).hasMessage("threads");
        assertThatThrownBy(() -> new Container(null, 1, 0)).hasMessage("threads");
        assertThatThrownBy(() -> new Store<String>(null, 1)).hasMessage("threads");
    }
}
