package io.torosim.guest.idle.blind;

import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** need_resched and a polling flag: the waker saves the interrupt while the idle core polls. Right in the version NONE. */
final class NeedResched implements Supplier<Scenario> {
    enum Fault {
        NONE,
        /** need_resched is looked at before cli. */
        CHECK_OUTSIDE_CLI,
        /** The polling flag is cleared behind the last look. */
        POLLING_CLEARED_AFTER_CHECK,
        /** No fence between clearing the polling flag and the look. */
        NO_FENCE_AFTER_CLEAR,
        /** need_resched is cleared after the run queue was emptied. */
        NEED_CLEARED_AFTER_TAKE,
        /** The waker looks at the polling flag before it sets need_resched. */
        WAKER_READS_POLLING_FIRST,
        /** sti and hlt are two instructions. */
        STI_THEN_HLT,
        /** The waker's need_resched is a plain store. */
        WAKER_PLAIN_STORE,
        /** The interrupt goes to the waker itself. */
        IPI_TO_WRONG_CPU,
        /** The interrupt handler clears need_resched. */
        HANDLER_CLEARS_NEED,
        /** The polling flag is never cleared. */
        POLLING_NEVER_CLEARED,
        /** need_resched is set before the thread is in the run queue. */
        NEED_BEFORE_QUEUE,
        /** Not a fault: the polling flag's setting has no fence behind it (costs an interrupt only). */
        BENIGN_NO_FENCE_AFTER_SET,
    }

    private static final int NEED = 0, TAKEN = 1, SPIN = 2;
    private final Fault fault;
    private final int wakers;
    private final int messages;

    NeedResched(Fault fault, int wakers, int messages) {
        this.fault = fault;
        this.wakers = wakers;
        this.messages = messages;
    }

    @Override
    public Scenario get() {
        Scenario.Builder s = Scenario.named("need-resched " + fault);
        long rq = s.word("rq"), need = s.word("need"), polling = s.word("polling"), done = s.word("done");
        Steps idle = Steps.of("idle", 3);
        idle.forever(l -> {
            l.step("polling := 1", K.store(polling, 1));
            if (fault != Fault.BENIGN_NO_FENCE_AFTER_SET) l.step("fence", K.fence());
            l.step("spin := 2", K.local(w -> w[SPIN] = 2));
            l.whilePositive(
                    "spins",
                    SPIN,
                    p -> p.step("need?", (cpu, f) -> {
                        f.w[SPIN] = cpu.load64(need) != 0 ? 0 : f.w[SPIN] - 1;
                        return 1;
                    }));
            if (fault != Fault.POLLING_CLEARED_AFTER_CHECK && fault != Fault.POLLING_NEVER_CLEARED) {
                l.step("polling := 0", K.store(polling, 0));
                if (fault != Fault.NO_FENCE_AFTER_CLEAR) l.step("fence", K.fence());
            }
            if (fault != Fault.CHECK_OUTSIDE_CLI) l.step("cli", K.cli());
            l.step("last look", K.load(NEED, need));
            if (fault == Fault.CHECK_OUTSIDE_CLI) l.step("cli", K.cli());
            if (fault == Fault.POLLING_CLEARED_AFTER_CHECK) {
                l.step("polling := 0", K.store(polling, 0));
                l.step("fence", K.fence());
            }
            l.ifEqual("nothing", NEED, 0, h -> {
                if (fault == Fault.STI_THEN_HLT) {
                    h.step("sti", K.sti());
                    h.step("hlt", K.hlt());
                } else h.step("sti; hlt", K.stiHlt());
            });
            l.step("sti", (cpu, f) -> {
                cpu.interrupts(true);
                f.w[NEED] = 0;
                return 1;
            });
            if (fault != Fault.NEED_CLEARED_AFTER_TAKE) l.step("need := 0", K.store(need, 0));
            l.step("take the queue", K.xchg(TAKEN, rq, 0));
            if (fault == Fault.NEED_CLEARED_AFTER_TAKE) l.step("need := 0", K.store(need, 0));
            l.ifPositive(
                    "some",
                    TAKEN,
                    t -> t.step("run them", (cpu, f) -> {
                        cpu.add64(done, f.w[TAKEN]);
                        f.w[TAKEN] = 0;
                        return 1;
                    }));
        });
        s.vcpu(idle.build());
        for (int i = 1; i <= wakers; i++) {
            int me = i;
            Steps w = Steps.of("waker", 3);
            w.whilePositive("messages", 0, m -> {
                if (fault == Fault.WAKER_READS_POLLING_FIRST) m.step("polling?", K.load(1, polling));
                if (fault == Fault.NEED_BEFORE_QUEUE) m.step("set need", K.xchg(2, need, 1));
                m.step("queue", K.add(rq, 1));
                if (fault == Fault.WAKER_PLAIN_STORE) m.step("need := 1", K.store(need, 1));
                else if (fault != Fault.NEED_BEFORE_QUEUE) m.step("set need", K.xchg(2, need, 1));
                if (fault != Fault.WAKER_READS_POLLING_FIRST) m.step("polling?", K.load(1, polling));
                m.ifEqual("not polling", 1, 0, k -> k.step("kick", K.ipi(fault == Fault.IPI_TO_WRONG_CPU ? me : 0)));
                m.step("next", K.local(x -> {
                    x[0]--;
                    x[1] = 0;
                    x[2] = 0;
                }));
            });
            s.vcpu(w.build(), messages);
        }
        Steps h = Steps.of("resched interrupt", 0);
        if (fault == Fault.HANDLER_CLEARS_NEED) h.step("need := 0", K.store(need, 0));
        else h.step("nothing", (cpu, f) -> 1);
        s.interrupt(K.WAKE, h.build());
        return s.storeBuffers(2)
                .atRest("nobody waits in the queue", "the core sleeps beside a runnable thread", l -> l.word(rq) == 0)
                .atRest("all have run", "a thread was lost", l -> l.word(done) == (long) wakers * messages)
                .alwaysPossible("can halt", "the idle core can never halt again", l -> l.halted(0))
                .build();
    }
}
