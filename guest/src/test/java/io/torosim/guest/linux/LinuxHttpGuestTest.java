package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.VcpuUsage;
import io.torosim.core.time.Picos;
import io.torosim.guest.load.ClosedLoopLoad;
import io.torosim.guest.load.HttpClients;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.net.NetworkCard;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LinuxHttpGuestTest {
    private static final class Guest {
        private final Machine machine =
                Machine.create(MachineSpec.builder().vcpus(2).build());
        private final HttpClients clients;

        Guest() {
            NetworkCard card = new NetworkCard(
                    machine, new QemuProcess(machine), NetBackend.VHOST, LinuxHttpGuest.NETWORK_VECTOR, false);
            LinuxHttpGuest.start(machine, card);
            clients = new HttpClients(machine, card);
        }
    }

    @Test
    void everyRequestOfABurst_isAnswered() {
        Guest guest = new Guest();
        new ClosedLoopLoad(guest.machine, guest.clients, Picos.PER_SECOND, Picos.PER_SECOND / 2, 500, 2);
        guest.machine.runUntil(Duration.ofSeconds(1));
        assertThat(guest.clients.doneCount()).isEqualTo(500);
    }

    @Test
    void idleGuest_sleepsButForTimersAndBackgroundServices() {
        Guest guest = new Guest();
        VcpuUsage cpu0 = guest.machine.runUntil(Duration.ofSeconds(60)).usage().get(0);
        // 20 wake-ups a second and CPU of about 50 us: a thousandth
        assertThat(cpu0.busyFraction()).isBetween(0.0005, 0.003);
    }

    @Test
    void manyClients_fillOneVcpu_notTwo() {
        Guest guest = new Guest();
        new ClosedLoopLoad(guest.machine, guest.clients, Picos.PER_SECOND, Picos.PER_SECOND, 0, 8);
        guest.machine.runUntil(Duration.ofMillis(100));
        long before = guest.machine.result().usage().get(0).busyPs();
        long after =
                guest.machine.runUntil(Duration.ofMillis(900)).usage().get(0).busyPs();
        assertThat(after - before).isBetween(799 * Picos.PER_MILLI, 800 * Picos.PER_MILLI);
    }
}
