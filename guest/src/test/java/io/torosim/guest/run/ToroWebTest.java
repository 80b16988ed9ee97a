package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The web service of Toro under the loads of a run. */
final class ToroWebTest {
    private static WebGuest guest(IdlePolicy policy, boolean fastForward) {
        return new WebGuest(
                MachineSpec.builder()
                        .vcpus(2)
                        .ramMib(64)
                        .fastForward(fastForward)
                        .build(),
                KernelConfig.defaults().withIdlePolicy(policy));
    }

    private static WebGuest guest() {
        return guest(IdlePolicy.pollThenHalt(), true);
    }

    @Test
    void oneRequest_isFiveFramesEachWay_asInToroHttp() {
        int[] frames = new int[2];
        try (WebGuest guest = guest()) {
            guest.machine.trace().addSink((time, vcpu, kind, a, b) -> frames[0]++, TraceKind.PACKET_IN);
            guest.machine.trace().addSink((time, vcpu, kind, a, b) -> frames[1]++, TraceKind.PACKET_OUT);
            guest.run(500);
            guest.clients.request();
            guest.run(510);
            assertThat(guest.clients.doneCount()).isEqualTo(1);
            assertThat(frames).containsExactly(5, 5);
        }
    }

    @Test
    void aRequestAfterTheHalt_wakesTheCoreForAboutTheWindow() {
        try (WebGuest guest = guest()) {
            long before = guest.run(1000).usage().get(0).haltedPs();
            guest.clients.request();
            RunResult after = guest.run(2000);
            long awake = Picos.PER_SECOND - (after.usage().get(0).haltedPs() - before);
            assertThat(guest.clients.doneCount()).isEqualTo(1);
            assertThat(awake).isBetween(200 * Picos.PER_MILLI, 202 * Picos.PER_MILLI);
        }
    }

    @Test
    void everyRequestOfABurst_isAnswered() {
        try (WebGuest guest = guest()) {
            new ClosedLoopLoad(guest.machine, guest.clients, Picos.PER_SECOND, Picos.PER_SECOND / 2, 1000, 4);
            guest.run(1000);
            assertThat(guest.clients.startedCount()).isEqualTo(1000);
            assertThat(guest.clients.doneCount()).isEqualTo(1000);
            assertThat(guest.clients.traffic()).hasSize(1);
        }
    }

    @Test
    void recordedRequests_beginWhenTheyWereRecorded() {
        try (WebGuest guest = guest()) {
            new RecordedLoad(
                    guest.machine,
                    guest.clients,
                    List.of(Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofMillis(700)));
            guest.run(1000);
            assertThat(guest.clients.doneCount()).isEqualTo(3);
            assertThat(guest.clients.traffic()).hasSize(2);
            assertThat(guest.clients.traffic().get(1)[0]).isEqualTo(700 * Picos.PER_MILLI);
        }
    }

    @Test
    void requestsThatNobodyAnswers_failAfterTheirLimit_andTheLoadGoesOn() {
        try (WebGuest guest = new WebGuest(
                MachineSpec.builder().vcpus(2).ramMib(64).build(),
                KernelConfig.defaults().withIdlePolicy(IdlePolicy.haltAtOnce()))) {
            new ClosedLoopLoad(guest.machine, guest.clients, 200 * Picos.PER_SECOND, 200 * Picos.PER_SECOND, 0, 1);
            guest.run(100_000);
            assertThat(guest.clients.startedCount()).isGreaterThan(1);
            assertThat(guest.clients.startedCount() - guest.clients.doneCount()).isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void memory_isGivenBackAfterABurst() {
        try (WebGuest guest = guest()) {
            guest.run(100);
            long before = guest.session.heap().liveBytes();
            new ClosedLoopLoad(guest.machine, guest.clients, Picos.PER_SECOND, Picos.PER_SECOND / 2, 1000, 4);
            guest.run(1100);
            assertThat(guest.clients.doneCount()).isEqualTo(1000);
            assertThat(guest.session.heap().liveBytes()).isEqualTo(before);
            assertThat(guest.clients.heapHighWaterBytes().orElseThrow()).isGreaterThan(before);
        }
    }

    @Test
    void fastForward_changesNothingThatCanBeSeen() {
        for (IdlePolicy policy : new IdlePolicy[] {IdlePolicy.busyPoll(), IdlePolicy.pollThenHalt()}) {
            List<RunResult> results = new ArrayList<>();
            for (boolean fast : new boolean[] {true, false}) {
                try (WebGuest guest = guest(policy, fast)) {
                    new ClosedLoopLoad(guest.machine, guest.clients, Picos.PER_SECOND / 4, Picos.PER_SECOND / 50, 0, 2);
                    results.add(guest.run(350));
                    assertThat(guest.clients.doneCount()).isPositive();
                }
            }
            assertThat(results.get(0).traceHash()).isEqualTo(results.get(1).traceHash());
            assertThat(results.get(0).usage()).isEqualTo(results.get(1).usage());
        }
    }
}
