package io.torosim.guest.idle;

import static io.torosim.guest.idle.Routines.FOUND;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import io.torosim.guest.idle.IdleLoop.Parts;
import io.torosim.guest.idle.IdleLoop.Places;
import java.util.List;

/** Loops whose senders leave the interrupt out where a flag says that it is not needed. */
final class FlagLoops {
    private FlagLoops() {}

    static List<IdleLoop> all() {
        return List.of(
                loop(
                        "flag-after-look",
                        "is-it-halted flags that are set last",
                        "cli, look, then sets its halted flag, sti; hlt; senders interrupt only a core whose flag is set",
                        "a message between the look and the flag: the sender sees a core that is awake",
                        "the flag first, a fence, then the look",
                        1,
                        FlagLoops::flagAfterLook),
                loop(
                        "flag-read-before-data",
                        "senders that decide first and publish then",
                        "the sender reads the halted flag, stores the message, interrupts if the flag was set",
                        "the core looks and halts between the sender's reading and its store",
                        "store, fence, then read the flag",
                        1,
                        FlagLoops::readBeforeData),
                loop(
                        "flag-without-fence",
                        "the right order in the source, no fence behind the flag's store",
                        "sets the flag, looks, sti; hlt",
                        "the flag is still in the store buffer while the look is done: neither sees the other",
                        "mfence between the flag and the look",
                        1,
                        (scenario, places, repaired) -> fenced(scenario, places, repaired, true)),
                loop(
                        "sender-without-fence",
                        "the same on the other side",
                        "the sender stores the message and reads the flag",
                        "the message is still in the store buffer while the flag is read",
                        "mfence between the message and the reading",
                        1,
                        (scenario, places, repaired) -> fenced(scenario, places, true, repaired)),
                loop(
                        "polling-flag-late",
                        "TIF_POLLING_NRFLAG and need_resched as in Linux's default_idle, with the steps in the wrong order",
                        "polls need-resched with the polling flag set; senders set need-resched and interrupt only a core"
                                + " that does not poll; the flag is cleared after the last look",
                        "a message between the last look and the clearing is left to a poll that is over",
                        "clear the flag, fence, look once more with interrupts off, sti; hlt",
                        1,
                        FlagLoops::polling));
    }

    private static IdleLoop loop(
            String name, String origin, String words, String hazard, String repair, int buffers, IdleLoop.Form form) {
        return new IdleLoop(name, origin, words, hazard, repair, buffers, 0, 0, false, true, form);
    }

    /** Store, fence, interrupt if the flag is set. */
    static Parts woken(GuestCode idler, Places places, long flag) {
        return woken(idler, places, flag, "");
    }

    static Parts woken(GuestCode idler, Places places, long flag, String source) {
        return new Parts(idler, i -> {
            Steps send = Routines.fence(Routines.put(Routines.sender().source(source), places, i));
            Routines.read(send, "does it say that it halts?", flag, 0);
            return send.ifPositive("it halts", 0, s -> Routines.ipi(s, places)).build();
        });
    }

    /** Flag, fence, look, halt, flag: what is right where a flag saves interrupts. */
    static Steps flagAndHalt(Steps steps, GuestCode look, long flag, boolean fenced) {
        Routines.set(Routines.cli(steps), "say that it halts", flag, 1);
        if (fenced) {
            Routines.fence(steps);
        }
        Routines.looks(steps, look);
        steps.ifEqual("nothing", FOUND, 0, Routines::stiHlt);
        return Routines.set(Routines.sti(steps), "say that it is awake", flag, 0);
    }

    private static Parts flagAfterLook(Scenario.Builder scenario, Places places, boolean repaired) {
        long flag = scenario.word(places.own("halted"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(1);
        steps.forever(body -> {
            if (repaired) {
                flagAndHalt(body, look, flag, true);
            } else {
                Routines.looks(Routines.cli(body), look);
                body.ifEqual("nothing", FOUND, 0, idle -> {
                    Routines.set(idle, "say that it halts", flag, 1);
                    Routines.stiHlt(idle);
                    Routines.set(idle, "say that it is awake", flag, 0);
                });
                Routines.sti(body);
            }
        });
        return woken(steps.build(), places, flag);
    }

    private static Parts readBeforeData(Scenario.Builder scenario, Places places, boolean repaired) {
        long flag = scenario.word(places.own("halted"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(1);
        steps.forever(body -> flagAndHalt(body, look, flag, true));
        if (repaired) {
            return woken(steps.build(), places, flag);
        }
        return new Parts(steps.build(), i -> {
            Steps send = Routines.read(Routines.sender(), "does it say that it halts?", flag, 0);
            Routines.put(send, places, i);
            return send.ifPositive("it does", 0, s -> Routines.ipi(s, places)).build();
        });
    }

    private static Parts fenced(Scenario.Builder scenario, Places places, boolean idlerFenced, boolean senderFenced) {
        long flag = scenario.word(places.own("halted"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(1);
        steps.forever(body -> flagAndHalt(body, look, flag, idlerFenced));
        if (senderFenced) {
            return woken(steps.build(), places, flag);
        }
        return new Parts(steps.build(), i -> {
            Steps send = Routines.put(Routines.sender(), places, i);
            Routines.read(send, "does it say that it halts?", flag, 0);
            return send.ifPositive("it halts", 0, s -> Routines.ipi(s, places)).build();
        });
    }

    private static final int NEED = 1;

    private static Parts polling(Scenario.Builder scenario, Places places, boolean repaired) {
        long polling = scenario.word(places.own("polling"));
        long need = scenario.word(places.own("need-resched"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(2);
        steps.source("kernel/sched/idle.c:do_idle").forever(body -> {
            Routines.fence(Routines.set(body, "set the polling flag", polling, 1));
            Routines.fence(Routines.set(body, "need-resched is answered", need, 0));
            Routines.looks(body, look);
            body.ifEqual("nothing to run", FOUND, 0, idle -> {
                Routines.cli(idle);
                if (repaired) {
                    Routines.fence(Routines.set(idle, "clear the polling flag", polling, 0));
                    Routines.read(idle, "need-resched?", need, NEED);
                } else {
                    Routines.read(idle, "need-resched?", need, NEED);
                    Routines.set(idle, "clear the polling flag", polling, 0);
                }
                idle.ifEqual("no", NEED, 0, Routines::stiHlt);
                Routines.sti(idle);
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
}
