package io.torosim.guest.toro;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Counter;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MwaitMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.VcpuUsage;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.guest.load.HttpClients;
import io.torosim.guest.load.RecordedLoad;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.net.Packet;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What follows from the idle logic for a whole guest: when it spins, when it halts. */
final class ToroIdleTest {
    private static final class Guest {
        private final Machine machine;
        private final NetworkCard card;
        private final HttpClients clients;

        Guest(IdlePolicy policy, CostModel costs, MwaitMode mwait) {
            machine = Machine.create(
                    MachineSpec.builder().vcpus(2).costs(costs).mwait(mwait).build());
            card = new NetworkCard(
                    machine, new QemuProcess(machine), NetBackend.VHOST, ToroHttpGuest.NETWORK_VECTOR, true);
            ToroHttpGuest.start(machine, card, KernelConfig.defaults().withIdlePolicy(policy));
            clients = new HttpClients(machine, card);
        }

        Guest() {
            this(IdlePolicy.pollThenHalt(), CostModel.standard(), MwaitMode.NOP);
        }

        RunResult run(long millis) {
            return machine.runUntil(Duration.ofMillis(millis));
        }

        void requestsAt(long... millis) {
            List<Duration> offsets = new ArrayList<>();
            for (long m : millis) {
                offsets.add(Duration.ofMillis(m));
            }
            new RecordedLoad(machine, clients, offsets);
        }
    }

    @Test
    void anOpenConnection_keepsCore0Spinning() {
        Guest guest = new Guest();
        guest.run(1000);
        guest.card.connect(packet -> {});
        guest.card.arrive(Packet.of(7, Packet.Kind.SYN));
        guest.card.arrive(Packet.of(7, Packet.Kind.ACK)); // accepted, and then silent
        long haltedPs = guest.run(1001).usage().get(0).haltedPs();
        assertThat(guest.run(20_000).usage().get(0).haltedPs()).isEqualTo(haltedPs);
    }

    @Test
    void aStrayFrame_costs200MillisOfSpinning() {
        Guest guest = new Guest();
        guest.run(1000);
        long before = guest.machine.result().usage().get(0).haltedPs();
        guest.card.arrive(Packet.of(9, Packet.Kind.ACK)); // belongs to no connection
        RunResult after = guest.run(3000);
        long awakePs = 2 * Picos.PER_SECOND - (after.usage().get(0).haltedPs() - before);
        assertThat(awakePs).isBetween(200 * Picos.PER_MILLI, 201 * Picos.PER_MILLI); // 10 % where one comes each 2 s
    }

    @Test
    void aStaleWindow_letsTheHaltFollowTheLastRequestAtOnce() {
        Guest guest = new Guest();
        // each before the window of the first has passed; the last ends when it has
        guest.requestsAt(1000, 1100, 1195);
        RunResult result = guest.run(3000);
        long awakePs = 3 * Picos.PER_SECOND - result.usage().get(0).haltedPs();
        // the first 200 ms after the start, and from 1000 ms on one window and less than one request more
        assertThat(awakePs).isBetween(400 * Picos.PER_MILLI, 403 * Picos.PER_MILLI);
    }

    @Test
    void atMostOneHalt_in200Millis_andPoissonRequestsHaltForTheGapsBeyondIt() {
        Guest guest = new Guest();
        guest.run(1000);
        SimRandom random = new RandomStreams(11).stream("arrivals");
        List<Duration> offsets = new ArrayList<>();
        for (long at = 0; at < 120 * Picos.PER_SECOND; at += random.nextExponential(Picos.PER_SECOND / 5)) {
            offsets.add(Picos.toDuration(at));
        }
        VcpuUsage before = guest.machine.result().usage().get(0);
        new RecordedLoad(guest.machine, guest.clients, offsets);
        VcpuUsage after = guest.run(121_000).usage().get(0);
        assertThat(after.halts() - before.halts()).isLessThanOrEqualTo(120 * 5L);
        double halted = (after.haltedPs() - before.haltedPs()) / (120.0 * Picos.PER_SECOND);
        // (1/rate) / (0.2 s + 1/rate), a renewal argument: half at five a second
        assertThat(halted).isBetween(0.44, 0.56);
    }

    @Test
    void core1_isNeverInvolved() {
        Guest guest = new Guest();
        guest.requestsAt(100, 200, 300);
        VcpuUsage core1 = guest.run(1000).usage().get(1);
        assertThat(core1.halts()).isEqualTo(1);
        assertThat(core1.interrupts()).isZero();
    }

    /** Five reads of the APIC id in the packet thread's part of an idle round, six in the service thread's. */
    @Test
    void anIdleRound_readsTheApicIdElevenTimes() {
        long cheap = roundPs("20");
        long dear = roundPs("1020");
        assertThat(dear - cheap).isBetween(10_990 * Picos.PER_NANO, 11_010 * Picos.PER_NANO);
    }

    private static long roundPs(String apicReadNanos) {
        CostModel costs = CostModel.standard().with("kvm.lapic_id_read", new BigDecimal(apicReadNanos));
        Guest guest = new Guest(IdlePolicy.haltWithoutHint(), costs, MwaitMode.NOP);
        guest.run(100);
        long rounds = guest.machine.vcpu(0).count(Counter.POLL_ROUNDS);
        guest.run(1100);
        return Picos.PER_SECOND / (guest.machine.vcpu(0).count(Counter.POLL_ROUNDS) - rounds);
    }

    @Test
    void mwait_thatKvmIgnores_isABusyWait() {
        Guest guest = new Guest(IdlePolicy.mwait(), CostModel.standard(), MwaitMode.NOP);
        VcpuUsage usage = guest.run(20).usage().get(0);
        assertThat(usage.busyFraction()).isEqualTo(1.0);
        assertThat(usage.haltedPs() + usage.mwaitPs()).isZero();
        assertThat(usage.exits()).isGreaterThan(10_000);
    }

    @Test
    void mwait_thatIsTrapped_haltsLikeHlt_andHonoured_sleepsOnTheHostsAccount() {
        Guest trapped = new Guest(IdlePolicy.mwait(), CostModel.standard(), MwaitMode.TRAPPED);
        VcpuUsage halted = trapped.run(1000).usage().get(0);
        assertThat(halted.haltedPs()).isGreaterThan(999 * Picos.PER_MILLI);
        assertThat(trapped.machine.vcpu(0).hostCpuPs()).isLessThan(Picos.PER_MILLI);
        Guest honoured = new Guest(IdlePolicy.mwait(), CostModel.standard(), MwaitMode.HONOURED);
        VcpuUsage sleeps = honoured.run(1000).usage().get(0);
        assertThat(sleeps.mwaitPs()).isGreaterThan(999 * Picos.PER_MILLI);
        assertThat(honoured.machine.vcpu(0).hostCpuPs()).isEqualTo(Picos.PER_SECOND);
    }
}
