package io.torosim.guest.idle;

import static io.torosim.guest.idle.Routines.FOUND;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import io.torosim.guest.idle.IdleLoop.Parts;
import io.torosim.guest.idle.IdleLoop.Places;
import java.util.List;
import java.util.function.Consumer;

/**
 * Loops that wait on memory: with {@code mwait}, or by looking for a while before they halt.
 *
 * <p>{@link IdleLoops} lists them; they are put together of {@link Routines} and {@link FlagLoops}.
 */
final class WaitLoops {
    private static final int NEED = 1;
    private static final int LEFT = 2;
    private static final int LIMIT = 3;
    private static final int SPINS = 2;
    private static final int MOST_SPINS = 2;

    private WaitLoops() {}

    static List<IdleLoop> all() {
        return List.of(
                new IdleLoop(
                        "mwait-without-look",
                        "monitor and mwait around a word",
                        "looks, arms the monitor, mwait; senders store and do not interrupt",
                        "the store comes between the look and monitor: mwait waits for the next one",
                        "monitor, look, mwait",
                        0,
                        0,
                        0,
                        true,
                        true,
                        WaitLoops::mwait),
                new IdleLoop(
                        "spin-then-halt",
                        "a bounded spin, a fixed number of looks",
                        "looks a fixed number of times, says that it halts, halts: it has looked often enough",
                        "a message after the last look and before the flag",
                        "flag, fence, one more look with interrupts off",
                        1,
                        0,
                        0,
                        false,
                        true,
                        WaitLoops::spin),
                new IdleLoop(
                        "spin-adaptive",
                        "an adaptive spin: twice as long after a success, half as long after none, down to no spin at all",
                        "the polling flag saves interrupts while it spins",
                        "the flag is cleared where the spin ends in vain only: a spin that succeeds leaves it set, and the next halt"
                                + " is one that nobody interrupts",
                        "the flag is cleared on every way out, then fence and look",
                        0,
                        0,
                        0,
                        false,
                        true,
                        WaitLoops::adaptive),
                new IdleLoop(
                        "anchor-exited",
                        "Toro 2018, ThreadExit (S-6): the scan of a ring for the thread that has left it",
                        "goes round the ring of threads from the current one until it is there again, then looks for messages and halts",
                        "the current thread has exited: the ring no longer leads to it, and the scan never ends",
                        "the successor becomes the anchor when a thread leaves",
                        0,
                        0,
                        0,
                        false,
                        true,
                        WaitLoops::anchor));
    }

