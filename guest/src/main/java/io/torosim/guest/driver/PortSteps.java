package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps.StepBody;

/** Steps that many drivers are made of. */
final class PortSteps {
    private static final int PIC_MASTER = 0x20;
    private static final int PIC_SLAVE = 0xa0;
    private static final int END_OF_INTERRUPT = 0x20;

    private PortSteps() {}

    /** Writes a constant to a port. */
    static StepBody write(int port, int value) {
        return (cpu, f) -> {
            cpu.out(port, 1, value);
            return 0;
        };
    }

    /** Writes eight bits of a word to a port. */
    static StepBody writeByte(int port, int word, int shift) {
        return (cpu, f) -> {
            cpu.out(port, 1, (int) (f.w[word] >>> shift) & 0xff);
            return 0;
        };
    }

    /** Reads a port into a word. */
    static StepBody read(int port, int word) {
        return (cpu, f) -> {
            f.w[word] = cpu.in(port, 1);
            return 0;
        };
    }

    /** {@code eoi}, its first half. */
    static StepBody endMaster() {
        return write(PIC_MASTER, END_OF_INTERRUPT);
    }

    /** {@code eoi}, its second half. */
    static StepBody endSlave() {
        return write(PIC_SLAVE, END_OF_INTERRUPT);
    }

    /** {@code pushf; cli}: the word keeps whether interrupts were enabled. */
    static StepBody disableInterrupts(int word) {
        return (cpu, f) -> {
            f.w[word] = cpu.vcpu().interruptsEnabled() ? 1 : 0;
            cpu.vcpu().interruptsEnabled(false);
            return StepResult.NEXT;
        };
    }

    /** {@code popf}. */
    static StepBody restoreInterrupts(int word) {
        return (cpu, f) -> {
            cpu.vcpu().interruptsEnabled(f.w[word] > 0);
            return StepResult.NEXT;
        };
    }
}
