package io.torosim.sched.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.SharedWord;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.state.SavedState;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.GuestThread.WaitChannel;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device of somebody else's, outside of the kernel's package: by two methods threads wait for it, and its interrupt wakes them, at the same instants however the run is made. */
final class OwnDeviceTest {
    private static final int VECTOR = 60;
    private static final int SAMPLES = 8;
    /** Every 4 ms, but for one that comes with a sample. */
    private static final int RESUMES_IN_VAIN = 8;

    /** Brings a sample from time to time; one thread at a time may wait for it. */
    private static final class Sensor implements WaitChannel {
        private final ToroKernel kernel;
        private final Machine machine;
        private @Nullable GuestThread reader;
        private int samples;
        private int waits;

        Sensor(ToroKernel kernel) {
            this.kernel = kernel;
            this.machine = kernel.machine();
            kernel.onInterrupt(VECTOR, Handler::new);
        }

        void bringsAt(long timePs) {
            kernel.deviceEventScheduled();
            machine.simulation()
                    .at(
                            timePs,
                            Machine.DEVICE_PRIORITY,
                            (op, arg) -> {
                                kernel.deviceEventFired();
                                machine.raiseIrq(VECTOR);
                            },
                            0,
                            0);
        }

        /** Action: goes on with a sample. */
        long read(GuestThread self) {
            return self.await(this);
        }

        void take() {
            assertThat(samples).as("a thread came back without a sample").isPositive();
            samples--;
        }

        @Override
        public boolean ready(GuestThread waiting) {
            return samples > 0;
        }

        @Override
        public void waits(GuestThread waiting) {
            reader = waiting;
            waits++;
        }

        private final class Handler implements Activity {
            private boolean acknowledged;

            @Override
            public long step(Vcpu vcpu) {
                if (!acknowledged) {
                    acknowledged = true;
                    return 2 * vcpu.machine().costs().picPs();
                }
                samples++;
                if (reader != null) {
                    kernel.wakeUp(reader);
                }
                return DONE;
            }
        }
    }

    /** The reader takes samples and says when; a poller is beside it, and who resumes it now and then although nothing has come. */
    private static final class Guest {
        final Machine machine;
        final ToroKernel kernel;
        final Sensor sensor;
        final GuestThread reader;
        final List<Long> times = new ArrayList<>();

