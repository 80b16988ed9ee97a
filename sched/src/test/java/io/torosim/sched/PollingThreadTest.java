package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.ThreadState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The life of a polling thread, row by row (Process.pas: SysThreadSwitch, SysThreadActive, Scheduling). */
final class PollingThreadTest {
    private static final int NIC = 43;
    private static final long MILLI = Picos.PER_MILLI;

    private final Machine machine = Machine.create(MachineSpec.builder().build());
    private final ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
    private final ToroCore core = kernel.core(0);

    private ThreadRecord poller(String name) {
        return (ThreadRecord)
                kernel.spawn(0, name, GuestProgram.loop(Step.poll(Duration.ofNanos(100)), Step.yieldIdle()));
    }

    private void runTo(double millis) {
        machine.runUntil(Duration.ofNanos((long) (millis * 1e6)));
    }

    private void interruptAt(long millis) {
        kernel.onInterrupt(NIC, () -> vcpu -> Activity.DONE);
        machine.simulation().at(millis * MILLI, Machine.DEVICE_PRIORITY, (op, arg) -> machine.raiseIrq(NIC), 0, 0);
    }

    @Test
    void firstIdleCall_registersIt_andStartsItsClock() {
        ThreadRecord a = poller("a");
        assertThat(core.pollers.total()).isZero();
        runTo(1);
        assertThat(a.isPollThread).isTrue();
        assertThat(core.pollers.total()).isEqualTo(1);
        assertThat(core.pollers.idle()).isZero();
        assertThat(a.idleSinceTsc).isPositive();
        assertThat(a.state()).isEqualTo(ThreadState.READY);
    }

    @Test
    void itIsIdle_whenMoreThan200MillisHavePassedSince() {
        ThreadRecord a = poller("a");
        GuestThread other =
                kernel.spawn(0, "busy", GuestProgram.loop(Step.poll(Duration.ofNanos(100)), Step.yieldCpu()));
        runTo(199.9);
        assertThat(a.state()).isEqualTo(ThreadState.READY);
        runTo(200.1);
        assertThat(a.state()).isEqualTo(ThreadState.IDLE);
        assertThat(core.pollers.idle()).isEqualTo(1);
        assertThat(other.state()).isEqualTo(ThreadState.READY);
    }

    @Test
    void anIdleThread_isStillRun_whileAnotherPollerIsNotIdle() {
        ThreadRecord a = poller("a");
        runTo(100);
        ThreadRecord b = poller("b"); // its window ends 100 ms after that of a
        runTo(250);
        assertThat(a.state()).isEqualTo(ThreadState.IDLE);
        assertThat(b.state()).isEqualTo(ThreadState.READY);
        // a turn is a fraction of a microsecond; within rounds that are passed over turns are not noted one by one
        runTo(299);
        assertThat(kernel.isIdle(0)).isFalse();
        assertThat(a.lastTurnPs()).isGreaterThan(200 * MILLI);
        runTo(301);
        assertThat(kernel.isIdle(0)).isTrue();
    }

    @Test
    void anIdleThread_isSkipped_onceAllPollersAreIdleAndAnotherThreadIsReady() {
        ThreadRecord a = poller("a");
        kernel.spawn(0, "main", GuestProgram.loop(Step.poll(Duration.ofNanos(100)), Step.yieldCpu()));
        runTo(300);
        long lastTurn = a.lastTurnPs();
        runTo(1000);
        assertThat(a.lastTurnPs()).isEqualTo(lastTurn);
        assertThat(kernel.isIdle(0)).isFalse();
    }

    @Test
    void afterTheHalt_everyPollerIsReadyWithAFreshWindow() {
        ThreadRecord a = poller("a");
        ThreadRecord b = poller("b");
        interruptAt(500);
        runTo(499);
        assertThat(kernel.isIdle(0)).isTrue();
        assertThat(core.pollers.idle()).isEqualTo(2);
        runTo(501);
        assertThat(a.state()).isEqualTo(ThreadState.READY);
        assertThat(b.state()).isEqualTo(ThreadState.READY);
        assertThat(core.pollers.idle()).isZero();
        assertThat(core.pollers.total()).isEqualTo(2);
        runTo(699);
        assertThat(kernel.isIdle(0)).as("it spins for at least the window").isFalse();
        runTo(701);
        assertThat(kernel.isIdle(0)).isTrue();
    }

