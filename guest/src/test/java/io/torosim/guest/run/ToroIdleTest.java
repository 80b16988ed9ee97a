package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.remote.TcpConnection;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Tcp;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What follows from the idle logic for a whole guest: when it spins, when it halts. */
final class ToroIdleTest {
    private static final int PORT =
            GuestSpec.application("ToroHelloWorldMicroservice").port();

    private static WebGuest guest(IdlePolicy policy, CostModel costs, MwaitMode mwait) {
        return new WebGuest(
                MachineSpec.builder()
                        .vcpus(2)
                        .ramMib(64)
                        .costs(costs)
                        .mwait(mwait)
                        .build(),
                KernelConfig.defaults().withIdlePolicy(policy));
    }

    private static WebGuest guest() {
        return guest(IdlePolicy.pollThenHalt(), CostModel.standard(), MwaitMode.NOP);
    }

    private static void requestsAt(WebGuest guest, long... millis) {
        List<Duration> offsets = new ArrayList<>();
        for (long m : millis) {
            offsets.add(Duration.ofMillis(m));
        }
        new RecordedLoad(guest.machine, guest.clients, offsets);
    }

    @Test
    void anOpenConnection_keepsCore0Spinning() {
        WebGuest guest = guest();
        guest.run(1000);
        guest.session.host().connect(GuestNic.MAC, StackAddresses.examples().ip(), PORT, new Silent());
        long haltedPs = guest.run(1001).usage().get(0).haltedPs();
        assertThat(guest.run(20_000).usage().get(0).haltedPs()).isEqualTo(haltedPs);
    }

    @Test
    void aStrayFrame_costs200MillisOfSpinning() {
        WebGuest guest = guest();
        guest.run(1000);
        long before = guest.machine.result().usage().get(0).haltedPs();
        StackAddresses addresses = StackAddresses.examples();
        Tcp.Ends nobody = new Tcp.Ends(RemoteHost.MAC, GuestNic.MAC, addresses.gateway(), addresses.ip(), 40_000, PORT);
        guest.session.link().toGuest(Tcp.segment(nobody, Tcp.ACK, 1, 1, 1000, new byte[0])); // belongs to no connection
        RunResult after = guest.run(3000);
        long awakePs = 2 * Picos.PER_SECOND - (after.usage().get(0).haltedPs() - before);
        assertThat(awakePs).isBetween(200 * Picos.PER_MILLI, 201 * Picos.PER_MILLI); // 10 % where one comes each 2 s
    }

    @Test
    void aStaleWindow_letsTheHaltFollowTheLastRequestAtOnce() {
        WebGuest guest = guest();
        // each before the window of the first has passed; the last ends when it has
        long before = guest.run(900).usage().get(0).haltedPs();
        requestsAt(guest, 100, 200, 295);
        RunResult result = guest.run(3000);
        long awakePs = 2100 * Picos.PER_MILLI - (result.usage().get(0).haltedPs() - before);
        // from 1000 ms on one window and less than one request more
        assertThat(awakePs).isBetween(200 * Picos.PER_MILLI, 203 * Picos.PER_MILLI);
    }

    @Test
    void atMostOneHalt_in200Millis_andPoissonRequestsHaltForTheGapsBeyondIt() {
        WebGuest guest = guest();
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
        WebGuest guest = guest();
        requestsAt(guest, 100, 200, 300);
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
        WebGuest guest = guest(IdlePolicy.haltWithoutHint(), costs, MwaitMode.NOP);
        guest.run(100);
        long rounds = guest.machine.vcpu(0).count(Counter.POLL_ROUNDS);
        guest.run(1100);
        return Picos.PER_SECOND / (guest.machine.vcpu(0).count(Counter.POLL_ROUNDS) - rounds);
    }

    @Test
    void mwait_thatKvmIgnores_isABusyWait() {
        WebGuest guest = guest(IdlePolicy.mwait(), CostModel.standard(), MwaitMode.NOP);
        long before = guest.run(500).usage().get(0).exits();
        VcpuUsage usage = guest.run(520).usage().get(0);
        assertThat(usage.busyFraction()).isEqualTo(1.0);
        assertThat(usage.haltedPs() + usage.mwaitPs()).isZero();
        assertThat(usage.exits() - before).isGreaterThan(5000);
    }

    @Test
    void mwait_thatIsTrapped_haltsLikeHlt_andHonoured_sleepsOnTheHostsAccount() {
        WebGuest trapped = guest(IdlePolicy.mwait(), CostModel.standard(), MwaitMode.TRAPPED);
        long halted = trapped.run(500).usage().get(0).haltedPs();
        long hostPs = trapped.machine.vcpu(0).hostCpuPs();
        assertThat(trapped.run(1500).usage().get(0).haltedPs() - halted).isGreaterThan(999 * Picos.PER_MILLI);
        assertThat(trapped.machine.vcpu(0).hostCpuPs() - hostPs).isLessThan(Picos.PER_MILLI);
        WebGuest honoured = guest(IdlePolicy.mwait(), CostModel.standard(), MwaitMode.HONOURED);
        long slept = honoured.run(500).usage().get(0).mwaitPs();
        hostPs = honoured.machine.vcpu(0).hostCpuPs();
        assertThat(honoured.run(1500).usage().get(0).mwaitPs() - slept).isGreaterThan(999 * Picos.PER_MILLI);
        assertThat(honoured.machine.vcpu(0).hostCpuPs() - hostPs).isEqualTo(Picos.PER_SECOND);
    }

    /** A client that connects and says nothing. */
    private static final class Silent implements TcpConnection.Owner {
        @Override
        public byte[] onOpen(TcpConnection connection) {
            return new byte[0];
        }

        @Override
        public void onData(TcpConnection connection, byte[] frame, int offset, int length) {}

        @Override
        public void onPeerClosed(TcpConnection connection) {}

        @Override
        public void onFailed(TcpConnection connection, String reason) {}
    }
}
