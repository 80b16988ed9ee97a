package io.torosim.guest.toro;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.VcpuUsage;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.HttpClients;
import io.torosim.guest.load.RecordedLoad;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.remote.HttpLoadSpec;
import io.torosim.sched.KernelConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The coarse guest of the CPU experiment beside the byte-exact one: the same program, the same requests. */
class CoarseGuestTest {
    private static final int REQUESTS = 200;
    private static final Duration START = Duration.ofSeconds(1);
    private static final Duration END = Duration.ofSeconds(3);

    @Test
    void busyTimeOfARequest_isWithinAFactorOfTwo() {
        double coarse = coarse();
        double exact = exact();
        assertThat(exact / coarse)
                .as("exact %.1f us, coarse %.1f us", exact, coarse)
                .isBetween(0.5, 2.0);
    }

    @Test
    void betweenBursts_bothHaltAlike() {
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice")
                .withLoad(HttpLoadSpec.closed("/", 1, 1).startingAt(START));
        double exactHalted;
        try (GuestSession session = GuestSession.open(spec, null)) {
            exactHalted = halted(session.runUntil(END).usage().get(0));
        }
        double coarseHalted = halted(coarseRun(1).get(0));
        assertThat(exactHalted).isBetween(coarseHalted - 0.05, coarseHalted + 0.05);
    }

    private static double halted(VcpuUsage usage) {
        return (double) usage.haltedPs() / usage.totalPs();
    }

    private static double exact() {
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice")
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, 1).startingAt(START));
        long quiet;
        try (GuestSession session = GuestSession.open(GuestSpec.of("ToroHelloWorldMicroservice"), null)) {
            quiet = session.runUntil(END).usage().get(0).busyPs();
        }
        try (GuestSession session = GuestSession.open(spec, null)) {
            long busy = session.runUntil(END).usage().get(0).busyPs();
            assertThat(session.load().orElseThrow().answered()).isEqualTo(REQUESTS);
            return (busy - quiet) / 1e6 / REQUESTS;
        }
    }

    private static double coarse() {
        return coarseRun(REQUESTS).get(0).busyPs() / 1e6 / REQUESTS;
    }

    private static List<VcpuUsage> coarseRun(int requests) {
        try (Machine machine = Machine.create(MachineSpec.builder().build())) {
            NetworkCard card = new NetworkCard(
                    machine, new QemuProcess(machine), NetBackend.VHOST, ToroHttpGuest.NETWORK_VECTOR, true);
            ToroHttpGuest.start(machine, card, KernelConfig.defaults());
            HttpClients clients = new HttpClients(machine, card);
            machine.runUntil(START);
            List<Duration> moments = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                moments.add(Duration.ofNanos(i * 600_000L));
            }
            new RecordedLoad(machine, clients, moments);
            List<VcpuUsage> usage = machine.runUntil(END).usage();
            assertThat(clients.doneCount()).isEqualTo(requests);
            return usage;
        }
    }
}
