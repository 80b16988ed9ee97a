package io.torosim.guest.idle.blind;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** monitor and mwait on a doorbell word; a device interrupt with work of its own comes beside it. */
final class MwaitWord implements Supplier<Scenario> {
    enum Fault {
        NONE,
        /** No look between monitor and mwait. */
        NO_LOOK_AFTER_MONITOR,
        /** The monitor is armed on the queue, the sender rings first and queues behind it. */
        RINGS_BEFORE_QUEUE,
        /** The monitor is armed on another word than the sender writes. */
        WRONG_LINE,
        /** The doorbell is cleared behind the taking. */
        BELL_CLEARED_AFTER_TAKE,
        /** Woken, it goes back to mwait without monitor. */
        MONITOR_ARMED_ONCE,
        /** mwait with interrupts disabled: the device's interrupt ends nothing. */
        MWAIT_WITH_CLI,
        /** Interrupts are enabled before monitor, look, mwait: the device's handler's word is missed. */
        DEVICE_LOOK_OUTSIDE_CLI,
        /** A doorbell that is stored with the same value already there; the sender leaves the store out. */
        BENIGN_RINGS_ONLY_IF_CLEAR,
        /** The same with a fence missing between queue and look at the bell. */
        RINGS_ONLY_IF_CLEAR_NO_FENCE,
    }

    private static final int BELL = 0, TAKEN = 1, DEV = 2;
    private static final int DEVICE = 70;
    private final Fault fault;

    MwaitWord(Fault fault) {
        this.fault = fault;
    }

    @Override
    public Scenario get() {
        Scenario.Builder s = Scenario.named("mwait " + fault);
        long q = s.word("queue"),
                bell = s.word("bell"),
                done = s.word("done"),
                dev = s.word("device work"),
                other = s.word("other");
        Steps idle = Steps.of("idle", 3);
        if (fault == Fault.MONITOR_ARMED_ONCE)
            idle.step("monitor", (cpu, f) -> {
                cpu.monitor(bell);
                return 1;
            });
        idle.forever(l -> {
            if (fault != Fault.DEVICE_LOOK_OUTSIDE_CLI) l.step("cli", K.cli());
            l.step("device work?", K.load(DEV, dev));
            if (fault == Fault.DEVICE_LOOK_OUTSIDE_CLI) l.step("cli", K.cli());
            if (fault == Fault.NO_LOOK_AFTER_MONITOR) l.step("bell?", K.load(BELL, bell));
            if (fault != Fault.MONITOR_ARMED_ONCE)
                l.step("monitor", (cpu, f) -> {
                    cpu.monitor(fault == Fault.WRONG_LINE ? other : bell);
                    return 1;
                });
            if (fault != Fault.NO_LOOK_AFTER_MONITOR) l.step("bell?", K.load(BELL, bell));
            l.step("anything?", K.local(w -> {
                w[BELL] = w[BELL] + w[DEV];
                w[DEV] = 0;
            }));
            l.ifEqual(
                    "nothing",
                    BELL,
                    0,
                    m -> m.step("sti; mwait", (cpu, f) -> {
                        if (fault != Fault.MWAIT_WITH_CLI) cpu.interrupts(true);
                        return StepResult.MWAIT;
                    }));
            l.step("sti", (cpu, f) -> {
                cpu.interrupts(true);
                f.w[BELL] = 0;
                return 1;
            });
            if (fault != Fault.BELL_CLEARED_AFTER_TAKE) {
                l.step("bell := 0", K.store(bell, 0));
            }
            l.step("take", K.xchg(TAKEN, q, 0));
            if (fault == Fault.BELL_CLEARED_AFTER_TAKE) l.step("bell := 0", K.store(bell, 0));
            l.ifPositive(
                    "some",
                    TAKEN,
                    t -> t.step("run", (cpu, f) -> {
                        cpu.add64(done, f.w[TAKEN]);
                        f.w[TAKEN] = 0;
                        return 1;
                    }));
            l.step("take the device's", K.xchg(TAKEN, dev, 0));
            l.ifPositive(
                    "some of the device's",
                    TAKEN,
                    t -> t.step("run the device's", (cpu, f) -> {
                        cpu.add64(done, 1);
                        f.w[TAKEN] = 0;
                        return 1;
                    }));
        });
        s.vcpu(idle.build());
        Steps w = Steps.of("sender", 2);
        w.whilePositive("messages", 0, m -> {
            if (fault == Fault.RINGS_BEFORE_QUEUE) m.step("ring", K.store(bell, 1));
            if (fault == Fault.RINGS_ONLY_IF_CLEAR_NO_FENCE) {
                m.step(
                        "read the queue",
                        K.load(
                                1,
                                q)); // the only sender: but the taker may come between, so the message may count twice
                m.step("queue", (cpu, f) -> {
                    cpu.store64(q, 1);
                    f.w[1] = 0;
                    return 1;
                });
            } else m.step("queue", K.add(q, 1));
            if (fault == Fault.BENIGN_RINGS_ONLY_IF_CLEAR || fault == Fault.RINGS_ONLY_IF_CLEAR_NO_FENCE) {
                m.step("rung?", K.load(1, bell));
                m.ifEqual("not yet", 1, 0, r -> r.step("ring", K.store(bell, 1)));
            } else if (fault != Fault.RINGS_BEFORE_QUEUE) m.step("ring", K.store(bell, 1));
            m.step("next", K.local(x -> {
                x[0]--;
                x[1] = 0;
            }));
        });
        s.vcpu(w.build(), 2);
        s.interrupt(
                DEVICE,
                Steps.of("device interrupt", 0)
                        .step("device work := 1", K.store(dev, 1))
                        .build());
        s.interruptComes(0, DEVICE, 1);
        return s.storeBuffers(1)
                .atRest("nothing queued", "the core waits beside a message", l -> l.word(q) == 0)
                .atRest("no device work", "the core waits beside a device's work", l -> l.word(dev) == 0)
                .atRest(
                        "no interrupt is shut out",
                        "the core waits with interrupts disabled and one pending",
                        l -> !l.interruptComing(0))
                .alwaysPossible("can wait", "never waits again", l -> l.halted(0))
                .build();
    }
}