        Guest(MachineSpec.Builder spec, ToroQuirks quirks) {
            machine = Machine.create(spec.vcpus(2).ramMib(16).build());
            kernel = ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(quirks));
            sensor = new Sensor(kernel);
            reader = kernel.spawn(0, "reader", GuestProgram.loop(sensor::read, self -> {
                sensor.take();
                times.add(self.nowPs());
                return self.compute(300 * Picos.PER_MICRO);
            }));
            kernel.spawn(0, "poller", GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle()));
            kernel.spawn(0, "resumes", GuestProgram.loop(Step.sleep(Duration.ofMillis(4)), self -> {
                self.resume(reader);
                return self.compute(Picos.PER_MICRO);
            }));
            for (int i = 0; i < SAMPLES; i++) {
                // the last two together: the second is there before anybody waits for it
                sensor.bringsAt(3 * Picos.PER_MILLI * (i + 1) + (i == SAMPLES - 1 ? -2_900 * Picos.PER_MICRO : 0));
            }
        }

        RunResult run() {
            return machine.runUntil(Duration.ofMillis(40));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void run_isTheSamePassedOverAndStepped(boolean repaired) {
        ToroQuirks quirks = repaired ? ToroQuirks.repaired() : ToroQuirks.faithful();
        Guest quick = new Guest(MachineSpec.builder(), quirks);
        Guest exact = new Guest(MachineSpec.builder().exactStepping(true), quirks);
        RunResult fast = quick.run();
        RunResult slow = exact.run();
        assertThat(quick.times).hasSize(SAMPLES).isEqualTo(exact.times);
        assertThat(fast.traceDigest()).isEqualTo(slow.traceDigest());
        assertThat(fast.usage()).isEqualTo(slow.usage());
        assertThat(fast.firedEvents()).isLessThan(slow.firedEvents() / 10);
        // one sample is there already; repaired, a resume is kept for a suspend, and does not disturb the wait
        assertThat(quick.sensor.waits).isEqualTo(repaired ? SAMPLES : SAMPLES + RESUMES_IN_VAIN);
        assertThat(quick.reader.state()).isEqualTo(ThreadState.SUSPENDED);
        RunResult checked = new Guest(MachineSpec.builder().checkPolling(true), quirks).run();
        assertThat(checked.traceDigest()).isEqualTo(slow.traceDigest());
        assertThat(checked.warnings()).isEmpty();
    }

    @Test
    void aRunPutBackWhileAThreadWaits_endsAsTheOneThatWasNotInterrupted() {
        Guest whole = new Guest(MachineSpec.builder(), ToroQuirks.faithful());
        RunResult uninterrupted = whole.run();
        Guest guest = new Guest(MachineSpec.builder(), ToroQuirks.faithful());
        guest.machine.runUntil(Duration.ofMillis(13));
        assertThat(guest.reader.state()).isEqualTo(ThreadState.SUSPENDED);
        SavedState waiting = guest.machine.save();
        for (int i = 0; i < 2; i++) {
            assertThat(guest.run().traceDigest()).isEqualTo(uninterrupted.traceDigest());
            assertThat(guest.times).isEqualTo(whole.times);
            guest.machine.restore(waiting);
            assertThat(guest.times).hasSize(4);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKilledReader_diesWhenItIsWoken_orRepairedGoesOnWithWhatItHas(boolean repaired) {
        Guest guest = new Guest(MachineSpec.builder(), repaired ? ToroQuirks.repaired() : ToroQuirks.faithful());
        guest.machine.runUntil(Duration.ofMillis(13));
        guest.kernel.spawn(0, "kills", GuestProgram.once(self -> {
            self.kill(guest.reader);
            return self.compute(Picos.PER_MICRO);
        }));
        guest.run();
        assertThat(guest.times.size()).isEqualTo(repaired ? SAMPLES : 4);
        assertThat(guest.reader.exited()).isEqualTo(!repaired);
    }

    /** What it has waited for is not what it waits for: a repaired kernel keeps a resume for a thread that waits for a device. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWaitThatIsOver_leavesNothingBehind_andTheThreadIsResumed(boolean repaired) {
        Machine machine = Machine.create(MachineSpec.builder().build());
        ToroKernel kernel = ToroKernel.boot(
                machine, KernelConfig.defaults().withQuirks(repaired ? ToroQuirks.repaired() : ToroQuirks.faithful()));
        Sensor sensor = new Sensor(kernel);
        GuestThread reader = kernel.spawn(0, "reader", GuestProgram.once(sensor::read, Step.suspend()));
        kernel.spawn(0, "resumes", GuestProgram.once(Step.sleep(Duration.ofMillis(5)), self -> {
            sensor.take();
            self.resume(reader);
            return self.compute(Picos.PER_MICRO);
        }));
        sensor.bringsAt(Picos.PER_MILLI);
        machine.runUntil(Duration.ofMillis(20));
        assertThat(reader.exited()).isTrue();
    }

    @Test
    void aWaitForWhatIsAlwaysThere_makesNoProgress() {
        Machine machine = Machine.create(MachineSpec.builder().build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        WaitChannel always = new WaitChannel() {
            @Override
            public boolean ready(GuestThread waiting) {
                return true;
            }

            @Override
            public void waits(GuestThread waiting) {
                throw new AssertionError("it need not");
            }

            @Override
            public String toString() {
                return "always";
            }
        };
        kernel.spawn(0, "reader", self -> self.await(always));
        assertThatThrownBy(() -> machine.runUntil(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("reader#1")
                .hasMessageContaining("makes no progress")
                .hasMessageContaining("the last a wait for always");
    }

    /** A device that says of whose machine it is, and announces what can be asked of it. */
    private record Gauge(Machine machine, SharedWord level) implements Machine.Announcing {
        @Override
        public boolean announcesTo(Machine other) {
            return machine == other;
        }

        boolean isFull() {
            return level.get() > 2;
        }
    }

    private static RunResult polls(MachineSpec.Builder spec, boolean foreign) {
        Machine machine = Machine.create(spec.build());
        Machine other = Machine.create(MachineSpec.builder().build());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        SharedWord level = new SharedWord(machine, 0);
        Gauge gauge = new Gauge(foreign ? other : machine, level);
        kernel.spawn(0, "poller", self -> gauge.isFull() ? self.exit() : self.switchIdle());
        kernel.spawn(0, "beside", GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle()));
        for (int i = 1; i <= 3; i++) {
            machine.simulation()
                    .at(i * 7 * Picos.PER_MILLI, Machine.DEVICE_PRIORITY, (op, arg) -> level.getAndAdd(1), 0, 0);
        }
        return machine.runUntil(Duration.ofMillis(30));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeviceThatAnnounces_isBelieved_onItsOwnMachine(boolean foreign) {
        RunResult quick = polls(MachineSpec.builder(), foreign);
        RunResult exact = polls(MachineSpec.builder().exactStepping(true), foreign);
        assertThat(quick.traceDigest()).isEqualTo(exact.traceDigest());
        assertThat(quick.warnings()).hasSize(foreign ? 1 : 0);
        if (!foreign) {
            assertThat(quick.firedEvents()).isLessThan(exact.firedEvents() / 10);
        }
    }
}
