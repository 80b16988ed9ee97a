package io.torosim.guest.idle.blind;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** The catalogue's ipi-already-sent as docs/laboratory.md describes it: an interrupt is sent by whoever is first to set a flag. */
final class IpiOnce implements Supplier<Scenario> {
    enum Fault {
        NONE,
        /** docs: "cleared before cli, the one interrupt there is may be gone before the look". */
        CLEAR_BEFORE_CLI,
        /** The flag is cleared behind the look. */
        CLEAR_AFTER_LOOK,
        /** No fence between clearing and look. */
        NO_FENCE,
        /** The sender sets the flag before it puts the message there. */
        FLAG_BEFORE_MESSAGE,
        /** The sender loads and stores the flag, no fence behind the message. */
        SENDER_PLAIN_FLAG,
        /** The sender's flag is never cleared again by the idle core after the first time. */
        CLEARED_ONCE,
        /** The interrupt handler clears the flag and nobody else does. */
        BENIGN_HANDLER_CLEARS,
    }

    private final Fault fault;
    private final int senders, messages, buffers;

    IpiOnce(Fault fault, int senders, int messages, int buffers) {
        this.fault = fault;
        this.senders = senders;
        this.messages = messages;
        this.buffers = buffers;
    }

    @Override
    public Scenario get() {
        Scenario.Builder s = Scenario.named("ipi-once " + fault);
        long[] slot = new long[senders];
        for (int i = 0; i < senders; i++) slot[i] = s.word("slot" + i);
        long flag = s.word("sent");
        Steps i = Steps.of("idle", 3);
        if (fault == Fault.CLEARED_ONCE) i.step("sent := 0", K.store(flag, 0));
        i.forever(l -> {
            boolean clears = fault != Fault.CLEARED_ONCE && fault != Fault.BENIGN_HANDLER_CLEARS;
            if (fault == Fault.CLEAR_BEFORE_CLI) l.step("sent := 0", K.store(flag, 0));
            l.step("cli", K.cli());
            if (clears && fault != Fault.CLEAR_BEFORE_CLI && fault != Fault.CLEAR_AFTER_LOOK)
                l.step("sent := 0", K.store(flag, 0));
            if (fault != Fault.NO_FENCE) l.step("fence", K.fence());
            l.step("none yet", K.local(w -> w[1] = 0));
            for (int c = 0; c < senders; c++) {
                long at = slot[c];
                l.step("look " + c, K.load(0, at));
                l.ifPositive(
                        "there",
                        0,
                        t -> t.step("take", (cpu, f) -> {
                            cpu.store64(at, 0);
                            f.w[0] = 0;
                            f.w[1] = 1;
                            return 1;
                        }));
            }
            if (clears && fault == Fault.CLEAR_AFTER_LOOK) {
                l.step("sent := 0", K.store(flag, 0));
                l.step("fence", K.fence());
            }
            l.ifEqual("nothing", 1, 0, h -> h.step("sti; hlt", K.stiHlt()));
            l.step("sti", (cpu, f) -> {
                cpu.interrupts(true);
                f.w[1] = 0;
                return 1;
            });
        });
        s.vcpu(i.build());
        for (int c = 0; c < senders; c++) {
            long at = slot[c];
            Steps w = Steps.of("sender" + c, 2);
            w.whilePositive("messages", 0, m -> {
                if (fault == Fault.FLAG_BEFORE_MESSAGE) m.step("first?", K.xchg(1, flag, 1));
                m.step("put", K.store(at, 1));
                if (fault == Fault.SENDER_PLAIN_FLAG) {
                    m.step("first?", K.load(1, flag));
                    m.step("sent := 1", K.store(flag, 1));
                } else if (fault != Fault.FLAG_BEFORE_MESSAGE) m.step("first?", K.xchg(1, flag, 1));
                m.ifEqual("yes", 1, 0, k -> k.step("ipi", K.ipi(0)));
                m.step("next", K.local(x -> {
                    x[0]--;
                    x[1] = 0;
                }));
            });
            s.vcpu(w.build(), messages);
        }
        GuestCode h = fault == Fault.BENIGN_HANDLER_CLEARS
                ? Steps.of("wake", 0).step("sent := 0", K.store(flag, 0)).build()
                : K.handler("wake");
        s.interrupt(K.WAKE, h).storeBuffers(buffers);
        s.atRest("slots empty", "the core sleeps beside a message", l -> {
            for (long x : slot) if (l.word(x) != 0) return false;
            return true;
        });
        s.alwaysPossible("can halt", "never halts again", l -> l.halted(0));
        return s.build();
    }
}
