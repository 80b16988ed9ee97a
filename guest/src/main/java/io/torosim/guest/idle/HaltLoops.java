package io.torosim.guest.idle;

import static io.torosim.guest.idle.Routines.FOUND;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import io.torosim.guest.idle.IdleLoop.Parts;
import io.torosim.guest.idle.IdleLoop.Places;
import java.util.List;

/** Loops whose senders always send the wake-up interrupt: what is between the look and the halt decides. */
final class HaltLoops {
    private HaltLoops() {}

    static List<IdleLoop> all() {
        return List.of(
                loop(
                        "look-then-hlt",
                        "the plain form; Toro since 2017, and many a first kernel",
                        "looks with interrupts enabled, then hlt; senders always interrupt",
                        "the interrupt comes between the look and hlt, is handled, and ends no halt",
                        "cli, look, sti; hlt",
                        0,
                        HaltLoops::lookThenHlt),
                loop(
                        "sti-then-hlt",
                        "hobby kernels in high-level languages whose enable() and halt() are two calls",
                        "cli, look, sti, and then hlt as an instruction of its own that something may come before",
                        "the pending interrupt is taken between sti and hlt",
                        "sti and hlt side by side: the processor takes nothing between them",
                        0,
                        HaltLoops::stiThenHlt),
                loop(
                        "x2apic-overtakes",
                        "x2APIC: a write to a model-specific register waits for no store (Linux has weak_wrmsr_fence for it)",
                        "senders store the message and write the interrupt command; the idle loop is right",
                        "the interrupt overtakes the store: the core wakes, finds nothing, halts; then the message shows",
                        "mfence before the write",
                        2,
                        HaltLoops::x2apic),
                loop(
                        "boot-before-first-look",
                        "secondary cores that are handed work before they have come to their first look at a queue",
                        "looks once, says that it is online, halts; senders interrupt only cores that are online",
                        "a message between the look and the word online: no interrupt is sent for it",
                        "online first, then a fence, then the look",
                        1,
                        HaltLoops::boot),
                loop(
                        "ipi-already-sent",
                        "interrupts that are saved because one is under way already (kick flags, call-function queues)",
                        "a sender interrupts only if it is the first to set the flag; the idle core looks, then clears it",
                        "a message between the look and the clearing has no interrupt of its own",
                        "cli, then the flag is cleared, fence, look: cleared before cli, the one interrupt there is may be gone before the look",
                        0,
                        HaltLoops::alreadySent));
    }

    private static IdleLoop loop(
            String name, String origin, String words, String hazard, String repair, int buffers, IdleLoop.Form form) {
        return new IdleLoop(name, origin, words, hazard, repair, buffers, 0, 0, false, true, form);
    }

    private static Parts always(GuestCode idler, Places places) {
        return new Parts(idler, i -> Routines.ipi(Routines.put(Routines.sender(), places, i), places)
                .build());
    }

    private static Parts lookThenHlt(Scenario.Builder scenario, Places places, boolean repaired) {
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(1);
        steps.forever(body -> {
            if (repaired) {
                Routines.lookAndHalt(body, look);
            } else {
                Routines.looks(body, look);
                body.ifEqual("nothing", FOUND, 0, Routines::hlt);
            }
        });
        return always(steps.build(), places);
    }

    private static Parts stiThenHlt(Scenario.Builder scenario, Places places, boolean repaired) {
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(1);
        steps.forever(body -> {
            if (repaired) {
                Routines.lookAndHalt(body, look);
            } else {
                Routines.looks(Routines.cli(body), look);
                Routines.sti(body);
                body.ifEqual("nothing", FOUND, 0, Routines::hlt);
            }
        });
        return always(steps.build(), places);
    }

    private static Parts x2apic(Scenario.Builder scenario, Places places, boolean repaired) {
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(1);
        steps.forever(body -> Routines.lookAndHalt(body, look));
        return new Parts(steps.build(), i -> {
            Steps send = Routines.put(Routines.sender(), places, i);
            if (repaired) {
                Routines.fence(send.source("weak_wrmsr_fence"));
            }
            return send.source("")
                    .step("wake-up interrupt by x2APIC", (c, f) -> {
                        c.sendIpiX2(places.idler(), IdleLoop.WAKE);
                        return Routines.STORE;
                    })
                    .build();
        });
    }

    private static Parts boot(Scenario.Builder scenario, Places places, boolean repaired) {
        long online = scenario.word(places.own("online"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(1);
        Routines.cli(steps);
        if (repaired) {
            Routines.fence(Routines.set(steps, "say that it is online", online, 1));
            Routines.looks(steps, look);
        } else {
            Routines.looks(steps, look);
            Routines.set(steps, "say that it is online", online, 1);
        }
        steps.ifEqual("nothing", FOUND, 0, Routines::stiHlt);
        Routines.sti(steps);
        steps.forever(body -> Routines.lookAndHalt(body, look));
        return new Parts(steps.build(), i -> {
            Steps send = Routines.fence(Routines.put(Routines.sender(), places, i));
            Routines.read(send, "is it online?", online, 0);
            return send.ifPositive("online", 0, s -> Routines.ipi(s, places)).build();
        });
    }

    private static Parts alreadySent(Scenario.Builder scenario, Places places, boolean repaired) {
        long sent = scenario.word(places.own("sent"));
        GuestCode look = Routines.look(places);
        Steps steps = Routines.idler(1);
        steps.forever(body -> {
            if (repaired) {
                Routines.fence(Routines.set(Routines.cli(body), "clear the flag", sent, 0));
                Routines.looks(body, look);
            } else {
                Routines.looks(Routines.cli(body), look);
                Routines.set(body, "clear the flag", sent, 0);
            }
            body.ifEqual("nothing", FOUND, 0, Routines::stiHlt);
            Routines.sti(body);
        });
        return new Parts(steps.build(), i -> {
            Steps send = Routines.put(Routines.sender(), places, i);
            send.step("first to set the flag?", (c, f) -> {
                f.w[0] = 1 - c.exchange64(sent, 1);
                return Routines.LINE;
            });
            return send.ifPositive("first", 0, s -> Routines.ipi(s, places)).build();
        });
    }
}
