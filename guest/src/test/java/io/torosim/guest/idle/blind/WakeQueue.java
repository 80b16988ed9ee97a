package io.torosim.guest.idle.blind;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** A queue of two wakers with a halted flag that the waker claims (xchg), so that one interrupt is sent for each sleep. */
final class WakeQueue implements Supplier<Scenario> {
    enum Fault {
        NONE,
        /** halted := 1 behind the look. */
        FLAG_AFTER_LOOK,
        /** halted := 1 is a plain store with no fence. */
        NO_FENCE,
        /** The flag is claimed before the push. */
        CLAIM_BEFORE_PUSH,
        /** The push is load, add, store. */
        PUSH_NOT_ATOMIC,
        /** The consumer loads the queue and stores 0. */
        TAKE_NOT_ATOMIC,
        /** The waker reads the flag, interrupts, then clears the flag. */
        FLAG_CLEARED_AFTER_IPI,
        /** The look at the queue is made before cli. */
        LOOK_OUTSIDE_CLI,
        /** Only every second push kicks (wrong parity bound). */
        KICKS_ONLY_IF_QUEUE_WAS_NOT_EMPTY,
        /** Consumer takes one of the queue and halts without another look. */
        TAKES_ONE_THEN_HALTS,
        /** Not a fault: an awake core leaves the flag set. */
        BENIGN_FLAG_STAYS_SET,
        /** Not a fault: interrupt only if the queue was empty before. */
        BENIGN_ONLY_IF_WAS_EMPTY,
        /** mfence in place of xchg at the waker is behind the read of the flag. */
        WAKER_FENCE_TOO_LATE,
    }

    private static final int N = 0, OLD = 1, FLAG = 2;
    private final Fault fault;
    private final int wakers, messages;

    WakeQueue(Fault fault, int wakers, int messages) {
        this.fault = fault;
        this.wakers = wakers;
        this.messages = messages;
    }

    @Override
    public Scenario get() {
        Scenario.Builder s = Scenario.named("wake-queue " + fault);
        long q = s.word("queue"), halted = s.word("halted"), done = s.word("done");
        Steps idle = Steps.of("idle", 3);
        idle.forever(l -> {
            if (fault == Fault.TAKE_NOT_ATOMIC) {
                l.step("load the queue", K.load(N, q));
                l.ifPositive("some", N, t -> t.step("empty it", K.store(q, 0)));
            } else if (fault == Fault.TAKES_ONE_THEN_HALTS) {
                l.step("peek", K.load(N, q));
                l.ifPositive(
                        "some",
                        N,
                        t -> t.step("take one", (cpu, f) -> {
                            cpu.add64(q, -1);
                            f.w[N] = 1;
                            return 1;
                        }));
            } else l.step("take all", K.xchg(N, q, 0));
            l.ifPositive(
                    "some",
                    N,
                    t -> t.step("run", (cpu, f) -> {
                        cpu.add64(done, f.w[N]);
                        f.w[N] = 0;
                        return 1;
                    }));
            if (fault != Fault.LOOK_OUTSIDE_CLI) l.step("cli", K.cli());
            if (fault != Fault.FLAG_AFTER_LOOK) {
                l.step("halted := 1", K.store(halted, 1));
                if (fault != Fault.NO_FENCE) l.step("fence", K.fence());
            }
            if (fault == Fault.TAKES_ONE_THEN_HALTS) l.step("look (forgotten)", K.local(w -> w[N] = 0));
            else l.step("look", K.load(N, q));
            if (fault == Fault.FLAG_AFTER_LOOK) {
                l.step("halted := 1", K.store(halted, 1));
                l.step("fence", K.fence());
            }
            if (fault == Fault.LOOK_OUTSIDE_CLI) l.step("cli", K.cli());
            l.ifEqual("empty", N, 0, h -> h.step("sti; hlt", K.stiHlt()));
            l.step("sti", (cpu, f) -> {
                cpu.interrupts(true);
                f.w[N] = 0;
                return 1;
            });
            if (fault != Fault.BENIGN_FLAG_STAYS_SET) l.step("halted := 0", K.store(halted, 0));
        });
        s.vcpu(idle.build());
        Steps w = Steps.of("waker", 3);
        w.whilePositive("messages", 0, m -> {
            if (fault == Fault.CLAIM_BEFORE_PUSH) m.step("claim", K.xchg(FLAG, halted, 0));
            if (fault == Fault.PUSH_NOT_ATOMIC) {
                m.step("load the queue", K.load(OLD, q));
                m.step("store the queue", (cpu, f) -> {
                    cpu.store64(q, f.w[OLD] + 1);
                    return 1;
                });
                m.step("fence", K.fence());
            } else if (fault == Fault.WAKER_FENCE_TOO_LATE) {
                m.step("load the queue", K.load(OLD, q));
                m.step("store the queue", (cpu, f) -> {
                    cpu.store64(q, f.w[OLD] + 1);
                    return 1;
                });
                m.step("read the flag", K.load(FLAG, halted));
                m.step("fence", K.fence());
            } else
                m.step("push", (cpu, f) -> {
                    f.w[OLD] = cpu.add64(q, 1);
                    return 1;
                });
            if (fault == Fault.KICKS_ONLY_IF_QUEUE_WAS_NOT_EMPTY)
                m.ifPositive("was not empty", OLD, c -> c.step("claim", K.xchg(FLAG, halted, 0)));
            else if (fault == Fault.BENIGN_ONLY_IF_WAS_EMPTY)
                m.ifEqual("was empty", OLD, 0, c -> c.step("claim", K.xchg(FLAG, halted, 0)));
            else if (fault == Fault.FLAG_CLEARED_AFTER_IPI) m.step("read the flag", K.load(FLAG, halted));
            else if (fault != Fault.CLAIM_BEFORE_PUSH && fault != Fault.WAKER_FENCE_TOO_LATE)
                m.step("claim", K.xchg(FLAG, halted, 0));
            m.ifPositive("it sleeps", FLAG, k -> {
                k.step("kick", K.ipi(0));
                if (fault == Fault.FLAG_CLEARED_AFTER_IPI) k.step("halted := 0", K.store(halted, 0));
            });
            m.step("next", K.local(x -> {
                x[0]--;
                x[1] = 0;
                x[2] = 0;
            }));
        });
        GuestCode waker = w.build();
        for (int i = 0; i < wakers; i++) s.vcpu(waker, messages);
        return s.interrupt(K.WAKE, K.handler("wake"))
                .storeBuffers(2)
                .atRest("queue empty", "the core sleeps beside a full queue", l -> l.word(q) == 0)
                .atRest("all have run", "an entry of the queue was lost", l -> l.word(done) == (long) wakers * messages)
                .alwaysPossible("can halt", "the idle core can never halt again", l -> l.halted(0))
                .build();
    }
}
