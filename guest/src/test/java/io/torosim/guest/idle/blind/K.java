package io.torosim.guest.idle.blind;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.StepBody;

/** Bodies of steps that the loops of this folder share: one access each. */
final class K {
    static final int WAKE = 80;
    static final int TIMER = 64;

    private K() {}

    static StepBody load(int w, long a) {
        return (cpu, f) -> {
            f.w[w] = cpu.load64(a);
            return 1;
        };
    }

    static StepBody store(long a, long v) {
        return (cpu, f) -> {
            cpu.store64(a, v);
            return 1;
        };
    }

    static StepBody xchg(int w, long a, long v) {
        return (cpu, f) -> {
            f.w[w] = cpu.exchange64(a, v);
            return 1;
        };
    }

    static StepBody add(long a, long v) {
        return (cpu, f) -> {
            cpu.add64(a, v);
            return 1;
        };
    }

    static StepBody fence() {
        return (cpu, f) -> {
            cpu.fence();
            return 1;
        };
    }

    static StepBody cli() {
        return (cpu, f) -> {
            cpu.interrupts(false);
            return 1;
        };
    }

    static StepBody sti() {
        return (cpu, f) -> {
            cpu.interrupts(true);
            return 1;
        };
    }

    static StepBody stiHlt() {
        return (cpu, f) -> {
            cpu.interrupts(true);
            return StepResult.HALT;
        };
    }

    static StepBody hlt() {
        return (cpu, f) -> StepResult.HALT;
    }

    static StepBody ipi(int to) {
        return (cpu, f) -> {
            cpu.sendIpi(to, WAKE);
            return 1;
        };
    }

    static StepBody local(java.util.function.Consumer<long[]> what) {
        return (cpu, f) -> {
            what.accept(f.w);
            return 1;
        };
    }

    static GuestCode handler(String name) {
        return Steps.of(name, 0).step("acknowledges", (cpu, f) -> 1).build();
    }
}
