package io.torosim.guest.idle.blind;

import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** A card with an interrupt mask at a port and an edge interrupt: the driver polls with the interrupt masked and unmasks before it halts. */
final class Napi implements Supplier<Scenario> {
    enum Fault {
        NONE,
        /** No look between unmasking and hlt. */
        RECHECK_MISSING,
        /** The look is made before the unmasking. */
        LOOK_BEFORE_UNMASK,
        /** Interrupts are enabled between look and hlt. */
        STI_BEFORE_LOOK,
        /** The handler forgets to mask: costs interrupts only. */
        BENIGN_HANDLER_DOES_NOT_MASK,
        /** The unmasking is forgotten after the second poll. */
        STAYS_MASKED,
    }

    private static final int PORT = 0x60, IRQ = 70, N = 0;
    private final Fault fault;

    Napi(Fault fault) {
        this.fault = fault;
    }

    @Override
    public Scenario get() {
        Scenario.Builder s = Scenario.named("napi " + fault);
        long ring = s.word("ring"), on = s.word("irq on", 1), done = s.word("done");
        Steps d = Steps.of("driver", 1);
        d.forever(l -> {
            l.step("poll the ring", K.xchg(N, ring, 0));
            l.ifPositive(
                    "frames",
                    N,
                    p -> p.step("hand up", (cpu, f) -> {
                        cpu.add64(done, f.w[N]);
                        f.w[N] = 0;
                        return 1;
                    }));
            if (fault != Fault.STI_BEFORE_LOOK) l.step("cli", K.cli());
            if (fault == Fault.LOOK_BEFORE_UNMASK) l.step("look", K.load(N, ring));
            if (fault != Fault.STAYS_MASKED)
                l.step("unmask", (cpu, f) -> {
                    cpu.out(PORT, 1, 1);
                    return 1;
                });
            if (fault != Fault.LOOK_BEFORE_UNMASK && fault != Fault.RECHECK_MISSING) l.step("look", K.load(N, ring));
            l.ifEqual("none", N, 0, h -> {
                if (fault == Fault.STI_BEFORE_LOOK) h.step("hlt", K.hlt());
                else h.step("sti; hlt", K.stiHlt());
            });
            l.step("sti", (cpu, f) -> {
                cpu.interrupts(true);
                f.w[N] = 0;
                return 1;
            });
        });
        s.vcpu(d.build());
        Steps h = Steps.of("card interrupt", 0);
        if (fault == Fault.BENIGN_HANDLER_DOES_NOT_MASK) h.step("nothing", (cpu, f) -> 1);
        else
            h.step("mask", (cpu, f) -> {
                cpu.out(PORT, 1, 0);
                return 1;
            });
        s.interrupt(IRQ, h.build());
        s.port(PORT, (hand, write, value) -> {
            if (write) hand.store(on, value);
            return (int) hand.word(on);
        });
        s.willCome("a frame", 3, l -> true, hand -> {
            hand.store(ring, hand.word(ring) + 1);
            if (hand.word(on) != 0) hand.raise(0, IRQ);
        });
        return s.atRest("ring empty", "the core sleeps beside a frame", l -> l.word(ring) == 0)
                .atRest("all frames", "a frame was lost", l -> l.word(done) == 3)
                .build();
    }
}
