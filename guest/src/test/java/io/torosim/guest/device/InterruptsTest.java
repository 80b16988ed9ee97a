package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.bus.Bus;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The two PICs and the timer, at a vCPU that takes what they deliver. */
final class InterruptsTest {
    private final Machine machine = Machine.create(MachineSpec.builder().build());
    private final Bus bus = machine.bus();
    private final PicPair pics = new PicPair().plug(machine);
    private final List<Integer> taken = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();

    /** Runs a program that computes for ever; each handler ends its interrupt if it is told to. */
    private void start(boolean endsInterrupts) {
        machine.vcpu(0).start(v -> 1_000_000, vector -> handler(vector, endsInterrupts));
    }

    private Activity handler(int vector, boolean endsInterrupts) {
        taken.add(vector);
        times.add(machine.simulation().nowPs());
        return new Activity() {
            private boolean ended;

            @Override
            public long step(Vcpu vcpu) {
                if (ended) {
                    return DONE;
                }
                ended = true;
                if (endsInterrupts) {
                    bus.out(0xa0, 1, 0x20);
                    bus.out(0x20, 1, 0x20);
                }
                return 1000;
            }
        };
    }

    private void run(int microseconds) {
        machine.simulation().runUntil(machine.simulation().nowPs() + microseconds * 1_000_000L);
    }

    @Test
    void lines_comeAsVectors_inOrderOfPriority_slaveAtInputTwo() {
        pics.relocated(1, 4, 9, 14);
        for (int line : new int[] {4, 14, 9, 1}) {
            bus.setLine(line, true);
        }
        start(true);
        run(100);
        assertThat(taken).containsExactly(33, 41, 46, 36);
        assertThat(machine.vcpu(0).exits(ExitCause.EXTERNAL_INTERRUPT)).isNotNegative();
    }

    @Test
    void withoutEnd_lowerOnesWait_higherOnesCome() {
        pics.relocated(1, 4, 5);
        start(false);
        bus.setLine(4, true);
        run(10);
        bus.setLine(5, true);
        run(10);
        bus.setLine(1, true);
        run(10);
        assertThat(taken).containsExactly(36, 33);
        bus.out(0x20, 1, 0x20);
        bus.out(0x20, 1, 0x20);
        run(10);
        assertThat(taken).containsExactly(36, 33, 37);
    }

    @Test
    void masked_waitsUntilOpened() {
        pics.relocated();
        start(true);
        bus.setLine(4, true);
        run(10);
        assertThat(taken).isEmpty();
        bus.out(0x21, 1, 0xeb);
        run(10);
        assertThat(taken).containsExactly(36);
    }

    @Test
    void levelTriggered_comesAgainWhileTheLineIsHigh_edgeDoesNot() {
        pics.relocated(10, 11);
        bus.out(0x4d1, 1, 0x04); // line 10
        start(true);
        bus.setLine(11, true);
        run(10);
        assertThat(taken).containsExactly(43);
        bus.setLine(10, true);
        run(10);
        assertThat(taken.size()).isGreaterThan(2);
        bus.setLine(10, false);
        run(10);
        int after = taken.size();
        run(10);
        assertThat(taken).hasSize(after);
    }

    @Test
    void requestMaskedBetweenLineAndAcknowledge_isSpurious() {
        pics.relocated(4);
        machine.vcpu(0).interruptsEnabled(false);
        start(true);
        bus.setLine(4, true);
        assertThat(machine.vcpu(0).interruptPending()).isTrue();
        bus.out(0x21, 1, 0xff);
        assertThat(machine.vcpu(0).interruptPending()).isFalse();
        assertThat(pics.acknowledge()).as("nobody wants anything").isEqualTo(0x27);
    }

    @Test
    void haltedVcpu_isWokenByALine() {
        pics.relocated(4);
        machine.vcpu(0).start(v -> Activity.HALT, vector -> handler(vector, true));
        run(100);
        assertThat(machine.vcpu(0).halted()).isTrue();
        bus.setLine(4, true);
        run(1000);
        assertThat(taken).containsExactly(36);
    }

    @Test
    void pit_atAnyRate_interruptsAtItsTicks() {
        new Pit().plug(machine);
        pics.relocated(0);
        start(true);
        bus.out(0x43, 1, 0x34);
        bus.out(0x40, 1, 11932 & 0xff);
        bus.out(0x40, 1, 11932 >> 8);
        machine.runUntil(Duration.ofSeconds(1));
        assertThat(taken).hasSize(99).containsOnly(32); // the hundredth comes at 1.000015 s
        assertThat(times.get(98) - times.get(0)).isBetween(980_000_000_000L, 980_100_000_000L);
    }

    @Test
    void pit_modeZero_isOneShot() {
        new Pit().plug(machine);
        pics.relocated(0);
        start(true);
        bus.out(0x43, 1, 0x30);
        bus.out(0x40, 1, 0x00);
        bus.out(0x40, 1, 0x10);
        machine.runUntil(Duration.ofMillis(100));
        assertThat(taken).hasSize(1);
        long due = 4096L * 1_000_000_000_000L / 1_193_182L;
        assertThat(times.get(0)).isBetween(due, due + 2_000_000);
    }

    @Test
    void oneController_aVcpu() {
        assertThatThrownBy(() -> machine.vcpu(0).interruptController(() -> 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("vCPU 0 has an interrupt controller already");
    }

    /** The main loop of an emulation is late; what was under way when the guest sets the channel anew does not arrive. */
    @Test
    void expiriesOfThePit_areSeenByTheHost_andPassedOnLater() {
        pics.relocated(0);
        List<Integer> seen = new ArrayList<>();
        new Pit(vcpu -> {
                    seen.add(vcpu);
                    return 40_000_000;
                })
                .plug(machine);
        bus.out(0x20, 1, 0x20);
        load(119); // 99.73 us
        start(true);
        run(120);
        assertThat(seen).containsExactly(0);
        assertThat(taken).as("the edge of power-on").containsExactly(32);
        run(25);
        assertThat(taken).hasSize(2);
        run(60); // the second has expired
        load(119);
        run(90);
        assertThat(seen).hasSize(2);
        assertThat(taken).hasSize(2);
        run(55);
        assertThat(seen).hasSize(3);
        assertThat(taken).hasSize(3);
    }

    private void load(int count) {
        bus.out(0x43, 1, 0x34);
        bus.out(0x40, 1, count & 0xff);
        bus.out(0x40, 1, count >>> 8);
    }
}
