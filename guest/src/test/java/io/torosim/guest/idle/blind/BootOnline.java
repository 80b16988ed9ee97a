package io.torosim.guest.idle.blind;

import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** boot-before-first-look as described, plus a spin before it and a second core that brings the first one up. */
final class BootOnline implements Supplier<Scenario> {
    enum Fault {
        NONE,
        /** Looks, then says that it is online. */
        ONLINE_AFTER_LOOK,
        /** No fence behind "online". */
        NO_FENCE,
        /** Says online before its interrupts can come: halts without sti. */
        HALTS_WITHOUT_STI,
        /** The bringer waits for online spinning on another word. */
        WAITS_ON_WRONG_WORD,
        /** The bringer takes "started" for "online" and keeps the message back for an interrupt that is never sent. */
        STARTED_IS_NOT_ONLINE,
    }

    private final Fault fault;

    BootOnline(Fault fault) {
        this.fault = fault;
    }

    @Override
    public Scenario get() {
        Scenario.Builder s = Scenario.named("boot-online " + fault);
        long started = s.word("started"),
                online = s.word("online"),
                box = s.word("slot"),
                got = s.word("got"),
                never = s.word("never");
        Steps ap = Steps.of("secondary", 1);
        ap.step("started := 1", K.store(started, 1));
        ap.step("set up", (c, f) -> 1);
        ap.step("cli", K.cli());
        if (fault != Fault.ONLINE_AFTER_LOOK) {
            ap.step("online := 1", K.store(online, 1));
            if (fault != Fault.NO_FENCE) ap.step("fence", K.fence());
        }
        ap.step("first look", K.load(0, box));
        if (fault == Fault.ONLINE_AFTER_LOOK)
            ap.step("online := 1", K.store(online, 1)).step("fence", K.fence());
        ap.ifEqual("empty", 0, 0, e -> {
            if (fault == Fault.HALTS_WITHOUT_STI) e.step("hlt", K.hlt());
            else e.step("sti; hlt", K.stiHlt());
            e.step("look", K.load(0, box));
        });
        ap.ifPositive("there", 0, g -> g.step("got", K.store(got, 1)));
        s.vcpu(ap.build());
        Steps b = Steps.of("bringer", 1);
        b.step("not yet", K.local(w -> w[0] = 0));
        b.step("again", K.local(w -> w[0] = 1));
        b.whilePositive(
                "until it has started",
                0,
                w -> w.step("started?", (c, f) -> {
                    f.w[0] = c.load64(fault == Fault.WAITS_ON_WRONG_WORD ? never : started) != 0 ? 0 : 1;
                    return 1;
                }));
        b.step("put", K.store(box, 1));
        b.step("fence", K.fence());
        b.step("online?", K.load(0, online));
        if (fault == Fault.STARTED_IS_NOT_ONLINE) b.step("(taken for offline)", K.local(w -> w[0] = 0));
        b.ifPositive("yes", 0, k -> k.step("ipi", K.ipi(0)));
        s.vcpu(b.build());
        return s.interrupt(K.WAKE, K.handler("wake"))
                .storeBuffers(1)
                .atRest("got it", "the secondary core sleeps beside its first message", l -> l.word(got) == 1)
                .alwaysPossible("both end", "somebody waits for ever", l -> l.over(0) && l.over(1))
                .build();
    }
}
