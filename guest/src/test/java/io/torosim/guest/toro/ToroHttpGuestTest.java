package io.torosim.guest.toro;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.guest.load.ClosedLoopLoad;
import io.torosim.guest.load.HttpClients;
import io.torosim.guest.load.RecordedLoad;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.net.Packet;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ToroHttpGuestTest {
    private static final class Guest implements AutoCloseable {
        private final Machine machine;
        private final HttpClients clients;
        private final List<Packet.Kind> sent = new ArrayList<>();

        Guest(IdlePolicy policy, boolean fastForward) {
            machine = Machine.create(
                    MachineSpec.builder().vcpus(2).fastForward(fastForward).build());
            NetworkCard card = new NetworkCard(
                    machine, new QemuProcess(machine), NetBackend.VHOST, ToroHttpGuest.NETWORK_VECTOR, true);
            ToroHttpGuest.start(machine, card, KernelConfig.defaults().withIdlePolicy(policy));
            clients = new HttpClients(machine, card);
            machine.trace().addSink((time, vcpu, kind, a, b) -> {
                if (kind == io.torosim.core.trace.TraceKind.PACKET_OUT) {
                    sent.add(Packet.Kind.values()[(int) b]);
                }
            });
        }

        @Override
        public void close() {
            machine.close();
        }
    }

    @Test
    void oneRequest_isFivePacketsEachWay_asInToroHttp() {
        try (Guest guest = new Guest(IdlePolicy.pollThenHalt(), true)) {
            guest.machine.runUntil(Duration.ofMillis(10));
            guest.clients.request();
            guest.machine.runUntil(Duration.ofMillis(20));
            assertThat(guest.clients.doneCount()).isEqualTo(1);
            assertThat(guest.sent)
                    .containsExactly(
                            Packet.Kind.SYN_ACK,
                            Packet.Kind.ACK,
                            Packet.Kind.RESPONSE,
                            Packet.Kind.FIN,
                            Packet.Kind.ACK);
        }
    }

    @Test
    void aRequestAfterTheHalt_wakesTheCoreForAboutTheWindow() {
        try (Guest guest = new Guest(IdlePolicy.pollThenHalt(), true)) {
            long before =
                    guest.machine.runUntil(Duration.ofSeconds(1)).usage().get(0).haltedPs();
            guest.clients.request();
            RunResult after = guest.machine.runUntil(Duration.ofSeconds(2));
            long awake = Picos.PER_SECOND - (after.usage().get(0).haltedPs() - before);
            assertThat(guest.clients.doneCount()).isEqualTo(1);
            assertThat(awake).isBetween(200 * Picos.PER_MILLI, 202 * Picos.PER_MILLI);
        }
    }

    @Test
    void everyRequestOfABurst_isAnswered() {
        try (Guest guest = new Guest(IdlePolicy.pollThenHalt(), true)) {
            new ClosedLoopLoad(guest.machine, guest.clients, Picos.PER_SECOND, Picos.PER_SECOND / 2, 1000, 4);
            guest.machine.runUntil(Duration.ofSeconds(1));
            assertThat(guest.clients.startedCount()).isEqualTo(1000);
            assertThat(guest.clients.doneCount()).isEqualTo(1000);
            assertThat(guest.clients.traffic()).hasSize(1);
        }
    }

    @Test
    void recordedRequests_beginWhenTheyWereRecorded() {
        try (Guest guest = new Guest(IdlePolicy.pollThenHalt(), true)) {
            new RecordedLoad(
                    guest.machine,
                    guest.clients,
                    List.of(Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofMillis(700)));
            guest.machine.runUntil(Duration.ofSeconds(1));
            assertThat(guest.clients.doneCount()).isEqualTo(3);
            assertThat(guest.clients.traffic()).hasSize(2);
            assertThat(guest.clients.traffic().get(1)[0]).isEqualTo(700 * Picos.PER_MILLI);
        }
    }

    @Test
    void fastForward_changesNothingThatCanBeSeen() {
        for (IdlePolicy policy : new IdlePolicy[] {IdlePolicy.busyPoll(), IdlePolicy.pollThenHalt()}) {
            List<RunResult> results = new ArrayList<>();
            for (boolean fast : new boolean[] {true, false}) {
                try (Guest guest = new Guest(policy, fast)) {
                    new ClosedLoopLoad(guest.machine, guest.clients, Picos.PER_SECOND / 4, Picos.PER_SECOND / 50, 0, 2);
                    results.add(guest.machine.runUntil(Duration.ofMillis(350)));
                    assertThat(guest.clients.doneCount()).isPositive();
                }
            }
            assertThat(results.get(0).traceHash()).isEqualTo(results.get(1).traceHash());
            assertThat(results.get(0).usage()).isEqualTo(results.get(1).usage());
        }
    }
}
