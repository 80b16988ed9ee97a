package io.torosim.sched;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.GuestThread.WaitChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A kernel with random threads, which do anything that a thread can do, and random interrupts: a function of its seed. */
final class RandomGuest {
    private static final int NIC = 43;
    private static final int MAX_THREADS = 24;

    private final Machine machine;
    private final ToroKernel kernel;
    private final SlowDevice device;
    private final Lock[] locks;
    private final RandomStreams streams;

    private RandomGuest(Machine machine, ToroKernel kernel, RandomStreams streams) {
        this.machine = machine;
        this.kernel = kernel;
        this.streams = streams;
        SimRandom owner = streams.stream("disk");
        boolean foreign = machine.vcpuCount() > 1 && owner.nextInt(4) == 0;
        this.device =
                new SlowDevice(kernel, 40 * Picos.PER_MICRO, foreign ? 1 + owner.nextInt(machine.vcpuCount() - 1) : 0);
        this.locks = new Lock[machine.vcpuCount()];
        for (int i = 0; i < locks.length; i++) {
            locks[i] = new Lock();
        }
    }

    /** Runs a random guest; {@code watcher} is given the kernel before it runs. */
    static RunResult run(
            long seed,
            int cores,
            KernelConfig config,
            boolean fastForward,
            Duration time,
            Consumer<ToroKernel> watcher) {
        return run(seed, cores, config, fastForward, !fastForward, time, watcher);
    }

    /** Runs it with fast-forward or without, and each step an event of its own or not. */
    static RunResult run(
            long seed,
            int cores,
            KernelConfig config,
            boolean fastForward,
            boolean exact,
            Duration time,
            Consumer<ToroKernel> watcher) {
        MachineSpec spec = MachineSpec.builder()
                .vcpus(cores)
                .seed(seed)
                .fastForward(fastForward)
                .exactStepping(exact)
                .build();
        RandomStreams streams = new RandomStreams(seed);
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, config);
            RandomGuest guest = new RandomGuest(machine, kernel, streams);
            kernel.onInterrupt(NIC, () -> guest.interrupt());
            SimRandom start = streams.stream("start");
            int threads = 1 + start.nextInt(2 * cores + 1);
            for (int i = 0; i < threads; i++) {
                kernel.spawn(start.nextInt(cores), "t" + i, guest.program(i));
            }
            SimRandom wire = streams.stream("wire");
            long limitPs = Picos.of(time);
            for (int i = 0; i < 12; i++) {
                kernel.deviceEventScheduled();
                machine.simulation()
                        .at(
                                wire.nextLong(limitPs),
                                Machine.DEVICE_PRIORITY,
                                (op, arg) -> {
                                    kernel.deviceEventFired();
                                    machine.raiseIrq(NIC);
                                },
                                0,
                                0);
            }
            watcher.accept(kernel);
            return machine.runUntil(time);
        }
    }

    private Activity interrupt() {
        int[] stage = {0};
        return vcpu -> {
            if (stage[0]++ == 0) {
                return 2 * Picos.PER_MICRO;
            }
            List<GuestThread> threads = kernel.threads();
            GuestThread woken = threads.get((int) (vcpu.nowPs() % threads.size()));
            if (woken.state() == ThreadState.SUSPENDED && !woken.requestInFlight() && woken.coreId() == 0) {
                kernel.wakeUp(woken);
            } else {
                vcpu.changedNothing();
            }
            return Activity.DONE;
        };
    }

    private GuestProgram program(int number) {
        return new Program(streams.stream("thread" + number));
    }

    /** One thread of a core holds it; those that want it wait in tsIOPending. */
    private static final class Lock implements WaitChannel {
        boolean held;

        @Override
        public boolean ready(GuestThread waiting) {
            return !held;
        }

        @Override
        public void waits(GuestThread waiting) {}
    }

    /** Between two draws it may poll, changing nothing, until a moment comes. */
    private final class Program implements GuestProgram {
        private final SimRandom random;
        private boolean polled;
        private boolean hint;
        private boolean wants;
        private boolean holds;
        private SlowDevice.@Nullable Read read;
        private long pollUntilPs;

        Program(SimRandom random) {
            this.random = random;
        }

        @Override
        public boolean readsDeclared() {
            return true; // what it changes it tells
        }

        @Override
        public long next(GuestThread self) {
            if (self.nowPs() < pollUntilPs) {
                self.comparesWith(pollUntilPs);
                polled = !polled;
                if (polled) {
                    return self.poll(60_000);
                }
                return hint ? self.switchIdle() : self.switchThread();
            }
            self.vcpu().changed();
            if (holds) {
                holds = false;
                locks[self.coreId()].held = false;
            }
            if (wants) {
                return locks[self.coreId()].held ? self.pend(locks[self.coreId()]) : takes(self);
            }
            if (read != null) {
                long action = read.next(self);
                if (action != SlowDevice.OVER) {
                    return action;
                }
                read = null;
            }
            switch (random.nextInt(14)) {
                case 0, 1 -> {
                    return self.compute(random.nextLong(20 * Picos.PER_MICRO));
                }
                case 2, 3 -> {
                    return self.switchThread();
                }
                case 4, 5 -> {
                    polled = false;
                    hint = random.nextInt(3) > 0;
                    pollUntilPs = self.nowPs() + random.nextLong(800 * Picos.PER_MICRO);
                    return self.compute(0);
                }
                case 6 -> {
                    return self.sleep(random.nextLong(300 * Picos.PER_MICRO));
                }
                case 7 -> {
                    return self.suspend();
                }
                case 8, 9 -> {
                    self.resume(other(self));
                    return self.compute(Picos.PER_NANO);
                }
                case 10 -> {
                    return random.nextInt(3) > 0 || kernel.threads().size() >= MAX_THREADS
                            ? self.switchThread()
                            : self.beginThread(
                                    random.nextInt(machine.vcpuCount()),
                                    "child",
                                    program(1000 + kernel.threads().size()));
                }
                case 11 -> {
                    wants = true;
                    return self.compute(Picos.PER_NANO);
                }
                case 12 -> {
                    if (self.coreId() != device.owner()) {
                        return self.switchIdle();
                    }
                    read = device.new Read(1 + random.nextInt(2));
                    return read.next(self);
                }
                default -> {
                    int rare = random.nextInt(12);
                    if (rare == 0) {
                        self.kill(other(self));
                        return self.compute(Picos.PER_NANO);
                    }
                    if (rare == 1) {
                        self.suspend(other(self));
                        return self.compute(Picos.PER_NANO);
                    }
                    return rare == 2 ? self.exit() : self.switchIdle();
                }
            }
        }

        private long takes(GuestThread self) {
            wants = false;
            holds = true;
            locks[self.coreId()].held = true;
            return self.compute(Picos.PER_NANO);
        }

        private GuestThread other(GuestThread self) {
            List<GuestThread> threads = kernel.threads();
            GuestThread other = threads.get(random.nextInt(threads.size()));
            return other.exited() || other.requestInFlight() ? self : other;
        }
    }
}