    private static Parts mwait(Scenario.Builder scenario, Places places, boolean repaired) {
        long need = scenario.word(places.own("need"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(2);
        Consumer<Steps> monitor = s -> s.step("monitor", (c, f) -> {
            c.monitor(need);
            return Routines.STORE;
        });
        steps.forever(body -> {
            Routines.fence(Routines.set(body, "what is needed is answered", need, 0));
            Routines.looks(body, look);
            body.ifEqual("nothing", FOUND, 0, idle -> {
                if (repaired) {
                    monitor.accept(idle);
                    Routines.read(idle, "needed?", need, NEED);
                } else {
                    Routines.read(idle, "needed?", need, NEED);
                    monitor.accept(idle);
                }
                idle.ifEqual("no", NEED, 0, wait -> wait.step("mwait", (c, f) -> StepResult.MWAIT));
                idle.step("awake", (c, f) -> {
                    f.w[NEED] = 0;
                    return StepResult.NEXT;
                });
            });
        });
        return new Parts(steps.build(), i -> {
            Steps send = Routines.put(Routines.sender(), places, i);
            return Routines.set(send, "it is needed", need, 1).build();
        });
    }

    private static Parts spin(Scenario.Builder scenario, Places places, boolean repaired) {
        long flag = scenario.word(places.own("halted"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(3);
        steps.forever(body -> {
            body.step("begin to spin", (c, f) -> {
                f.w[LEFT] = SPINS;
                return Routines.STORE;
            });
            body.whilePositive("spins left", LEFT, spin -> {
                Routines.looks(spin, look);
                spin.step("one spin", (c, f) -> {
                    f.w[LEFT] = f.w[FOUND] == 1 ? SPINS : f.w[LEFT] - 1;
                    f.w[FOUND] = 0;
                    return StepResult.NEXT;
                });
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

    private static Parts adaptive(Scenario.Builder scenario, Places places, boolean repaired) {
        long polling = scenario.word(places.own("polling"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(4);
        steps.step("begin", (c, f) -> {
            f.w[LIMIT] = 1;
            return Routines.STORE;
        });
        steps.forever(body -> {
            body.ifPositive("spins at all", LIMIT, spins -> {
                Routines.fence(Routines.set(spins, "set the polling flag", polling, 1));
                spins.step("as long as it pays", (c, f) -> {
                    f.w[LEFT] = f.w[LIMIT];
                    return Routines.STORE;
                });
                spins.whilePositive("spins left", LEFT, spin -> {
                    Routines.looks(spin, look);
                    spin.step("one spin", (c, f) -> {
                        f.w[LEFT] = f.w[FOUND] == 1 ? 0 : f.w[LEFT] - 1;
                        return StepResult.NEXT;
                    });
                });
                spins.step("adapt", (c, f) -> {
                    f.w[LIMIT] = f.w[FOUND] == 1 ? Math.min(MOST_SPINS, 2 * f.w[LIMIT]) : f.w[LIMIT] / 2;
                    return Routines.STORE;
                });
                if (repaired) {
                    Routines.set(spins, "clear the polling flag", polling, 0);
                } else {
                    spins.ifEqual(
                            "in vain", FOUND, 0, vain -> Routines.set(vain, "clear the polling flag", polling, 0));
                }
            });
            Routines.fence(body);
            Routines.looks(Routines.cli(body), look);
            body.ifEqual("nothing", FOUND, 0, Routines::stiHlt);
            Routines.sti(body);
            body.step("a wake-up: spin again", (c, f) -> {
                f.w[LIMIT] = f.w[FOUND] == 1 ? Math.max(1, f.w[LIMIT]) : f.w[LIMIT];
                return Routines.STORE;
            });
        });
        return new Parts(steps.build(), i -> {
            Steps send = Routines.fence(Routines.put(Routines.sender(), places, i));
            Routines.read(send, "does it poll?", polling, 0);
            return send.ifEqual("it does not", 0, 0, s -> Routines.ipi(s, places))
                    .build();
        });
    }

    private static final int ANCHOR = 1;
    private static final int CANDIDATE = 2;

    private static Parts anchor(Scenario.Builder scenario, Places places, boolean repaired) {
        String scheduling = "Process.pas:Scheduling";
        // a ring of three threads, none of them ready; thread 0 is current and exits
        long ring = scenario.word(places.own("next0"), 1);
        scenario.word(places.own("next1"), 2);
        scenario.word(places.own("next2"), 0);
        GuestCode look = Routines.look(places, "Process.pas:Inmigrating");
        Steps steps = Routines.idler(3);
        steps.source("Process.pas:ThreadExit").step("thread 0 leaves the ring", (c, f) -> {
            c.store64(ring + 2 * Scenario.STRIDE, 1);
            f.w[ANCHOR] = repaired ? 1 : 0;
            f.w[CANDIDATE] = 1;
            return Routines.STORE;
        });
        steps.source(scheduling).forever(body -> {
            body.step("the first candidate", (c, f) -> {
                f.w[CANDIDATE] = c.load64(ring + Scenario.STRIDE * f.w[ANCHOR]);
                return Routines.LINE;
            });
            Steps.Mark round = new Steps.Mark();
            Steps.Mark over = new Steps.Mark();
            body.mark(round)
                    .step("round the ring?", (c, f) -> {
                        f.entry = f.w[CANDIDATE] == f.w[ANCHOR] ? over.entry() : f.entry;
                        return Routines.STORE;
                    })
                    .step("the next candidate", (c, f) -> {
                        f.w[CANDIDATE] = c.load64(ring + Scenario.STRIDE * f.w[CANDIDATE]);
                        f.entry = round.entry();
                        return Routines.LINE;
                    })
                    .mark(over);
            Routines.lookAndHalt(body, look);
        });
        return new Parts(steps.build(), i -> Routines.ipi(
                        Routines.put(Routines.sender().source("Process.pas:Emigrating"), places, i), places)
                .build());
    }
}
