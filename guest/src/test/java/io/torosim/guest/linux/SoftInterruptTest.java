package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import org.junit.jupiter.api.Test;

/** Budget, restarts and hand-over of the network's soft interrupt. */
final class SoftInterruptTest {
    private final SoftInterrupt soft = new SoftInterrupt(
            new LinuxCosts(Machine.create(MachineSpec.builder().build())));
    /** What is in the receive queue. */
    private int waiting;

    private long nowPs;
    private int refills;
    /** What happens when interrupts are asked for again. */
    private Runnable atCompletion = () -> {};

    private void frames(int count) {
        waiting += count;
        soft.schedule();
    }

    /** Takes frames, each in no time or in {@code perFramePs}, until a run is over; returns how many. */
    private int run(long perFramePs, boolean taskWaits) {
        int taken = 0;
        nowPs = 0;
        while (true) {
            switch (soft.next(nowPs, taskWaits)) {
                case RECEIVE -> {
                    boolean frame = waiting > 0;
                    if (frame) {
                        waiting--;
                        taken++;
                        nowPs += perFramePs;
                    }
                    soft.received(frame);
                }
                case REFILL -> refills++;
                case COMPLETE -> {
                    atCompletion.run();
                    soft.completed(waiting > 0);
                }
                default -> {
                    return taken;
                }
            }
        }
    }

    @Test
    void anEmptyQueue_endsIt() {
        frames(5);
        assertThat(soft.pendingHere()).isTrue();
        assertThat(run(0, true)).isEqualTo(5);
        assertThat(refills).isEqualTo(1);
        assertThat(soft.pendingHere()).isFalse();
        assertThat(soft.pendingForTask()).isFalse();
        assertThat(soft.running()).isFalse();
    }

    @Test
    void everyPollOf64Frames_fillsTheQueueUp() {
        frames(130);
        assertThat(run(0, true)).isEqualTo(130);
        assertThat(refills).isEqualTo(3);
    }

    /** The budget is looked at after a poll, so that the last poll may exceed it: 5 of 64. */
    @Test
    void aWaitingTask_endsItAfterThePollInWhichTheBudgetOf300Ends() {
        frames(1000);
        assertThat(run(0, true)).isEqualTo(320);
        assertThat(soft.pendingHere()).isFalse();
        assertThat(soft.pendingForTask()).isTrue();
        assertThat(soft.handOvers()).isEqualTo(1);
    }

    @Test
    void withoutAWaitingTask_itIsRestartedTenTimes() {
        frames(4000);
        assertThat(run(0, false)).isEqualTo(10 * 320);
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
        assertThat(run(0, true)).isEqualTo(320);
        soft.schedule(); // another interrupt of the card
        assertThat(soft.pendingHere()).isFalse();
        assertThat(run(0, true)).isEqualTo(320);
        assertThat(run(0, true)).isEqualTo(60);
        assertThat(soft.pendingForTask()).isFalse();
        assertThat(soft.handOvers()).isEqualTo(1);
    }

    @Test
    void aFrameThatComesWhileInterruptsAreAskedFor_isPolled() {
        frames(1);
        atCompletion = () -> {
            waiting += 2;
            atCompletion = () -> {};
        };
        assertThat(run(0, false)).isEqualTo(3);
        assertThat(soft.running()).isFalse();
    }

    @Test
    void anInterruptWhileTheyAreAskedFor_isNotLost() {
        frames(1);
        atCompletion = () -> {
            soft.schedule();
            atCompletion = () -> waiting = 0;
        };
        run(0, false);
        assertThat(soft.pendingHere()).isFalse();
        frames(1);
        atCompletion = () -> {};
        assertThat(run(0, false)).isEqualTo(1);
    }
}
