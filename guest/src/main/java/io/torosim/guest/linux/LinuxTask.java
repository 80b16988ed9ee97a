package io.torosim.guest.linux;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.Vcpu;

/** What a task of the Linux guest does when it runs. */
abstract class LinuxTask {
    /** It has nothing to do: it blocks. */
    static final long BLOCK = StepResult.KERNEL_FIRST;

    final CfsTask entity;
    /** The CPU it is bound to. */
    @SuppressWarnings("NullAway.Init") // a CPU takes it first
    LinuxCpu cpu;

    LinuxTask(String name, int nice) {
        entity = new CfsTask(name, CfsParameters.weightOf(nice));
    }

    /** Returns how long it wants to work before it does something, 0 if it is to {@link #act} now, or {@link #BLOCK}. */
    abstract long work();

    /** It has worked for {@code ps} of what {@link #work} said. */
    abstract void worked(long ps);

    /** Does something at one moment; it may begin a routine of the driver, which is charged to it. */
    abstract void act(Vcpu vcpu);

    /** Background services: work that comes in bursts. */
    static final class Background extends LinuxTask {
        private long leftPs;

        Background() {
            super("background", 0);
        }

        void add(long ps) {
            leftPs += ps;
        }

        @Override
        long work() {
            return leftPs > 0 ? leftPs : BLOCK;
        }

        @Override
        void worked(long ps) {
            leftPs -= ps;
        }

        @Override
        void act(Vcpu vcpu) {
            throw new AssertionError("it only works");
        }
    }

    /** ksoftirqd: the CPU runs the soft interrupt on its behalf. */
    static final class SoftInterruptTask extends LinuxTask {
        SoftInterruptTask(int cpu) {
            super("ksoftirqd/" + cpu, 0);
        }

        @Override
        long work() {
            return cpu.softInterrupt().pendingForTask() ? 0 : BLOCK;
        }

        @Override
        void worked(long ps) {
            throw new AssertionError("it only acts");
        }

        @Override
        void act(Vcpu vcpu) {
            cpu.softInterruptStep(vcpu);
        }
    }
}
