package io.torosim.guest.idle.blind;

import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** Toro of 2020 as docs/laboratory.md describes it: a window since the last interrupt decides whether to halt; and its repair. */
final class Window2020 implements Supplier<Scenario> {
    enum Fault {
        NONE,
        /** No idle flag, senders send nothing. */
        NO_WAKE_UP,
        /** Idle := true behind the look. */
        FLAG_AFTER_LOOK,
        /** cli behind the look. */
        LOOK_OUTSIDE_CLI,
        /** The window replaces the look: halts when it is over, without looking. */
        WINDOW_REPLACES_LOOK,
        /** Window compared the wrong way round: the core never tries to halt. */
        NEVER_HALTS,
        /** The last interrupt's instant is never noted by the handler: no fault of wake-ups. */
        BENIGN_NOT_NOTED,
        /** The sender interrupts before it stores. */
        IPI_FIRST,
    }

    static final long TICK = 1_000;
    private static final int N = 0, LAST = 1, OLD = 2;
    private final Fault fault;

    Window2020(Fault fault) {
        this.fault = fault;
    }

    @Override
    public Scenario get() {
        Scenario.Builder s = Scenario.named("window-2020 " + fault);
        long box = s.word("slot"), idle = s.word("idle"), last = s.instant("last irq");
        Steps i = Steps.of("idle", 3).instants(LAST);
        i.forever(l -> {
            l.step("look", K.load(N, box));
            l.ifPositive(
                    "there",
                    N,
                    t -> t.step("take", (cpu, f) -> {
                        cpu.store64(box, 0);
                        f.w[N] = 0;
                        return 1;
                    }));
            l.step("last irq?", K.load(LAST, last));
            l.step("window over?", (cpu, f) -> {
                boolean over = f.w[LAST] == 0 || cpu.nowPs() - f.w[LAST] >= 2 * TICK;
                f.w[OLD] = over != (fault == Fault.NEVER_HALTS) ? 1 : 0;
                f.w[LAST] = 0;
                return 1;
            });
            l.ifPositive("yes", OLD, o -> {
                if (fault != Fault.FLAG_AFTER_LOOK && fault != Fault.NO_WAKE_UP)
                    o.step("idle := 1", K.store(idle, 1)).step("fence", K.fence());
                if (fault != Fault.LOOK_OUTSIDE_CLI) o.step("cli", K.cli());
                if (fault != Fault.WINDOW_REPLACES_LOOK) o.step("last look", K.load(N, box));
                if (fault == Fault.LOOK_OUTSIDE_CLI) o.step("cli", K.cli());
                if (fault == Fault.FLAG_AFTER_LOOK)
                    o.step("idle := 1", K.store(idle, 1)).step("fence", K.fence());
                o.ifEqual("none", N, 0, h -> h.step("sti; hlt", K.stiHlt()));
                o.step("sti", (cpu, f) -> {
                    cpu.interrupts(true);
                    f.w[N] = 0;
                    f.w[OLD] = 0;
                    return 1;
                });
                o.step("idle := 0", K.store(idle, 0));
            });
        });
        s.vcpu(i.build());
        Steps w = Steps.of("sender", 2);
        w.whilePositive("messages", 0, m -> {
            if (fault == Fault.IPI_FIRST) m.step("ipi", K.ipi(0));
            m.step("put", K.store(box, 1));
            if (fault != Fault.NO_WAKE_UP && fault != Fault.IPI_FIRST) {
                m.step("fence", K.fence());
                m.step("idle?", K.load(1, idle));
                m.ifPositive("yes", 1, k -> k.step("ipi", K.ipi(0)));
            }
            m.step("next", K.local(x -> {
                x[0]--;
                x[1] = 0;
            }));
        });
        s.vcpu(w.build(), 2);
        Steps h = Steps.of("wake", 1).instants(0);
        if (fault != Fault.BENIGN_NOT_NOTED)
            h.step("clock", (cpu, f) -> {
                        f.w[0] = cpu.nowPs();
                        return 1;
                    })
                    .step("note", (cpu, f) -> {
                        cpu.store64(last, f.w[0]);
                        return 1;
                    });
        else h.step("nothing", (cpu, f) -> 1);
        return s.interrupt(K.WAKE, h.build())
                .storeBuffers(1)
                .clock(TICK, 4 * TICK)
                .atRest("slot empty", "the core sleeps beside a message", l -> l.word(box) == 0)
                .alwaysPossible("can halt", "never halts again", l -> l.halted(0))
                .build();
    }
}
