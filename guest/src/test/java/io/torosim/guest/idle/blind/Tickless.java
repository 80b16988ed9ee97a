package io.torosim.guest.idle.blind;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** A tickless idle loop: one software timer, which core 1 may move forward (and then interrupts); a deadline register. */
final class Tickless implements Supplier<Scenario> {
    enum Fault {
        NONE,
        /** A count from now in place of the instant: 0 or less stops it. */
        COUNT_FROM_NOW,
        /** The deadline is written and the expiry is looked at with interrupts enabled. */
        ARMED_OUTSIDE_CLI,
        /** Core 1 moves the expiry and does not interrupt. */
        MOVER_SENDS_NO_IPI,
        /** Core 1 interrupts before it moves. */
        IPI_BEFORE_MOVE,
        /** Woken by an interrupt, it does not look whether the expiry moved: halts again. */
        NO_REARM_AFTER_WAKE,
        /** Expired means "now > expiry": at the very instant it stops the timer (a count of 0). */
        COUNT_AND_WRONG_BOUND,
        /** Not a fault with a deadline register: expired means now > expiry. */
        BENIGN_WRONG_BOUND,
        /** The timer is stopped (written 0) after the expiry is looked at and not set again if one is pending. */
        STOPPED_AFTER_ARMING,
        /** Rounds the deadline down to a tick before the expiry and does not set it again. */
        ROUNDED_DOWN_ONCE,
    }

    static final long TICK = 1_000, HORIZON = 8_000;
    private static final int EXPIRY = 0, NOW = 1, DUE = 2, ARMED = 3;
    private final Fault fault;

    Tickless(Fault fault) {
        this.fault = fault;
    }

