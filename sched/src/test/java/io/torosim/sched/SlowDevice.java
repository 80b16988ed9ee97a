package io.torosim.sched;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.sched.GuestThread.WaitChannel;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import org.jspecify.annotations.Nullable;

/**
 * A device of the tests' own on the kernel's wait channels alone, with a driver of Toro's kind: one thread at a time has it, which waits suspended for each of the parts that
 * it asks for. Core 0 takes the interrupts, and passes them on to another core that owns the device.
 */
final class SlowDevice {
    /** What {@link Read#next} returns when the read is over. */
    static final long OVER = Long.MIN_VALUE;

    private static final int VECTOR = 46;
    private static final int FORWARD_VECTOR = 76;
    private static final long ACCESS_PS = 2 * Picos.PER_MICRO;

    private final ToroKernel kernel;
    private final Machine machine;
    private final long partPs;
    private final int owner;
    private final WaitChannel free = new Free();
    private final WaitChannel part = new Part();
    private boolean busy;
    private boolean came;
    private @Nullable GuestThread waitOn;

    SlowDevice(ToroKernel kernel, long partPs, int owner) {
        this.kernel = kernel;
        this.machine = kernel.machine();
        this.partPs = partPs;
        this.owner = owner;
        if (owner == 0) {
            kernel.onInterrupt(VECTOR, () -> then(acknowledge(), this::wake));
        } else {
            kernel.onInterrupt(
                    VECTOR,
                    () -> then(
                            then(acknowledge(), kernel.sendInterrupt(0, owner, FORWARD_VECTOR)),
                            () -> kernel.deviceEventFired(owner)));
            kernel.onInterrupt(FORWARD_VECTOR, () -> then(kernel.acknowledgeInterrupt(owner), this::wake));
        }
    }

    int owner() {
        return owner;
    }

    private static Activity acknowledge() {
        int[] steps = {0};
        return vcpu -> steps[0]++ < 2 ? vcpu.machine().costs().picPs() : Activity.DONE;
    }

    private static Activity then(Activity first, Activity second) {
        boolean[] over = {false};
        return vcpu -> {
            long ps = over[0] ? Activity.DONE : first.step(vcpu);
            over[0] |= ps == Activity.DONE;
            return over[0] ? second.step(vcpu) : ps;
        };
    }

    private static Activity then(Activity first, Runnable second) {
        return then(first, (Vcpu vcpu) -> {
            second.run();
            return Activity.DONE;
        });
    }

    private void wake() {
        came = true;
        if (waitOn != null) {
            kernel.wakeUp(waitOn);
        }
    }

    private void begins() {
        kernel.deviceEventScheduled();
        if (owner != 0) {
            kernel.deviceEventScheduled(owner);
        }
        machine.simulation()
                .after(
                        partPs,
                        (op, arg) -> {
                            kernel.deviceEventFired();
                            machine.raiseIrq(VECTOR);
                        },
                        0,
                        0);
    }

    private final class Free implements WaitChannel {
        @Override
        public boolean ready(GuestThread waiting) {
            return !busy;
        }

        @Override
        public void waits(GuestThread waiting) {}
    }

    private final class Part implements WaitChannel {
        @Override
        public boolean ready(GuestThread waiting) {
            return came || kernel.has(ToroQuirk.DISK_WAKE_UNCHECKED);
        }

        @Override
        public void waits(GuestThread waiting) {
            waitOn = waiting;
            came = false;
        }
    }

    /** One thread's read of so many parts, action by action. */
    final class Read {
        private int left;
        private int stage;

        Read(int parts) {
            left = parts;
        }

        long next(GuestThread self) {
            self.vcpu().changed();
            switch (stage) {
                case 0 -> {
                    if (self.killed() && !kernel.has(ToroQuirk.KILLED_READER_KEEPS_DISK)) {
                        return self.exit();
                    }
                    if (busy) {
                        return self.pend(free);
                    }
                    busy = true;
                    stage = 1;
                    return self.compute(Picos.PER_NANO);
                }
                case 1 -> {
                    if (!kernel.has(ToroQuirk.DISK_OVERWRITES_IDLE)) {
                        self.active();
                    }
                    return expects(self);
                }
                case 2 -> {
                    stage = 3;
                    return self.await(part);
                }
                case 3 -> {
                    if (--left > 0) {
                        return expects(self);
                    }
                    if (kernel.has(ToroQuirk.DISK_READ_LEAVES_SUSPENDED)) {
                        self.suspend(self);
                    }
                    busy = false;
                    stage = 4;
                    return self.compute(ACCESS_PS);
                }
                default -> {
                    return OVER;
                }
            }
        }

        private long expects(GuestThread self) {
            self.expects(part);
            begins();
            stage = 2;
            return self.compute(ACCESS_PS);
        }
    }
}
