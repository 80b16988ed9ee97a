package io.torosim.guest.idle.blind;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** Three cores: 0 puts two jobs into a pool and wakes one idle core each, by a mask of idle cores; 1 and 2 take one job at a time. */
final class HandOver implements Supplier<Scenario> {
    enum Fault {
        NONE,
        /** The idle core puts itself into the mask behind its look. */
        MASK_AFTER_LOOK,
        /** The waker clears the whole mask and interrupts one core. */
        BENIGN_CLEARS_WHOLE_MASK,
        /** The waker looks at the mask before it puts the job there. */
        MASK_BEFORE_JOB,
        /** A woken core takes one job and goes to sleep without looking again. */
        SLEEPS_AFTER_ONE,
        /** cli behind the look. */
        LOOK_OUTSIDE_CLI,
        /** The mask's bit is set by load, or, store. */
        BENIGN_MASK_NOT_ATOMIC,
        /** The interrupt goes to the next core up (off by one), none for core 2. */
        OFF_BY_ONE,
        /** The waker kicks core 1 only and core 1 should pass it on; it does not. */
        BENIGN_NO_HAND_OVER,
    }

    private static final int J = 0, M = 1, GOT = 2;
    private final Fault fault;

    HandOver(Fault fault) {
        this.fault = fault;
    }

    @Override
    public Scenario get() {
        Scenario.Builder s = Scenario.named("hand-over " + fault);
        long jobs = s.word("jobs"), mask = s.word("idle mask"), done = s.word("done");
        Steps w = Steps.of("giver", 2);
        w.whilePositive("jobs left", 0, m -> {
            if (fault == Fault.MASK_BEFORE_JOB) m.step("mask?", K.load(1, mask));
            m.step("one more job", K.add(jobs, 1));
            if (fault != Fault.MASK_BEFORE_JOB) {
                m.step("mask?", K.load(1, mask));
            }
            if (fault == Fault.BENIGN_CLEARS_WHOLE_MASK) m.step("clear the mask", K.xchg(1, mask, 0));
            // lowest core of the mask; the bit is taken out with compare-and-exchange, again if somebody was quicker
            m.whilePositive("somebody idles", 1, c -> {
                if (fault != Fault.BENIGN_CLEARS_WHOLE_MASK)
                    c.step("take a core out", (cpu, f) -> {
                        long bit = Long.lowestOneBit(f.w[1]);
                        long was = cpu.compareExchange64(mask, f.w[1], f.w[1] & ~bit);
                        f.w[1] = was == f.w[1] ? -bit : was;
                        return 1;
                    });
                else c.step("lowest", K.local(x -> x[1] = -Long.lowestOneBit(x[1])));
            });
            m.ifEqual("core 1", 1, -1, k -> k.step("kick 1", fault == Fault.OFF_BY_ONE ? K.ipi(2) : K.ipi(1)));
            m.ifEqual(
                    "core 2",
                    1,
                    -2,
                    k -> k.step(
                            "kick 2",
                            fault == Fault.OFF_BY_ONE || fault == Fault.BENIGN_NO_HAND_OVER ? K.ipi(0) : K.ipi(2)));
            m.step("next", K.local(x -> {
                x[0]--;
                x[1] = 0;
            }));
        });
        s.vcpu(w.build(), 2);
        for (int c = 1; c <= 2; c++) s.vcpu(idler(c, jobs, mask, done));
        return s.interrupt(K.WAKE, K.handler("wake"))
                .storeBuffers(1)
                .atRest("no job waits", "all cores sleep beside a job", l -> l.word(jobs) == 0)
                .atRest("all done", "a job was lost", l -> l.word(done) == 2)
                .alwaysPossible("both can halt", "the two idle cores never sleep both", l -> l.halted(1) && l.halted(2))
                .build();
    }

    private GuestCode idler(int c, long jobs, long mask, long done) {
        long bit = 1L << (c - 1);
        Steps i = Steps.of("idler" + c, 3);
        i.forever(l -> {
            l.step("jobs?", K.load(J, jobs));
            l.whilePositive("some", J, t -> {
                t.step("take one", (cpu, f) -> {
                    long was = cpu.compareExchange64(jobs, f.w[J], f.w[J] - 1);
                    f.w[GOT] = was == f.w[J] ? 1 : 0;
                    f.w[J] = was == f.w[J] ? 0 : was;
                    return 1;
                });
            });
            l.ifPositive("got one", GOT, g -> {
                g.step("do it", K.add(done, 1));
                if (fault != Fault.SLEEPS_AFTER_ONE)
                    g.step("look for more", (cpu, f) -> {
                        f.w[GOT] = 0;
                        f.w[J] = cpu.load64(jobs);
                        return 1;
                    });
                else
                    g.step("enough", K.local(w -> {
                        w[GOT] = 0;
                        w[J] = 0;
                    }));
            });
            l.ifEqual("no more", J, 0, h -> {
                if (fault != Fault.LOOK_OUTSIDE_CLI) h.step("cli", K.cli());
                if (fault != Fault.MASK_AFTER_LOOK) setBit(h, mask, bit);
                if (fault == Fault.SLEEPS_AFTER_ONE) h.step("(no look)", K.local(w -> w[J] = 0));
                else h.step("last look", K.load(J, jobs));
                if (fault == Fault.MASK_AFTER_LOOK) setBit(h, mask, bit);
                if (fault == Fault.LOOK_OUTSIDE_CLI) h.step("cli", K.cli());
                h.ifEqual("none", J, 0, z -> z.step("sti; hlt", K.stiHlt()));
                h.step("sti", (cpu, f) -> {
                    cpu.interrupts(true);
                    f.w[J] = 0;
                    return 1;
                });
                h.step("mask?", K.load(M, mask));
                h.step("in it?", K.local(w -> w[M] = (w[M] & bit) != 0 ? w[M] : 0));
                h.whilePositive(
                        "out of the mask",
                        M,
                        o -> o.step("try", (cpu, f) -> {
                            long was = cpu.compareExchange64(mask, f.w[M], f.w[M] & ~bit);
                            f.w[M] = was == f.w[M] || (was & bit) == 0 ? 0 : was;
                            return 1;
                        }));
            });
            l.step("round", K.local(w -> {
                w[J] = 0;
                w[M] = 0;
                w[GOT] = 0;
            }));
        });
        return i.build();
    }

    private void setBit(Steps h, long mask, long bit) {
        if (fault == Fault.BENIGN_MASK_NOT_ATOMIC) {
            h.step("read the mask", K.load(M, mask));
            h.step("write the mask", (cpu, f) -> {
                cpu.store64(mask, f.w[M] | bit);
                f.w[M] = 0;
                return 1;
            });
            h.step("fence", K.fence());
        } else
            h.step("into the mask", (cpu, f) -> {
                cpu.add64(mask, bit);
                return 1;
            });
    }
}
