package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.net.Packet;
import io.torosim.guest.spec.NetBackend;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Budget, restarts and hand-over of the network's soft interrupt. */
final class SoftInterruptTest {
    private final Machine machine = Machine.create(MachineSpec.builder().build());
    private final NetworkCard card =
            new NetworkCard(machine, new QemuProcess(machine), NetBackend.VHOST, LinuxHttpGuest.NETWORK_VECTOR, false);
    private final SoftInterrupt soft = new SoftInterrupt(new LinuxCosts(machine), card);

    private void frames(int count) {
        for (int i = 0; i < count; i++) {
            card.arrive(Packet.of(i, Packet.Kind.ACK));
        }
        machine.runUntil(Duration.ofNanos(machine.simulation().nowPs() / 1000).plusMillis(10));
        soft.schedule();
    }

    /** Takes frames, each in no time or in {@code perFramePs}, until a run is over; returns how many. */
    private int run(long perFramePs, boolean taskWaits) {
        int taken = 0;
        long nowPs = 0;
        while (soft.next(nowPs, taskWaits) >= 0) {
            taken++;
            nowPs += perFramePs;
        }
        return taken;
    }

    @Test
    void anEmptyQueue_endsIt() {
        frames(5);
        assertThat(soft.pendingHere()).isTrue();
        assertThat(run(0, true)).isEqualTo(5);
        assertThat(soft.pendingHere()).isFalse();
        assertThat(soft.pendingForTask()).isFalse();
    }

    @Test
    void aWaitingTask_endsItAfterTheBudgetOf300Frames() {
        frames(1000);
        assertThat(run(0, true)).isEqualTo(300);
        assertThat(soft.pendingHere()).isFalse();
        assertThat(soft.pendingForTask()).isTrue();
        assertThat(soft.handOvers()).isEqualTo(1);
    }

    @Test
    void withoutAWaitingTask_itIsRestartedTenTimes() {
        frames(4000);
        assertThat(run(0, false)).isEqualTo(10 * 300);
        assertThat(soft.handOvers()).isEqualTo(1);
    }

    @Test
    void twoMilliseconds_areLookedAtEvery64Frames() {
        frames(1000);
        // 100 frames take 2 ms; the second look, after 128, is the first beyond them
        assertThat(run(20 * Picos.PER_MICRO, false)).isEqualTo(128);
        assertThat(soft.pendingForTask()).isTrue();
    }

    @Test
    void ksoftirqd_keepsItUntilTheQueueIsEmpty() {
        frames(700);
        assertThat(run(0, true)).isEqualTo(300);
        soft.schedule(); // another interrupt of the card
        assertThat(soft.pendingHere()).isFalse();
        assertThat(run(0, true)).isEqualTo(300);
        assertThat(run(0, true)).isEqualTo(100);
        assertThat(soft.pendingForTask()).isFalse();
        assertThat(soft.handOvers()).isEqualTo(1);
    }
}
