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

/** A condition that throws is the business of the thread that asked with it, whenever it is asked; and arguments that are none. */
final class ConditionsTest {
    private final Simulation simulation = new Simulation();
    private final List<String> log = new ArrayList<>();

    static Stream<ThreadKind> kinds() {
        return Stream.of(ThreadKind.values()).filter(ThreadKind::isAvailable);
    }

    private void log(String what) {
        log.add(simulation.nowPs() + " " + what);
    }

    private static boolean broken(String item) {
        throw new IllegalStateException("asked for " + item);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void thrownAtOnce_comesOutOfTheCall_andTheThreadIsInNoLine(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Store<String> store = new Store<>(threads, 10);
            store.tryPut("a");
            threads.start("picky", 16, self -> {
                try {
                    store.take(ConditionsTest::broken);
                } catch (IllegalStateException e) {
                    log(e.getMessage());
                }
                self.sleep(1000);
                log("picky woke");
            });
            threads.start("other", 16, self -> {
                self.sleep(10);
                log("other " + store.take(10));
                self.sleep(10);
                store.put("b");
                log("other " + store.tryTake());
            });
            simulation.runToEnd();
            assertThat(store.takersWaiting()).isZero();
        }
        assertThat(log).containsExactly("0 asked for a", "10 other a", "20 other b", "1000 picky woke");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void thrownAtALaterItem_goesToTheWaiter_notToWhoBringsIt(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Store<String> store = new Store<>(threads, 10);
            threads.start("picky", 16, self -> {
                try {
                    store.take(ConditionsTest::broken, 1_000);
                } catch (IllegalStateException e) {
                    log("picky " + e.getMessage());
                }
                log("picky then " + store.take());
            });
            threads.start("next", 17, self -> log("next " + store.take(item -> item.equals("b"))));
            simulation.at(10, 20, (op, arg) -> log("brought " + store.tryPut("a")), 0, 0);
            simulation.at(20, 20, (op, arg) -> log("brought " + store.tryPut("b")), 0, 0);
            simulation.runToEnd();
            assertThat(store.size()).isZero();
            assertThat(store.takersWaiting()).isZero();
            assertThat(threads.aliveCount()).isZero();
        }
        assertThat(log)
                .containsExactly(
                        "10 brought true", "10 picky asked for a", "10 picky then a", "20 brought true", "20 next b");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void thatEndsItsThread_leavesNothingBehind(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Store<String> store = new Store<>(threads, 10);
            store.tryPut("a");
            threads.start("dead", 16, self -> store.take(ConditionsTest::broken));
            assertThatThrownBy(simulation::runToEnd).hasMessage("asked for a");
            assertThat(store.takersWaiting()).isZero();
            threads.start("worker", 16, self -> log("worker " + store.take(1000)));
            simulation.runToEnd();
        }
        assertThat(log).containsExactly("0 worker a");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void patienceBelowNone_andTimeBeyondItsEnd_areRefused(ThreadKind kind) {
        try (DirectThreads threads = new DirectThreads(simulation, kind)) {
            Resource resource = new Resource(threads, 1);
            Store<String> store = new Store<>(threads, 1);
            Container tank = new Container(threads, 1L << 62, 0);
            DirectThread idle = threads.start("idle", 16, self -> self.sleep(5));
            threads.start("asking", 16, self -> {
                self.sleep(5);
                for (long none : new long[] {-1, Long.MIN_VALUE}) {
                    String message = "timeoutPs must be at least 0, timeoutPs=" + none;
                    assertThatThrownBy(() -> resource.acquire(1, none)).hasMessage(message);
                    assertThatThrownBy(() -> store.put("a", none)).hasMessage(message);
                    assertThatThrownBy(() -> store.take(none)).hasMessage(message);
                    assertThatThrownBy(() -> store.take(item -> true, none)).hasMessage(message);
                    assertThatThrownBy(() -> tank.put(1, none)).hasMessage(message);
                    assertThatThrownBy(() -> tank.take(1, none)).hasMessage(message);
                    assertThatThrownBy(() -> idle.join(none)).hasMessage(message);
                }
                assertThatThrownBy(() -> self.sleep(Long.MAX_VALUE))
                        .hasMessage("simulated time ends at 2^63 - 1 ps, 106 days: nowPs=5, delayPs=" + Long.MAX_VALUE);
                log("asked");
            });
            simulation.runToEnd();
            assertThatThrownBy(() -> new Container(threads, (1L << 62) + 1, 0))
                    .hasMessageContaining("capacity must be in [1, 2^62]");
        }
        assertThat(log).containsExactly("5 asked");
    }
}
