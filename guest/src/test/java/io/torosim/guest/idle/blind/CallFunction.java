package io.torosim.guest.idle.blind;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** Two cores that have the other one run something and wait for the answer in hlt or by spinning. */
final class CallFunction implements Supplier<Scenario> {
    enum Fault {
        NONE,
        /** Both wait with interrupts disabled: deadlock. */
        SPINS_WITH_CLI,
        /** Waits for the answer in hlt, looked at outside cli. */
        HALTS_OUTSIDE_CLI,
        /** The handler answers before it has run the function. */
        ANSWERS_FIRST,
        /** The handler answers nothing. */
        NO_ANSWER,
        /** The request is stored behind the interrupt. */
        REQUEST_AFTER_IPI,
    }

    private final Fault fault;

    CallFunction(Fault fault) {
        this.fault = fault;
    }

    @Override
    public Scenario get() {
        Scenario.Builder s = Scenario.named("call-function " + fault);
        long[] req = {s.word("req0"), s.word("req1")},
                ack = {s.word("ack0"), s.word("ack1")},
                ran = {s.word("ran0"), s.word("ran1")};
        long[] saw = {s.word("saw0"), s.word("saw1")};
        for (int c = 0; c < 2; c++) s.vcpu(caller(c, 1 - c, req, ack, ran, saw));
        Steps h = Steps.of("call interrupt", 2);
        // one handler for both cores: which core it is on, is asked by id
        h.step("request?", (cpu, f) -> {
            f.w[0] = cpu.load64(req[cpu.id()]);
            return 1;
        });
        h.ifPositive("yes", 0, y -> {
            y.step("request := 0", (cpu, f) -> {
                cpu.store64(req[cpu.id()], 0);
                return 1;
            });
            if (fault == Fault.ANSWERS_FIRST)
                y.step("answer", (cpu, f) -> {
                    cpu.store64(ack[1 - cpu.id()], 1);
                    return 1;
                });
            y.step("run", (cpu, f) -> {
                cpu.store64(ran[cpu.id()], 1);
                return 1;
            });
            if (fault != Fault.ANSWERS_FIRST && fault != Fault.NO_ANSWER)
                y.step("answer", (cpu, f) -> {
                    cpu.store64(ack[1 - cpu.id()], 1);
                    return 1;
                });
            y.step("wake the caller", (cpu, f) -> {
                cpu.sendIpi(1 - cpu.id(), K.WAKE + 1);
                return 1;
            });
        });
        return s.interrupt(K.WAKE, h.build())
                .interrupt(K.WAKE + 1, K.handler("answered"))
                .storeBuffers(1)
                .always(
                        "ran before the answer",
                        "the caller saw the answer and not the effect",
                        l -> l.word(saw[0]) != 2 && l.word(saw[1]) != 2)
                .alwaysPossible(
                        "both end", "the callers wait for ever", l -> l.word(saw[0]) == 1 && l.word(saw[1]) == 1)
                .build();
    }

    private GuestCode caller(int me, int other, long[] req, long[] ack, long[] ran, long[] saw) {
        Steps c = Steps.of("caller" + me, 2);
        if (fault == Fault.SPINS_WITH_CLI) c.step("cli", K.cli());
        if (fault == Fault.REQUEST_AFTER_IPI) c.step("ipi", K.ipi(other));
        c.step("request := 1", K.store(req[other], 1));
        if (fault != Fault.REQUEST_AFTER_IPI) c.step("ipi", K.ipi(other));
        c.step("not yet", K.local(w -> w[1] = 1));
        c.whilePositive("waits", 1, l -> {
            if (fault != Fault.HALTS_OUTSIDE_CLI && fault != Fault.SPINS_WITH_CLI) l.step("cli", K.cli());
            l.step("answer?", K.load(0, ack[me]));
            if (fault == Fault.HALTS_OUTSIDE_CLI) l.step("cli", K.cli());
            if (fault != Fault.SPINS_WITH_CLI) {
                l.ifEqual("no", 0, 0, n -> n.step("sti; hlt", K.stiHlt()));
                l.step("sti", (cpu, f) -> {
                    cpu.interrupts(true);
                    f.w[1] = 1 - f.w[0];
                    return 1;
                });
            } else l.step("again?", K.local(w -> w[1] = 1 - w[0]));
        });
        c.step("did it run?", (cpu, f) -> {
            f.w[0] = cpu.load64(ran[other]);
            return 1;
        });
        c.step("note", (cpu, f) -> {
            cpu.store64(saw[me], f.w[0] == 1 ? 1 : 2);
            return 1;
        });
        c.step("sti", K.sti());
        c.forever(z -> z.step("hlt", (cpu, f) -> StepResult.HALT));
        return c.build();
    }
}
