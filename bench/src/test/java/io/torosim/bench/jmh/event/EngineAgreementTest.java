package io.torosim.bench.jmh.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The engines that are timed against each other do the same work: same events, same times, same order. */
class EngineAgreementTest {
    @Test
    void hold_firesTheSameEventsInEveryEngine() {
        agree(engine -> HoldContenders.hold(engine, 100), 200_000);
        agree(engine -> HoldContenders.hold(engine, 10_000), 200_000);
    }

    @Test
    void ties_fireInTheSameOrderInEveryEngine() {
        agree(engine -> HoldContenders.ties(engine, 1000), 200_000);
    }

    @Test
    void cancel_firesTheSameEventsInEveryEngine() {
        agree(engine -> CancelContenders.create(engine, 1000), 100_000);
    }

    @Test
    void queue_servesTheSameCustomersInEveryEngine() {
        agree(QueueContenders::create, 100_000);
    }

    private static void agree(Function<Engine, Contender> workload, int count) {
        Contender ours = workload.apply(Engine.TOROSIM);
        long before = ours.checksum();
        ours.advance(count);
        assertThat(ours.checksum()).isNotEqualTo(before);
        for (Engine engine : Engine.values()) {
            Contender other = workload.apply(engine);
            other.advance(count);
            assertThat(other.checksum()).as(engine.toString()).isEqualTo(ours.checksum());
        }
    }
}
