package io.torosim.core.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.direct.DirectThreads.ThreadKind;
import io.torosim.core.direct.Resource.Container;
import io.torosim.core.event.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DirectThreadsTest {
    private final Simulation simulation = new Simulation();
    private final List<String> log = new ArrayList<>();

    static Stream<ThreadKind> kinds() {
        return Stream.of(ThreadKind.values()).filter(ThreadKind::isAvailable);
    }

    private void log(DirectThread thread, String what) {
        log.add(simulation.nowPs() + " " + thread.name() + " " + what);
    }

    @Test
    void best_isVirtualFromJdk21On() {
        boolean has = Runtime.version().feature() >= 21;
        assertThat(ThreadKind.best()).isEqualTo(has ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void sleepers_alternateInTheOrderOfEvents(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            for (String name : List.of("a", "b")) {
                threads.start(name, 16, self -> {
                    for (int i = 0; i < 3; i++) {
                        log(self, "round " + i);
                        self.sleep(10);
                    }
                });
            }
            simulation.runUntil(100);
            assertThat(threads.aliveCount()).isZero();
        }
        assertThat(log)
                .containsExactly(
                        "0 a round 0", "0 b round 0", "10 a round 1", "10 b round 1", "20 a round 2", "20 b round 2");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void threadsHandOnToEachOther_pastTheSimulationThread(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            for (String name : List.of("a", "b", "c")) {
                threads.start(name, 16, self -> {
                    for (int i = 0; i < 1000; i++) {
                        self.sleep(10);
                    }
                    log(self, "over");
                });
            }
            simulation.at(5_003, (op, arg) -> log.add(simulation.nowPs() + " handler"), 0, 0);
            simulation.runUntil(20_000);
            assertThat(simulation.firedCount()).isEqualTo(3 + 3 * 1000 + 1);
            // three to begin, one for the handler, three to end
            assertThat(threads.returns()).isLessThanOrEqualTo(3 + 1 + 3);
        }
        assertThat(log).containsExactly("5003 handler", "10000 a over", "10000 b over", "10000 c over");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whoWasHandedTheBaton_mayStopTheRun_andItsExceptionComesOutOfIt(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            threads.start("a", 16, self -> {
                while (true) {
                    self.sleep(10);
                }
            });
            threads.start("b", 16, self -> {
                self.sleep(25);
                simulation.stop();
                self.sleep(10);
                throw new IllegalArgumentException("mine");
            });
            simulation.runUntil(1_000);
            assertThat(simulation.nowPs()).isEqualTo(25);
            assertThatThrownBy(() -> simulation.runUntil(1_000)).hasMessage("mine");
            assertThat(simulation.nowPs()).isEqualTo(35);
            simulation.runUntil(100);
            assertThat(threads.aliveCount()).isOne();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void loneSleeper_runsAheadAndStopsWithTheRun(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            threads.start("a", 16, self -> {
                while (true) {
                    self.sleep(7);
                }
            });
            simulation.runUntil(70);
            assertThat(simulation.firedCount()).isEqualTo(11);
            simulation.runEvents(5);
            assertThat(simulation.nowPs()).isEqualTo(105);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void parkAndUnpark_passAMessage(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            DirectThread reader = threads.start("reader", 16, self -> {
                self.park();
                log(self, "woken");
                self.park(); // a permit came before
                log(self, "at once");
            });
            threads.start("writer", 16, self -> {
                self.sleep(5);
                reader.unpark();
                reader.unpark();
                self.sleep(1);
                reader.unpark();
            });
            simulation.runUntil(100);
            assertThat(reader.hasEnded()).isTrue();
        }
        assertThat(log).containsExactly("5 reader woken", "6 reader at once");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void exception_comesOutOfTheRun(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            threads.start("a", 16, self -> {
                self.sleep(3);
                throw new IllegalArgumentException("guest");
            });
            threads.start("b", 16, self -> self.sleep(50));
            assertThatThrownBy(() -> simulation.runUntil(100)).hasMessage("guest");
            assertThat(simulation.nowPs()).isEqualTo(3);
            assertThat(threads.aliveCount()).isEqualTo(1);
            simulation.runUntil(100);
            assertThat(threads.aliveCount()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void interrupt_endsASleepNow(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            DirectThread sleeper = threads.start("a", 16, self -> {
                try {
                    self.sleep(1000);
                } catch (InterruptedException e) {
                    log(self, "interrupted");
                }
                self.park();
                log(self, "never");
            });
            simulation.at(8, (op, arg) -> sleeper.interrupt(), 0, 0);
            simulation.at(9, (op, arg) -> sleeper.interrupt(), 0, 0);
            simulation.runUntil(2000);
            assertThat(sleeper.hasEnded()).as("the second one ended it").isTrue();
        }
        assertThat(log).containsExactly("8 a interrupted");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void interruptOfTheRealThread_isKeptForTheCaller(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            threads.start("a", 16, self -> self.sleep(10));
            threads.start("b", 16, self -> self.sleep(10));
            Thread.currentThread().interrupt();
            simulation.runUntil(100);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(threads.aliveCount()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void close_unwindsEverythingAndLeavesNoThread(ThreadKind kind) {
        List<Thread> carriers = new ArrayList<>();
        DirectThreads threads = new DirectThreads(simulation, kind);
        for (int i = 0; i < 20; i++) {
            int number = i;
            threads.start("t" + i, 16, self -> {
                carriers.add(Thread.currentThread());
                try {
                    if (number % 2 == 0) {
                        self.park();
                    } else {
                        self.sleep(1_000_000);
                    }
                } finally {
                    log(self, "finally");
                    try {
                        self.sleep(5); // refused while unwinding
                    } finally {
                        log(self, "out");
                    }
                }
            });
        }
        simulation.runUntil(10);
        threads.start("never ran", 16, self -> log(self, "no"));
        threads.close();
        assertThat(threads.aliveCount()).isZero();
        assertThat(carriers).hasSize(20).noneMatch(Thread::isAlive);
        assertThat(log).hasSize(40).startsWith("10 t0 finally", "10 t0 out", "10 t1 finally");
        assertThat(simulation.pendingCount()).isZero();
        assertThatThrownBy(() -> threads.start("late", 16, self -> {})).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void waitingOnBehalfOfAnother_isRefused(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            DirectThread a = threads.start("a", 16, self -> self.park());
            simulation.runUntil(1);
            assertThatThrownBy(() -> a.sleep(1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void close_whereAFinallyWakesAnother_leavesNothingForTheNextRun(ThreadKind kind) {
        DirectThread[] all = new DirectThread[4];
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            for (int i = 0; i < all.length; i++) {
                all[i] = threads.start("t" + i, 16, self -> {
                    try {
                        self.park();
                    } finally {
                        for (DirectThread other : all) {
                            other.unpark();
                            other.interrupt();
                        }
                        log(self, "woke all");
                    }
                });
            }
            simulation.runUntil(10);
        }
        assertThat(log).containsExactly("10 t0 woke all", "10 t1 woke all", "10 t2 woke all", "10 t3 woke all");
        assertThat(all).allMatch(DirectThread::hasEnded);
        assertThat(simulation.pendingCount()).isZero();
        all[0].unpark();
        all[0].interrupt();
        assertThat(simulation.runUntil(20)).isEqualTo(20);
        assertThat(simulation.firedCount()).as("the four beginnings").isEqualTo(4);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void unparkAndInterrupt_afterTheEndByAnException_doNothing(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            DirectThread waiter = threads.start("w", 16, self -> {
                try {
                    self.park();
                } catch (InterruptedException e) {
                    log(self, "interrupted");
                }
            });
            simulation.at(5, (op, arg) -> waiter.interrupt(), 0, 0);
            simulation.at(6, (op, arg) -> waiter.unpark(), 0, 0);
            simulation.runUntil(10);
            assertThat(simulation.firedCount())
                    .as("begin, two handlers, one wake-up")
                    .isEqualTo(4);
        }
        assertThat(log).containsExactly("5 w interrupted");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void bodyThatClosesItsGroup_isRefusedAndTheRestGoesOn(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            DirectThread other = threads.start("other", 16, self -> self.sleep(50));
            threads.start("closer", 16, self -> {
                self.sleep(1);
                close(threads);
            });
            assertThatThrownBy(() -> simulation.runUntil(100))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a thread may not close its own group, thread=closer");
            assertThat(threads.aliveCount()).isEqualTo(1);
            simulation.runUntil(100);
            assertThat(other.hasEnded()).isTrue();
        }
        simulation.runUntil(200);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void bodyThatClosesItsGroupWhileUnwound_isRefused(ThreadKind kind) {
        DirectThreads threads = new DirectThreads(simulation, kind);
        for (String name : List.of("a", "b")) {
            threads.start(name, 16, self -> {
                try {
                    self.park();
                } finally {
                    threads.close();
                }
            });
        }
        simulation.runUntil(1);
        assertThatThrownBy(threads::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("thread=a")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(threads.aliveCount()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void close_goesOnAfterAnErrorOfABody(ThreadKind kind) {
        DirectThreads threads = new DirectThreads(simulation, kind);
        for (String name : List.of("a", "b")) {
            threads.start(name, 16, self -> {
                try {
                    self.park();
                } finally {
                    log(self, "out");
                    throwAssertion(name);
                }
            });
        }
        simulation.runUntil(1);
        assertThatThrownBy(threads::close)
                .isInstanceOf(AssertionError.class)
                .hasMessage("a")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(log).containsExactly("1 a out", "1 b out");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void killedBodyThatSwallowsItsEnd_isNamedAndTheOthersGoOn(ThreadKind kind) {
        int[] rounds = {0};
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Resource resource = new Resource(threads, 1);
            DirectThread stubborn = threads.start("stubborn", 16, self -> {
                resource.acquire(1);
                while (true) {
                    swallowing(() -> {
                        rounds[0]++;
                        self.sleep(10);
                    });
                }
            });
            threads.start("waiter", 16, self -> {
                resource.acquire(1);
                log(self, "acquired");
                stubborn.join();
                self.sleep(10);
                log(self, "over");
            });
            simulation.at(25, (op, arg) -> stubborn.kill(), 0, 0);
            assertThatThrownBy(simulation::runToEnd)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a killed thread goes on: its body has swallowed what ends it 1000 times"
                            + " (a catch of Throwable or Error around a wait), thread=stubborn");
            assertThat(stubborn.hasEnded()).isTrue();
            assertThat(simulation.nowPs()).isEqualTo(25);
            assertThat(simulation.runToEnd()).isEqualTo(35);
            assertThat(threads.aliveCount()).isZero();
        }
        assertThat(rounds[0])
                .as("three in peace, then one refused after the other")
                .isEqualTo(3 + 1000);
        log.removeIf("Unwinding"::equals);
        assertThat(log).containsExactly("25 waiter acquired", "35 waiter over");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void killedBodyThatSwallowsItsEnd_andReturns_hasEnded(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Store<String> store = new Store<>(threads, 1);
            Resource resource = new Resource(threads, 1);
            Container tank = new Container(threads, 5, 0);
            DirectThread other = threads.start("other", 16, self -> self.sleep(100));
            DirectThread thread = threads.start("killed", 16, self -> {
                swallowing(self::park);
                swallowing(() -> self.park(5));
                swallowing(() -> self.sleep(5));
                swallowing(store::take);
                swallowing(() -> store.put("item"));
                swallowing(() -> resource.acquire(1));
                swallowing(() -> tank.take(1));
                swallowing(() -> tank.put(1));
                swallowing(other::join);
                swallowing(self::kill);
                log(self, "returns");
            });
            simulation.at(7, (op, arg) -> thread.kill(), 0, 0);
            simulation.runToEnd();
            assertThat(store.size()).isZero();
            assertThat(resource.available()).isOne();
            assertThat(tank.level()).isZero();
        }
        assertThat(log).hasSize(11).startsWith("Unwinding").endsWith("7 killed returns");
        assertThat(log.subList(0, 10)).containsOnly("Unwinding");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void close_leavesWhoDoesNotHeedItAndEndsTheRest(ThreadKind kind) {
        DirectThreads threads = new DirectThreads(simulation, kind);
        threads.start("stubborn", 16, self -> {
            while (true) {
                swallowing(self::park);
                swallowing(self::kill);
            }
        });
        threads.start("quiet", 16, self -> {
            try {
                self.park();
            } finally {
                log.add("out");
            }
        });
        simulation.runUntil(1);
        assertThatThrownBy(threads::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("thread=stubborn");
        assertThat(threads.aliveCount()).isZero();
        assertThat(log).endsWith("out");
        simulation.runUntil(2);
    }

    /** A call that waits. */
    private interface Wait {
        void call() throws Exception;
    }

    private void swallowing(Wait wait) {
        try {
            wait.call();
        } catch (Throwable e) {
            log.add(e.getClass().getSimpleName());
        }
    }

    private static void close(DirectThreads threads) {
        threads.close();
    }

    private static void throwAssertion(String message) {
        throw new AssertionError(message);
    }

    @Test
    void carrierThatCannotBeStarted_isCountedOff() {
        int[] made = {0};
        DirectThreads threads = new DirectThreads(simulation, (name, body) -> new Thread(body, name) {
            @Override
            public void start() {
                if (made[0]++ == 1) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                super.start();
            }
        });
        List<DirectThread> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(threads.start("t" + i, 16, DirectThread::park));
        }
        assertThatThrownBy(() -> simulation.runUntil(1)).isInstanceOf(OutOfMemoryError.class);
        assertThat(threads.aliveCount()).isEqualTo(2);
        simulation.runUntil(1);
        all.get(1).unpark();
        threads.close();
        assertThat(threads.aliveCount()).isZero();
        assertThat(all).allMatch(DirectThread::hasEnded);
        simulation.runUntil(2);
    }

    @Test
    void start_withoutNameOrWithAClassOutOfRange_leavesNothingBehind() {
        try (DirectThreads threads = new DirectThreads(simulation, ThreadKind.PLATFORM)) {
            assertThatThrownBy(() -> threads.start(null, 16, DirectThread::park))
                    .hasMessage("name");
            assertThatThrownBy(() -> threads.start("a", -1, DirectThread::park)).hasMessageContaining("priority=-1");
            assertThat(threads.aliveCount()).isZero();
        }
    }

    @Test
    void wholeSimulation_inTheBestThread() throws Exception {
        long fired = DirectThreads.callInBestThread(() -> {
            try (DirectThreads threads = new DirectThreads(simulation)) {
                for (int i = 0; i < 3; i++) {
                    threads.start("t" + i, 16, self -> {
                        for (int round = 0; round < 100; round++) {
                            self.sleep(1);
                        }
                    });
                }
                simulation.runUntil(1000);
                return simulation.firedCount();
            }
        });
        assertThat(fired).isEqualTo(303);
        assertThatThrownBy(() -> DirectThreads.callInBestThread(() -> {
                    throw new java.io.IOException("as it was");
                }))
                .isInstanceOf(java.io.IOException.class);
    }
}
