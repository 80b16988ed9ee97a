package io.torosim.guest.idle;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.IntFunction;

/**
 * One idle loop: a core that takes messages out of slots and waits when there are none, and other cores that put messages there and wake it.
 *
 * @param name on the command line
 * @param origin where it was seen
 * @param words what it does, in words
 * @param hazard what goes wrong in the faithful form
 * @param repair what the repaired form does instead
 * @param storeBuffers stores that a core may hold back, 0 where the order of visible stores is not the point
 * @param tickPs a tick of the search's clock; 0 for none
 * @param horizonPs beyond which times are not told apart
 * @param mwait whether it waits with {@code mwait}
 * @param mustHalt whether it must be able to come to a halt from every state
 * @param form how it is written
 */
public record IdleLoop(
        String name,
        String origin,
        String words,
        String hazard,
        String repair,
        int storeBuffers,
        long tickPs,
        long horizonPs,
        boolean mwait,
        boolean mustHalt,
        Form form) {

    /** Vector of the wake-up interrupt. */
    public static final int WAKE = 80;
    /** Vector of the idle core's timer. */
    public static final int TIMER = 64;
    /** Vector of the event from outside that makes a sender send, where a machine runs it under load. */
    public static final int REQUEST = 48;

    /** The idle core: vCPU 0, as a device's interrupts go there too. */
    public static final int IDLER = 0;

    /** How a loop is written. */
    @FunctionalInterface
    public interface Form {
        /** Adds its words to a scenario and returns its routines. */
        Parts on(Scenario.Builder scenario, Places places, boolean repaired);
    }

    /**
     * Its routines.
     *
     * @param idler the program of the idle core, which never ends
     * @param sender what sender {@code i} calls to put a message into its slot and wake the idle core
     */
    public record Parts(GuestCode idler, IntFunction<GuestCode> sender) {}

    /**
     * Where messages lie: slot {@code i}, a word that is 1 while a message is in it.
     *
     * @param mail address of slot 0
     * @param slots how many, one to a sender
     */
    public record Places(long mail, int slots) {
        /** Returns the address of a slot. */
        public long slot(long i) {
            return mail + Scenario.STRIDE * i;
        }
    }

    /**
     * Returns the loop with its senders as a scenario for the search.
     *
     * @param cores in [2, 33]: the idle core and senders
     * @param messages that each sender sends, at least 1
     */
    public Scenario scenario(boolean repaired, int cores, int messages) {
        if (cores < 2 || cores > 33 || messages < 1) {
            throw new IllegalArgumentException(
                    "cores must be in [2, 33] and messages at least 1, cores=" + cores + ", messages=" + messages);
        }
        Scenario.Builder builder = builder(repaired);
        Places places = places(builder, cores - 1);
        Parts parts = form.on(builder, places, repaired);
        builder.vcpu(parts.idler());
        for (int i = 0; i < cores - 1; i++) {
            GuestCode send = parts.sender().apply(i);
            builder.vcpu(
                    Steps.of("sender", 1)
                            .whilePositive("messages left", 0, body -> body.step("the next message", (c, f) -> {
                                        f.w[0]--;
                                        return StepResult.NEXT;
                                    })
                                    .call("send", send, null))
                            .build(),
                    messages);
        }
        builder.interrupt(WAKE, Routines.nothing());
        return keepsTo(builder, places).build();
    }

    /** Returns the loop with one sender that sends whenever the stimulus {@code request} comes, for a machine under load. */
    public Scenario underLoad(boolean repaired) {
        Scenario.Builder builder = builder(repaired);
        Places places = places(builder, 1);
        Parts parts = form.on(builder, places, repaired);
        builder.vcpu(parts.idler());
        long requests = builder.word("requests");
        builder.vcpu(Routines.sendsOnRequest(requests, parts.sender().apply(0)));
        builder.interrupt(WAKE, Routines.nothing());
        builder.interrupt(REQUEST, Routines.nothing());
        builder.mayCome("request", 100, look -> true, hand -> {
            hand.store(requests, hand.word(requests) + 1);
            hand.raise(1, REQUEST);
        });
        return keepsTo(builder, places).build();
    }

    private Scenario.Builder builder(boolean repaired) {
        Scenario.Builder builder =
                Scenario.named(name + (repaired ? " repaired" : "")).storeBuffers(storeBuffers);
        return tickPs == 0 ? builder : builder.clock(tickPs, horizonPs);
    }

    private static Places places(Scenario.Builder builder, int slots) {
        long mail = builder.word("mail0");
        for (int i = 1; i < slots; i++) {
            builder.word("mail" + i);
        }
        return new Places(mail, slots);
    }

    private Scenario.Builder keepsTo(Scenario.Builder builder, Places places) {
        builder.atRest("no wake-up is lost", "the idle core waits for good with a message in a slot", look -> {
            for (int i = 0; i < places.slots(); i++) {
                if (look.word(places.slot(i)) != 0) {
                    return false;
                }
            }
            return true;
        });
        if (mustHalt) {
            builder.alwaysPossible(
                    "it can halt", "the idle core can never come to a halt again", look -> look.halted(IDLER));
        }
        return builder;
    }

    @Override
    public String toString() {
        return name;
    }
}