    @Override
    public Scenario get() {
        Scenario.Builder s = Scenario.named("tickless " + fault);
        long expiry = s.instant("expiry"), fired = s.word("fired"), armed = s.instant("armed");
        Steps idle = Steps.of("idle", 4).instants(EXPIRY, NOW);
        idle.step("read the clock", (cpu, f) -> {
            f.w[NOW] = cpu.nowPs();
            return 1;
        });
        idle.step("a timer in 3 ticks", (cpu, f) -> {
            cpu.store64(expiry, f.w[NOW] + 3 * TICK);
            f.w[NOW] = 0;
            return 1;
        });
        boolean outside = fault == Fault.ARMED_OUTSIDE_CLI;
        boolean count = fault == Fault.COUNT_FROM_NOW || fault == Fault.COUNT_AND_WRONG_BOUND;
        boolean strict = fault == Fault.BENIGN_WRONG_BOUND || fault == Fault.COUNT_AND_WRONG_BOUND;
        idle.forever(l -> {
            if (!outside) l.step("cli", K.cli());
            l.step("expiry?", (cpu, f) -> {
                f.w[EXPIRY] = cpu.load64(expiry);
                return 1;
            });
            l.ifPositive("a timer is set", EXPIRY, t -> {
                t.step("clock?", (cpu, f) -> {
                    f.w[NOW] = cpu.nowPs();
                    return 1;
                });
                t.step("due?", (cpu, f) -> {
                    f.w[DUE] = (strict ? f.w[NOW] > f.w[EXPIRY] : f.w[NOW] >= f.w[EXPIRY]) ? 1 : 0;
                    if (!count) f.w[NOW] = 0;
                    return 1;
                });
                t.ifEqual("not yet", DUE, 0, n -> {
                    if (count && fault == Fault.COUNT_FROM_NOW)
                        n.step("clock again", (cpu, f) -> {
                            f.w[NOW] = cpu.nowPs();
                            return 1;
                        });
                    if (fault == Fault.NO_REARM_AFTER_WAKE)
                        n.ifEqual(
                                "not armed",
                                ARMED,
                                0,
                                a -> a.step("arm", (cpu, f) -> {
                                    cpu.timerAt(K.TIMER, f.w[EXPIRY]);
                                    f.w[ARMED] = 2;
                                    return 1;
                                }));
                    else if (fault == Fault.ROUNDED_DOWN_ONCE)
                        n.ifEqual(
                                "not armed",
                                ARMED,
                                0,
                                a -> a.step("arm", (cpu, f) -> {
                                    cpu.timerAt(K.TIMER, f.w[EXPIRY] - TICK);
                                    f.w[ARMED] = 1;
                                    return 1;
                                }));
                    else if (count)
                        n.step("arm", (cpu, f) -> {
                            cpu.timerIn(K.TIMER, f.w[EXPIRY] - f.w[NOW]);
                            return 1;
                        });
                    else
                        n.step("arm", (cpu, f) -> {
                            cpu.timerAt(K.TIMER, f.w[EXPIRY]);
                            return 1;
                        });
                    if (fault != Fault.NO_REARM_AFTER_WAKE)
                        n.step("note what is armed", (cpu, f) -> {
                            cpu.store64(armed, f.w[EXPIRY]);
                            return 1;
                        });
                    else
                        n.ifEqual(
                                "just armed",
                                ARMED,
                                2,
                                z -> z.step("note what is armed", (cpu, f) -> {
                                    f.w[ARMED] = 1;
                                    cpu.store64(armed, f.w[EXPIRY]);
                                    return 1;
                                }));
                    if (fault == Fault.STOPPED_AFTER_ARMING)
                        n.step("stop the tick", (cpu, f) -> {
                            cpu.timerAt(K.TIMER, 0);
                            return 1;
                        });
                });
                t.ifPositive("due", DUE, d -> {
                    d.step("armed := 0", K.store(armed, 0));
                    d.step("expiry := 0", K.store(expiry, 0));
                    d.step("run it", K.add(fired, 1));
                    d.step("none left", K.local(w -> {
                        w[EXPIRY] = 0;
                        w[NOW] = 0;
                    }));
                });
            });
            if (outside) l.step("cli", K.cli());
            l.ifEqual(
                    "not due",
                    DUE,
                    0,
                    h -> h.step("sti; hlt", (cpu, f) -> {
                        f.w[EXPIRY] = 0;
                        f.w[NOW] = 0;
                        cpu.interrupts(true);
                        return StepResult.HALT;
                    }));
            l.step("sti", (cpu, f) -> {
                cpu.interrupts(true);
                f.w[DUE] = 0;
                f.w[EXPIRY] = 0;
                f.w[NOW] = 0;
                return 1;
            });
        });
        s.vcpu(idle.build());
        Steps mover = Steps.of("mover", 2).instants(0);
        mover.step("expiry?", (cpu, f) -> {
            f.w[0] = cpu.load64(expiry);
            return 1;
        });
        mover.ifPositive("one is set", 0, m -> {
            if (fault == Fault.IPI_BEFORE_MOVE) m.step("kick", K.ipi(0));
            m.step("a tick earlier, unless it has run", (cpu, f) -> {
                cpu.compareExchange64(expiry, f.w[0], f.w[0] - TICK);
                return 1;
            });
            if (fault != Fault.IPI_BEFORE_MOVE && fault != Fault.MOVER_SENDS_NO_IPI) m.step("kick", K.ipi(0));
        });
        s.vcpu(mover.build());
        return s.interrupt(K.WAKE, K.handler("wake"))
                .interrupt(K.TIMER, K.handler("timer"))
                .clock(TICK, HORIZON)
                .always(
                        "no timer is later than armed",
                        "the core sleeps, the timer that is set is later than the expiry",
                        l -> !(l.halted(0)
                                && !l.interruptComing(0)
                                && l.over(1)
                                && l.timerSet(0)
                                && l.word(expiry) != 0
                                && l.word(armed) > l.word(expiry)))
                .atRest(
                        "the timer has run",
                        "the core sleeps and its timer never runs",
                        l -> l.word(fired) == 1 && l.word(expiry) == 0)
                .build();
    }
}
