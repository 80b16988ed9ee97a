package io.torosim.guest.idle;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.cost.CostModel;
import io.torosim.guest.idle.IdleLoop.Places;
import java.util.List;

/**
 * The steps that idle loops have in common, and what they take.
 *
 * <p>The lists of loops ({@link FlagLoops}, {@link HaltLoops}, {@link TimerLoops}, {@link WaitLoops}, {@link ToroLoops}) put them together as
 * {@link Steps}; {@link IdleLoop} says on which words.
 */
final class Routines {
    private static final long TSC_HZ = 2_400_000_000L;

    /** A line that another core has written, or may have. */
    static final long LINE = CostModel.standard().cyclesPs("cpu.cache_line_shared", TSC_HZ);

    static final long STORE = CostModel.standard().cyclesPs("cpu.store", TSC_HZ);
    static final long FENCE = CostModel.standard().cyclesPs("cpu.fence", TSC_HZ);

    /** The word of an idle loop's frame that a look for messages sets when it found one. */
    static final int FOUND = 0;

    /** The word of a sender's frame that holds a message's number. */
    private static final int NUMBER = 1;

    private static final int AT = 0;
    private static final int END = 1;
    private static final int MAIL = 2;

    private Routines() {}

    /** The handler of an interrupt that only ends a halt. */
    static GuestCode nothing(String interrupt) {
        return Steps.of(interrupt, 0).step("end of interrupt", (c, f) -> STORE).build();
    }

    /** Looks into each slot once and takes what is there; sets the caller's {@link #FOUND}. */
    static GuestCode look(Places places) {
        return look(places, "");
    }

    /** @param source where Toro's or a kernel's source does it */
    static GuestCode look(Places places, String source) {
        return Steps.of("look for messages", 3)
                .source(source)
                .step("begin", (c, f) -> {
                    f.w[END] = places.slots();
                    return StepResult.NEXT;
                })
                .whileLess("slots left", AT, END, body -> body.step("read a slot", (c, f) -> {
                            f.w[MAIL] = c.load64(places.slot(f.w[AT]));
                            return LINE;
                        })
                        .ifPositive("a message", MAIL, take -> {
                            if (places.numbered()) {
                                takesNoted(take, places);
                            } else {
                                takes(take, places);
                            }
                        })
                        .step("next slot", (c, f) -> {
                            f.w[AT]++;
                            return StepResult.NEXT;
                        }))
                .build();
    }

    /** A mark is cleared, and answered after that: a sender that sets it meanwhile is answered too. */
    private static void takes(Steps take, Places places) {
        take.step("take it", (c, f) -> {
            c.store64(places.slot(f.w[AT]), 0);
            c.caller().w[FOUND] = 1;
            f.w[MAIL] = 0;
            return LINE;
        });
    }

    /** A message that is more than a mark must be taken by what nothing comes between: else the next one goes with it. */
    private static void takesNoted(Steps take, Places places) {
        take.step("take it", (c, f) -> {
                    f.w[MAIL] = c.exchange64(places.slot(f.w[AT]), 0);
                    c.caller().w[FOUND] = 1;
                    return LINE;
                })
                .step("note its number", (c, f) -> {
                    c.store64(places.got(f.w[AT]), f.w[MAIL]);
                    f.w[MAIL] = 0;
                    return STORE;
                });
    }

    /** Begins an idle loop's routine with that many words, {@link #FOUND} among them. */
    static Steps idler(int words) {
        return Steps.of("idle loop", words);
    }

    /** Adds a look: {@link #FOUND} is 1 behind it if there was a message, else 0. */
    static Steps looks(Steps steps, GuestCode look) {
        return steps.step("nothing found yet", (c, f) -> {
                    f.w[FOUND] = 0;
                    return StepResult.NEXT;
                })
                .call("look", look, null);
    }

    static Steps cli(Steps steps) {
        return steps.step("cli", (c, f) -> {
            c.interrupts(false);
            return STORE;
        });
    }

    static Steps sti(Steps steps) {
        return steps.step("sti", (c, f) -> {
            c.interrupts(true);
            return STORE;
        });
    }

    static Steps hlt(Steps steps) {
        return steps.step("hlt", (c, f) -> StepResult.HALT);
    }

    static Steps stiHlt(Steps steps) {
        return steps.step("sti; hlt", (c, f) -> {
            c.interrupts(true);
            return StepResult.HALT;
        });
    }

    static Steps fence(Steps steps) {
        return steps.step("mfence", (c, f) -> {
            c.fence();
            return FENCE;
        });
    }

    static Steps set(Steps steps, String what, long word, long value) {
        return steps.step(what, (c, f) -> {
            c.store64(word, value);
            return STORE;
        });
    }

    static Steps read(Steps steps, String what, long word, int into) {
        return steps.step(what, (c, f) -> {
            f.w[into] = c.load64(word);
            return LINE;
        });
    }

    /** What is right everywhere: interrupts off, look, and only then {@code sti; hlt}. */
    static Steps lookAndHalt(Steps steps, GuestCode look) {
        looks(cli(steps), look);
        return steps.ifEqual("still nothing", FOUND, 0, Routines::stiHlt).step("sti", (c, f) -> {
            c.interrupts(true);
            return STORE;
        });
    }

    /** A sender that calls each of {@code sends} as often as word 0 says. */
    static GuestCode sends(List<GuestCode> sends) {
        return Steps.of("sender", 1)
                .whilePositive("messages left", 0, body -> {
                    body.step("the next message", (c, f) -> {
                        f.w[0]--;
                        return StepResult.NEXT;
                    });
                    for (GuestCode send : sends) {
                        body.call("send", send, null);
                    }
                })
                .build();
    }

    static Steps sender() {
        return Steps.of("send", 2);
    }

    static Steps put(Steps steps, Places places, int i) {
        return put(steps, "put the message", places, i);
    }

    static Steps put(Steps steps, String what, Places places, int i) {
        if (!places.numbered()) {
            return set(steps, what, places.slot(i), 1);
        }
        return steps.step("its number", (c, f) -> {
                    f.w[NUMBER] = c.load64(places.sent(i)) + 1;
                    return LINE;
                })
                .step("note the number", (c, f) -> {
                    c.store64(places.sent(i), f.w[NUMBER]);
                    return STORE;
                })
                .step(what, (c, f) -> {
                    c.store64(places.slot(i), f.w[NUMBER]);
                    f.w[NUMBER] = 0;
                    return STORE;
                });
    }

    static Steps ipi(Steps steps, Places places) {
        return steps.step("wake-up interrupt", (c, f) -> {
            c.sendIpi(places.idler(), IdleLoop.WAKE);
            return STORE;
        });
    }

    /** A sender under load: halts as one should, and sends once for each request. */
    static GuestCode sendsOnRequest(long requests, GuestCode send) {
        Steps steps = Steps.of("sender", 1);
        return steps.forever(body -> {
                    cli(body);
                    body.step("requests", (c, f) -> {
                        f.w[0] = c.exchange64(requests, 0);
                        return LINE;
                    });
                    body.ifEqual("none", 0, 0, Routines::stiHlt);
                    sti(body);
                    body.whilePositive("requests left", 0, each -> each.step("the next", (c, f) -> {
                                f.w[0]--;
                                return StepResult.NEXT;
                            })
                            .call("send", send, null));
                })
                .build();
    }
}