    @Test
    void aHaltedCore_hasNoTimer() {
        poller("a");
        runTo(60_000);
        assertThat(machine.result().usage().get(0).halts()).isEqualTo(1);
        assertThat(machine.result().usage().get(0).interrupts()).isZero();
    }

    /** Work while it is ready does not restart the window: the second empty poll after 200 ms is enough. */
    @Test
    void activityInBetween_doesNotRestartTheWindow() {
        ThreadRecord a = (ThreadRecord) kernel.spawn(0, "a", new GuestProgram() {
            private int call;

            @Override
            public long next(GuestThread self) {
                if (self.nowPs() > 50 * MILLI && self.nowPs() < 190 * MILLI) {
                    self.active(); // a packet was found
                    return call++ % 2 == 0 ? self.compute(5 * MILLI) : self.switchThread();
                }
                return call++ % 2 == 0 ? self.poll(100_000) : self.switchIdle();
            }
        });
        runTo(201);
        assertThat(a.state()).isEqualTo(ThreadState.IDLE);
        assertThat(kernel.isIdle(0)).isTrue();
    }

    @Test
    void active_onAnIdleThread_makesItReady_andCountsItOff() {
        ThreadRecord a = poller("a");
        boolean[] woke = {false};
        kernel.spawn(0, "other", self -> {
            if (!woke[0] && self.nowPs() > 250 * MILLI) {
                woke[0] = true;
                assertThat(a.state()).isEqualTo(ThreadState.IDLE);
                assertThat(core.pollers.idle()).isEqualTo(1);
                a.active();
                assertThat(a.state()).isEqualTo(ThreadState.READY);
                assertThat(core.pollers.idle()).isZero();
                assertThat(a.idleSinceTsc).isZero();
                a.active(); // a second call changes nothing
                assertThat(core.pollers.idle()).isZero();
            }
            return self.nowPs() % 2 == 0 ? self.compute(Picos.PER_MICRO + 1) : self.switchThread();
        });
        runTo(260);
        assertThat(woke[0]).isTrue();
    }

    @Test
    void aSwitchWithoutHint_makesAnIdleThreadReady_andLeavesTheClockOfAReadyOne() {
        int[] call = {0};
        ThreadRecord a = (ThreadRecord) kernel.spawn(0, "a", self -> {
            self.vcpu().changed();
            boolean hint = self.nowPs() < 250 * MILLI;
            return call[0]++ % 2 == 0 ? self.compute(MILLI) : hint ? self.switchIdle() : self.switchThread();
        });
        runTo(100);
        ThreadRecord b = poller("b"); // its window ends later, so that the core does not halt
        runTo(249);
        assertThat(a.state()).isEqualTo(ThreadState.IDLE);
        runTo(255);
        assertThat(a.state()).isEqualTo(ThreadState.READY);
        assertThat(a.idleSinceTsc).isZero();
        assertThat(core.pollers.idle()).isZero();
        long since = b.idleSinceTsc;
        b.active();
        assertThat(b.idleSinceTsc).isEqualTo(since).isPositive();
    }

    /** 2020, SysSetCoreIdle: it is the last device interrupt that counts, and the halt comes whatever else is ready. */
    @Test
    void lastIrq2020_halts2000MillisAfterTheLastInterrupt_evenWithAReadyThread() {
        Machine other = Machine.create(MachineSpec.builder().build());
        ToroKernel later = ToroKernel.boot(other, KernelConfig.defaults().withIdlePolicy(IdlePolicy.lastIrq2020()));
        later.onInterrupt(NIC, () -> vcpu -> Activity.DONE);
        later.spawn(0, "poller", GuestProgram.loop(Step.poll(Duration.ofNanos(100)), Step.yieldIdle()));
        later.spawn(0, "ready", GuestProgram.loop(Step.poll(Duration.ofNanos(100)), Step.yieldCpu()));
        other.simulation().at(1000 * MILLI, Machine.DEVICE_PRIORITY, (op, arg) -> other.raiseIrq(NIC), 0, 0);
        other.runUntil(Duration.ofMillis(2999));
        assertThat(later.isIdle(0)).isFalse();
        other.runUntil(Duration.ofMillis(3001));
        assertThat(later.isIdle(0)).isTrue();
    }
}
