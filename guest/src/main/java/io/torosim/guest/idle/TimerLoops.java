package io.torosim.guest.idle;

import static io.torosim.guest.idle.Routines.FOUND;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import io.torosim.core.time.Picos;
import io.torosim.guest.idle.IdleLoop.Parts;
import io.torosim.guest.idle.IdleLoop.Places;
import java.util.List;

/**
 * Loops with a clock in them: polls that end by time, and timers that are set for an instant.
 *
 * <p>{@link IdleLoops} lists them; they are put together of {@link Routines} and {@link FlagLoops}.
 */
final class TimerLoops {
    private static final String IDLE = "kernel/sched/idle.c:do_idle";
    private static final String ENTER = "drivers/cpuidle/cpuidle-haltpoll.c:default_enter_idle";
    private static final String GOVERNOR = "drivers/cpuidle/governors/haltpoll.c:adjust_poll_limit";
    private static final int NEED = 1;
    private static final int UNTIL = 2;
    private static final int LIMIT = 3;
    private static final int OVER = 4;
    private static final long TICK = 10 * Picos.PER_MICRO;
    private static final long MOST_POLL = 2 * TICK;

    private TimerLoops() {}

    static List<IdleLoop> all() {
        return List.of(
                new IdleLoop(
                        "spin-tuned",
                        "a spin as long as a halt would cost (Karlin's competitive spinning), ended by the clock",
                        "looks until a time is up, then says that it halts and halts",
                        "the clock is read after the last look: what came between is not seen again",
                        "flag, fence, one more look with interrupts off",
                        0,
                        TICK,
                        6 * TICK,
                        false,
                        true,
                        TimerLoops::tuned),
                new IdleLoop(
                        "haltpoll",
                        "cpuidle-haltpoll in the guest: guest_halt_poll_ns grows when a wake-up came soon after the halt, shrinks when none"
                                + " did",
                        "polls need-resched with the polling flag set until the limit, then halts",
                        "the polling flag is cleared after the last look and nothing is looked at behind it",
                        "clear, fence, look, sti; hlt, as default_idle behind poll_idle",
                        0,
                        TICK,
                        6 * TICK,
                        false,
                        true,
                        TimerLoops::haltPoll),
                new IdleLoop(
                        "deadline-passed",
                        "a tickless idle loop with a one-shot timer that counts down from the difference",
                        "compares the next timer's instant with the clock, sets the count to the difference, sti; hlt",
                        "the instant passes between the comparison and the subtraction: a count of 0 or less stops the timer",
                        "the instant itself into the deadline register: one in the past fires at once",
                        0,
                        TICK,
                        8 * TICK,
                        false,
                        true,
                        TimerLoops::deadline));
    }

    private static Steps clock(Steps steps, String what, int until, int over) {
        return steps.step(what, (c, f) -> {
            f.w[over] = c.nowPs() >= f.w[until] ? 1 : 0;
            return Routines.STORE;
        });
    }

