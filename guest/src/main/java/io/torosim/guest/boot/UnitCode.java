package io.torosim.guest.boot;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.StepBody;
import io.torosim.core.time.Picos;
import io.torosim.guest.boot.BootUnit.Driver;

/**
 * Writes the routine of a unit as a list of steps: an access to a port or a register each, a call of one of the kernel's waits, or a stretch of work on memory that
 * no device sees, some pieces of it at a time (a page of a loop's stores, a page that is touched first).
 */
final class UnitCode {
    private static final long STORES_AT_ONCE = 1024;

    private static final int PIECES = 0;
    private static final int AT_ONCE = 1;
    private static final int EACH_PS = 2;

    private static final GuestCode WORK = Steps.of("work on memory", 3)
            .whilePositive(
                    "pieces left",
                    PIECES,
                    body -> body.step("some of them", (cpu, f) -> {
                        long now = Math.min(f.w[PIECES], f.w[AT_ONCE]);
                        f.w[PIECES] -= now;
                        return Math.multiplyExact(now, f.w[EACH_PS]);
                    }))
            .build();

    private final BootKernel kernel;
    private final String name;
    private final String source;
    private final Steps steps;

    /** Begins the routine of a unit, with {@code words} words of its own. */
    UnitCode(BootKernel kernel, String name, String source, int words) {
        this.kernel = kernel;
        this.name = name;
        this.source = source;
        this.steps = Steps.of(name, words).source(source);
    }

    /** The list, for steps of another kind. */
    Steps steps() {
        return steps;
    }

    /** Returns the routine. */
    GuestCode routine() {
        return steps.build();
    }

    /** Returns the unit. */
    BootUnit unit(boolean beforeKernel, Driver driver) {
        return new BootUnit(name, beforeKernel, source, driver, routine());
    }

    /** Time that is known only as a whole: the start of the monitor, a call of the BIOS, of whose exits nothing is known. */
    UnitCode takes(String what, long count, long ps) {
        return pieces(what, count, 1, ps);
    }

    /** So many equal pieces of work, at most {@code atOnce} of them in a step. */
    UnitCode pieces(String what, long count, long atOnce, long eachPs) {
        steps.call(what, WORK, (caller, callee) -> {
            callee.w[PIECES] = count;
            callee.w[AT_ONCE] = atOnce;
            callee.w[EACH_PS] = eachPs;
        });
        return this;
    }

    /** Single stores of a loop, a page of 4-byte stores at a time. */
    UnitCode stores(String what, long count) {
        return pieces(what, count, STORES_AT_ONCE, kernel.storePs());
    }

    /** Touches pages of guest memory for the first time: the host has to find each of them. */
    UnitCode touches(String what, long pages) {
        return pieces(what, pages, 1, kernel.firstTouchPs());
    }

    /** Clears or fills {@code bytes} at the rate of one core, a page at a time; the first {@code touched} pages are new. */
    UnitCode fill(String what, long bytes, long touched) {
        long pages = bytes / BootKernel.PAGE;
        long rest = bytes % BootKernel.PAGE;
        long pagePs = kernel.fillPs(BootKernel.PAGE);
        pieces(what + ", first touched", Math.min(pages, touched), 1, pagePs + kernel.firstTouchPs());
        pieces(what, pages - touched, 1, pagePs);
        return rest == 0
                ? this
                : pieces(what + ", rest", 1, 1, kernel.fillPs(rest) + (touched > pages ? kernel.firstTouchPs() : 0));
    }

    /** {@code out}: a byte that is known. */
    UnitCode out(String what, int port, int value) {
        return step(what, (cpu, f) -> {
            cpu.out(port, 1, value);
            return 0;
        });
    }

    /** {@code in}: a byte into a word of the frame. */
    UnitCode in(String what, int port, int word) {
        return step(what, (cpu, f) -> {
            f.w[word] = cpu.in(port, 1);
            return 0;
        });
    }

    /** {@code out}: a word of the frame with some bits cleared and others set. */
    UnitCode out(String what, int port, int word, int clear, int set) {
        return step(what, (cpu, f) -> {
            cpu.out(port, 1, (int) f.w[word] & ~clear | set);
            return 0;
        });
    }

    /** Stores to a register of the local APIC. */
    UnitCode store(String what, long register, int value) {
        return step(what, (cpu, f) -> {
            cpu.store32(register, value);
            return 0;
        });
    }

    /** Arch.pas:Delay and DelayMicro. */
    UnitCode delay(String what, long nominalPs) {
        steps.call(what, kernel.delay(), (caller, callee) -> callee.w[BootKernel.NOMINAL_PS] = nominalPs);
        return this;
    }

    /** A wait of so long in cycles of the rate that the kernel believes in. */
    UnitCode tscWait(String what, long ps) {
        steps.call(
                what,
                kernel.tscWait(),
                (caller, callee) ->
                        callee.w[BootKernel.CYCLES] = Picos.toCycles(ps, kernel.localCpuSpeed.get() * 1_000_000));
        return this;
    }

    /** Arch.pas:enable_local_apic: set a bit of the spurious vector register, then Delay(10). */
    UnitCode enableLocalApic(int word) {
        step("read the spurious vector register", (cpu, f) -> {
            f.w[word] = cpu.load32(BootKernel.APIC_SPURIOUS);
            return 0;
        });
        step("enable", (cpu, f) -> {
            cpu.store32(BootKernel.APIC_SPURIOUS, (int) f.w[word] | ApicRegisters.SWITCHED_ON);
            return 0;
        });
        return delay("Delay(10)", kernel.costs().ps("toro.ipi_delay"));
    }

    /** {@code sti}. */
    UnitCode sti() {
        return step("sti", (cpu, f) -> {
            cpu.interrupts(true);
            return StepResult.NEXT;
        });
    }

    UnitCode step(String what, StepBody body) {
        steps.step(what, body);
        return this;
    }
}
