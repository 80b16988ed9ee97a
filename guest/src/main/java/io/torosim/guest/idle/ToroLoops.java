package io.torosim.guest.idle;

import static io.torosim.guest.idle.Routines.FOUND;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import io.torosim.core.time.Picos;
import io.torosim.guest.idle.IdleLoop.Parts;
import io.torosim.guest.idle.IdleLoop.Places;
import java.util.List;

/** Toro's idle loops of three years, reduced to a core's slots of the dispatch matrix. Repaired, all are what the kernel's repairs make of them. */
final class ToroLoops {
    private static final String SCHEDULING = "Process.pas:Scheduling";
    private static final String EMIGRATING = "Process.pas:Emigrating";
    private static final int LAST = 1;
    private static final int NOW = 2;
    private static final long TICK = 100 * Picos.PER_MILLI;
    /** WAIT_IDLE_CORE_MS as the search sees it, in its ticks: the size does not matter, that it passes does. */
    private static final long WINDOW = 2 * TICK;

    private ToroLoops() {}

    static List<IdleLoop> all() {
        return List.of(
                new IdleLoop(
                        "toro-2017",
                        "Toro, commit ade8d23 (2017-11-19): a core without threads",
                        "repeat Idle := true; hlt; Idle := false; Inmigrating until there is a thread. Emigrating fills the slot and"
                                + " interrupts a core whose Idle flag is set",
                        "what came before Idle := true is looked at after the next interrupt only",
                        "Idle := true, fence, cli, look, sti; hlt",
                        0,
                        0,
                        0,
                        false,
                        true,
                        ToroLoops::of2017),
                new IdleLoop(
                        "toro-2018",
                        "Toro, commit 72b7e90 (2018-08): Scheduling with the second turn",
                        "Inmigrating twice, Idle := true, hlt, Idle := false. AddThreadMsg interrupts an idle core before Emigrating has"
                                + " filled the slot, Emigrating again after it",
                        "W2: the slot is filled and Idle read between the second look and Idle := true. W3: the interrupt comes before hlt",
                        "Idle := true, fence, cli, look, sti; hlt; the interrupt after the data alone",
                        0,
                        0,
                        0,
                        false,
                        true,
                        ToroLoops::of2018),
                new IdleLoop(
                        "toro-2020",
                        "Toro, commit 1b2762e (2020-11-09): no Idle flag, no wake-up interrupts",
                        "a thread that only polls halts its core when the last device interrupt lies more than a window back; messages"
                                + " of other cores send nothing",
                        "a message of another core, or one whose interrupt comes between the reading of the clock and hlt, waits for the"
                                + " next interrupt",
                        "the window only decides whether to try: then Idle := true, fence, cli, look, sti; hlt, and senders interrupt",
                        0,
                        TICK,
                        8 * TICK,
                        false,
                        true,
                        ToroLoops::of2020));
    }

    private static Parts of2017(Scenario.Builder scenario, Places places, boolean repaired) {
        long idle = scenario.word(places.own("Idle"));
        GuestCode look = Routines.look(places, "Process.pas:Inmigrating");
        Steps steps = Routines.idler(1).source(SCHEDULING);
        steps.forever(body -> {
            if (repaired) {
                FlagLoops.flagAndHalt(body, look, idle, true);
            } else {
                Routines.hlt(Routines.set(body, "Idle := true", idle, 1));
                Routines.looks(Routines.set(body, "Idle := false", idle, 0), look);
            }
        });
        return FlagLoops.woken(steps.build(), places, idle, EMIGRATING);
    }

    private static Parts of2018(Scenario.Builder scenario, Places places, boolean repaired) {
        long idle = scenario.word(places.own("Idle"));
        GuestCode look = Routines.look(places, "Process.pas:Inmigrating");
        Steps steps = Routines.idler(1).source(SCHEDULING);
        if (repaired) {
            steps.forever(body -> {
                Routines.looks(body, look);
                body.ifEqual("nothing", FOUND, 0, wait -> FlagLoops.flagAndHalt(wait, look, idle, true));
            });
            return FlagLoops.woken(steps.build(), places, idle, EMIGRATING);
        }
        steps.forever(body -> {
            Routines.looks(body, look);
            body.ifEqual("nothing", FOUND, 0, turn -> {
                Routines.looks(turn, look); // the second turn
                turn.ifEqual("still nothing", FOUND, 0, wait -> {
                    Routines.hlt(Routines.set(wait, "Idle := true", idle, 1));
                    Routines.set(wait, "Idle := false", idle, 0);
                });
            });
        });
        return new Parts(steps.build(), i -> {
            Steps send =
                    Routines.read(Routines.sender().source("Process.pas:AddThreadMsg"), "AddThreadMsg: Idle?", idle, 0);
            send.ifPositive("idle", 0, s -> Routines.ipi(s, places));
            Routines.put(send.source(EMIGRATING), "Emigrating: fill the slot", places, i);
            Routines.read(send, "Emigrating: Idle?", idle, 0);
            return send.ifPositive("idle", 0, s -> Routines.ipi(s, places)).build();
        });
    }

    private static Parts of2020(Scenario.Builder scenario, Places places, boolean repaired) {
        long last = scenario.instant(places.own("last interrupt"));
        long idle = scenario.word(places.own("Idle"));
        GuestCode look = Routines.look(places, "Process.pas:Inmigrating");
        Steps steps = Routines.idler(3).instants(LAST, NOW).source("SysSetCoreIdle");
        steps.step("SysSetCoreIdle is called first", (c, f) -> {
            c.store64(last, c.nowPs());
            return Routines.STORE;
        });
        steps.forever(body -> {
            Routines.looks(body, look);
            body.ifEqual("nothing", FOUND, 0, poll -> {
                Routines.read(poll, "last interrupt", last, LAST);
                poll.step("the clock", (c, f) -> {
                    f.w[NOW] = c.nowPs();
                    return Routines.STORE;
                });
                poll.step("longer than the window?", (c, f) -> {
                    f.w[FOUND] = f.w[NOW] - f.w[LAST] > WINDOW ? 2 : 0;
                    f.w[NOW] = 0;
                    f.w[LAST] = 0;
                    return Routines.STORE;
                });
                poll.ifEqual("longer", FOUND, 2, wait -> {
                    if (repaired) {
                        FlagLoops.flagAndHalt(wait, look, idle, true);
                    } else {
                        Routines.hlt(wait);
                    }
                    wait.step("the interrupt is the last one", (c, f) -> {
                        c.store64(last, c.nowPs());
                        return Routines.STORE;
                    });
                });
            });
        });
        if (repaired) {
            return FlagLoops.woken(steps.build(), places, idle, EMIGRATING);
        }
        return new Parts(steps.build(), i -> Routines.put(Routines.sender().source(EMIGRATING), places, i)
                .build());
    }
}