    private static Parts tuned(Scenario.Builder scenario, Places places, boolean repaired) {
        long flag = scenario.word(places.own("halted"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(5).instants(UNTIL);
        steps.forever(body -> {
            body.step("so long", (c, f) -> {
                f.w[UNTIL] = c.nowPs() + MOST_POLL;
                f.w[OVER] = 0;
                return Routines.STORE;
            });
            Steps.Mark halt = new Steps.Mark();
            Steps.Mark again = new Steps.Mark();
            body.mark(again);
            Routines.looks(body, look);
            clock(body, "time up?", UNTIL, OVER);
            body.ifEqual(
                    "not yet",
                    OVER,
                    0,
                    b -> b.step("look again", (c, f) -> {
                        f.entry = again.entry();
                        return StepResult.NEXT;
                    }));
            body.mark(halt).step("time is up", (c, f) -> {
                f.w[UNTIL] = 0;
                return StepResult.NEXT;
            });
            if (repaired) {
                FlagLoops.flagAndHalt(body, look, flag, true);
            } else {
                Routines.fence(Routines.set(Routines.cli(body), "say that it halts", flag, 1));
                Routines.set(Routines.stiHlt(body), "say that it is awake", flag, 0);
            }
        });
        return FlagLoops.woken(steps.build(), places, flag);
    }

    private static Parts haltPoll(Scenario.Builder scenario, Places places, boolean repaired) {
        long polling = scenario.word(places.own("polling"));
        long need = scenario.word(places.own("need-resched"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(5).instants(UNTIL);
        steps.source(GOVERNOR).step("guest_halt_poll_ns", (c, f) -> {
            f.w[LIMIT] = TICK;
            return Routines.STORE;
        });
        steps.forever(body -> {
            Routines.fence(Routines.set(body.source(IDLE), "need-resched is answered", need, 0));
            Routines.looks(body, look);
            body.ifEqual("nothing to run", FOUND, 0, idle -> {
                Routines.fence(Routines.set(idle, "set the polling flag", polling, 1));
                idle.source("drivers/cpuidle/poll_state.c:poll_idle").step("so long", (c, f) -> {
                    f.w[UNTIL] = c.nowPs() + f.w[LIMIT];
                    f.w[OVER] = 0;
                    return Routines.STORE;
                });
                Steps.Mark again = new Steps.Mark();
                Steps.Mark done = new Steps.Mark();
                idle.mark(again);
                Routines.read(idle, "need-resched?", need, NEED);
                idle.ifPositive(
                        "yes",
                        NEED,
                        b -> b.step("stop polling", (c, f) -> {
                            f.entry = done.entry();
                            return StepResult.NEXT;
                        }));
                clock(idle, "limit reached?", UNTIL, OVER);
                idle.ifEqual(
                        "not yet",
                        OVER,
                        0,
                        b -> b.step("poll on", (c, f) -> {
                            f.entry = again.entry();
                            return StepResult.NEXT;
                        }));
                idle.mark(done).step("polled enough", (c, f) -> {
                    f.w[UNTIL] = 0;
                    return StepResult.NEXT;
                });
                Routines.fence(Routines.set(idle.source(ENTER), "clear the polling flag", polling, 0));
                idle.ifEqual("no need", NEED, 0, halt -> {
                    Routines.cli(halt);
                    if (repaired) {
                        Routines.read(halt, "need-resched?", need, NEED);
                    }
                    halt.ifEqual("none", NEED, 0, Routines::stiHlt);
                    Routines.sti(halt);
                    // woken from the halt: longer next time, up to the most; in vain: shorter
                    halt.source(GOVERNOR).step("grow or shrink", (c, f) -> {
                        f.w[LIMIT] = f.w[LIMIT] == MOST_POLL ? TICK : MOST_POLL;
                        return Routines.STORE;
                    });
                });
                idle.source(IDLE).step("awake", (c, f) -> {
                    f.w[NEED] = 0;
                    f.w[OVER] = 0;
                    return StepResult.NEXT;
                });
            });
        });
        return new Parts(steps.build(), i -> {
            Steps send = Routines.put(Routines.sender(), places, i).source("kernel/sched/core.c:resched_curr");
            Routines.fence(Routines.set(send, "set need-resched", need, 1));
            Routines.read(send, "does it poll?", polling, 0);
            return send.ifEqual("it does not", 0, 0, s -> Routines.ipi(s, places))
                    .build();
        });
    }

    private static final int DUE = 1;
    private static final int LEFT = 2;
    private static final int LATE = 3;

    /** The message of slot 0 is one that the core sends itself: work that is due at an instant. */
    private static Parts deadline(Scenario.Builder scenario, Places places, boolean repaired) {
        long due = scenario.instant(places.own("due"));
        long open = scenario.word(places.own("work that is due"), 1);
        GuestCode look = Routines.look(places);
        if (places.idler() == 0) { // one handler serves all idle cores
            scenario.interrupt(IdleLoop.TIMER, Routines.nothing("timer interrupt"));
        }
        scenario.atRest(
                places.own("no timer is lost"),
                "the idle core waits for good with work whose instant has come",
                seen -> seen.word(open) == 0);
        Steps steps = Routines.idler(4).instants(DUE);
        steps.step("work is due in two ticks", (c, f) -> {
            c.store64(due, c.nowPs() + 2 * TICK);
            return Routines.STORE;
        });
        steps.forever(body -> {
            Routines.read(Routines.cli(body), "when is work due?", due, DUE);
            body.step("is it late?", (c, f) -> {
                f.w[LATE] = f.w[DUE] == 0 ? 2 : c.nowPs() >= f.w[DUE] ? 1 : 0;
                return Routines.STORE;
            });
            body.ifEqual("late", LATE, 1, work -> {
                Routines.set(work, "do it", open, 0);
                Routines.set(work, "nothing is due", due, 0);
            });
            body.ifEqual("to come", LATE, 0, timer -> {
                if (repaired) {
                    timer.step("the instant into the deadline register", (c, f) -> {
                        c.timerAt(IdleLoop.TIMER, f.w[DUE]);
                        return Routines.STORE;
                    });
                } else {
                    timer.step("how long is it?", (c, f) -> {
                        f.w[LEFT] = f.w[DUE] - c.nowPs();
                        return Routines.STORE;
                    });
                    timer.step("the difference into the count", (c, f) -> {
                        c.timerIn(IdleLoop.TIMER, f.w[LEFT]);
                        f.w[LEFT] = 0;
                        return Routines.STORE;
                    });
                }
            });
            body.step("forget it", (c, f) -> {
                f.w[DUE] = 0;
                return StepResult.NEXT;
            });
            Routines.looks(body, look);
            body.ifEqual("nothing", FOUND, 0, idle -> idle.ifEqual(
                            "not late",
                            LATE,
                            1,
                            b -> b.step("go round", (c, f) -> {
                                f.w[FOUND] = 1;
                                return StepResult.NEXT;
                            }))
                    .ifEqual("nothing", FOUND, 0, Routines::stiHlt));
            Routines.sti(body);
        });
        return new Parts(steps.build(), i -> Routines.ipi(Routines.put(Routines.sender(), places, i), places)
                .build());
    }
}
