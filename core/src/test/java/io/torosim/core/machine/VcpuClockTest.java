package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stretches of work that interrupts cut, the clock of a vCPU, and exits by cause. */
final class VcpuClockTest {
    private static final long MICRO = Picos.PER_MICRO;
    private final Machine machine = Machine.create(MachineSpec.builder().build());
    private final List<Long> unfinished = new ArrayList<>();
    private final List<Long> startedPs = new ArrayList<>();

    /** Stretches of 100 us, one after the other, what was cut off each left undone. */
    private long stretch(Vcpu vcpu) {
        unfinished.add(vcpu.takeUnfinishedPs());
        startedPs.add(vcpu.nowPs());
        vcpu.interruptible();
        return 100 * MICRO;
    }

    private void at(long micros, Runnable what) {
        machine.simulation().at(micros * MICRO, Machine.DEVICE_PRIORITY, (op, arg) -> what.run(), 0, 0);
    }

    @Test
    void interrupt_cutsAStretch_andTheProgramLearnsWhatIsLeft() {
        machine.vcpu(0).start(this::stretch, vector -> vcpu -> Activity.DONE);
        at(130, () -> machine.vcpu(0).raise(40));
        machine.runUntil(Duration.ofNanos(240_000));
        assertThat(unfinished).containsExactly(0L, 0L, 70 * MICRO, 0L);
        long back = 130 * MICRO + machine.costs().interruptEntryPs();
        assertThat(startedPs).containsExactly(0L, 100 * MICRO, back, back + 100 * MICRO);
    }

    @Test
    void interrupt_doesNotCutAStepThatIsOneThing() {
        List<Long> taken = new ArrayList<>();
        machine.vcpu(0).start(vcpu -> 100 * MICRO, vector -> vcpu -> {
            taken.add(vcpu.nowPs());
            return Activity.DONE;
        });
        at(130, () -> machine.vcpu(0).raise(40));
        machine.runUntil(Duration.ofNanos(400_000));
        assertThat(taken).containsExactly(200 * MICRO + machine.costs().interruptEntryPs());
    }

    @Test
    void twoInterruptsAtOnce_cutOnce() {
        machine.vcpu(0).start(this::stretch, vector -> vcpu -> Activity.DONE);
        at(30, () -> machine.vcpu(0).raise(40));
        at(30, () -> machine.vcpu(0).raise(50));
        machine.runUntil(Duration.ofNanos(50_000));
        assertThat(unfinished).containsExactly(0L, 70 * MICRO);
    }

    @Test
    void halfTheClock_doublesAStretchUnderWay() {
        machine.vcpu(0).start(this::stretch, vector -> vcpu -> Activity.DONE);
        at(40, () -> machine.vcpu(0).clock(500));
        machine.runUntil(Duration.ofNanos(300_000));
        assertThat(startedPs).containsExactly(0L, 160 * MICRO); // 40 and twice 60; the next takes 200
    }

    @Test
    void cutAtALowClock_whatIsLeftIsMeasuredAtTheHighest() {
        machine.vcpu(0).clock(250);
        machine.vcpu(0).start(this::stretch, vector -> vcpu -> Activity.DONE);
        at(100, () -> machine.vcpu(0).raise(40));
        machine.runUntil(Duration.ofNanos(110_000));
        assertThat(unfinished).containsExactly(0L, 75 * MICRO);
    }

    @Test
    void clock_doesNotChangeTheTimeStampCounter() {
        machine.vcpu(0).clock(100);
        machine.vcpu(0).start(vcpu -> 100 * MICRO, vector -> vcpu -> Activity.DONE);
        machine.runUntil(Duration.ofMillis(10));
        assertThat(machine.vcpu(0).tsc()).isEqualTo(10_000_000 * 24 / 10);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> machine.vcpu(0).clock(1001))
                .withMessage("permille must be in [1, 1000], permille=1001");
    }

    @Test
    void singleThreadedEmulation_keepsACutForTheNextTurn() {
        Machine shared = Machine.create(
                MachineSpec.builder().vcpus(2).vcpuMode(VcpuMode.TCG_SINGLE).build());
        List<Long> left = new ArrayList<>();
        long second = Picos.PER_SECOND;
        shared.vcpu(0)
                .start(
                        vcpu -> {
                            left.add(vcpu.takeUnfinishedPs());
                            vcpu.interruptible();
                            return second;
                        },
                        vector -> vcpu -> Activity.DONE);
        shared.vcpu(1).start(vcpu -> MICRO, vector -> vcpu -> Activity.DONE);
        // vCPU 0 has the thread for 100 ms, then vCPU 1; the interrupt comes while vCPU 0 waits
        shared.simulation()
                .at(
                        150 * Picos.PER_MILLI,
                        Machine.DEVICE_PRIORITY,
                        (op, arg) -> shared.vcpu(0).raise(40),
                        0,
                        0);
        shared.runUntil(Duration.ofMillis(250));
        assertThat(left).containsExactly(0L, second - 100 * Picos.PER_MILLI);
    }

    @Test
    void exits_areCountedByCause() {
        Machine two = Machine.create(MachineSpec.builder().vcpus(2).build());
        int[] step = {0};
        two.vcpu(0)
                .start(
                        vcpu -> {
                            switch (step[0]++) {
                                case 0 -> {
                                    two.sendIpi(vcpu, 1, 80);
                                    return MICRO;
                                }
                                case 1 -> {
                                    vcpu.exit(ExitCause.PIO);
                                    return MICRO;
                                }
                                default -> {
                                    return Activity.HALT;
                                }
                            }
                        },
                        vector -> vcpu -> Activity.DONE);
        two.vcpu(1).start(vcpu -> MICRO, vector -> vcpu -> Activity.DONE); // runs when the interrupt comes
        RunResult result = two.runUntil(Duration.ofMillis(1));
        VcpuUsage sender = result.usage().get(0);
        assertThat(sender.exits()).isEqualTo(3);
        assertThat(sender.exitsByCause())
                .containsEntry(ExitCause.ICR_WRITE, 1L)
                .containsEntry(ExitCause.PIO, 1L)
                .containsEntry(ExitCause.HLT, 1L)
                .containsEntry(ExitCause.MMIO, 0L);
        assertThat(result.usage().get(1).exitsByCause()).containsEntry(ExitCause.EXTERNAL_INTERRUPT, 1L);
    }

    @Test
    void anInterruptForAHaltedVcpu_isNoExit() {
        machine.vcpu(0).start(vcpu -> Activity.HALT, vector -> vcpu -> Activity.DONE);
        at(500, () -> machine.vcpu(0).raise(40));
        VcpuUsage usage = machine.runUntil(Duration.ofMillis(1)).usage().get(0);
        assertThat(usage.exitsByCause()).containsEntry(ExitCause.EXTERNAL_INTERRUPT, 0L);
        assertThat(usage.exits()).isEqualTo(2); // twice hlt
    }

    /** KVM executes mwait as a no-operation: the guest's idle loop burns its CPU. */
    @Test
    void mwaitAsNop_exitsEachTimeAndNeverSleeps() {
        machine.vcpu(0).start(vcpu -> Activity.MWAIT, vector -> vcpu -> Activity.DONE);
        VcpuUsage usage = machine.runUntil(Duration.ofMillis(1)).usage().get(0);
        assertThat(usage.busyPs()).isEqualTo(Picos.PER_MILLI);
        assertThat(usage.halts()).isZero();
        assertThat(usage.exitsByCause().get(ExitCause.MWAIT))
                .isEqualTo(Picos.PER_MILLI / machine.costs().nullExitPs() + 1);
    }
}
