package io.torosim.experiment.real;

import io.torosim.experiment.real.asm.Assembler;
import io.torosim.experiment.real.asm.Assembler.Condition;
import io.torosim.experiment.real.asm.Assembler.Label;
import io.torosim.experiment.real.asm.Assembler.Register;
import io.torosim.experiment.real.probe.ProbeGuest;
import io.torosim.experiment.real.probe.ProbePage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * A guest that repeats accesses of each kind for ever, a thousand at a time between two looks at the time-stamp counter, and
 * keeps the cycles of the last thousand where the host can read them.
 */
final class AccessGuest {
    /** Accesses between two looks. */
    public static final int REPEATS = 1000;

    private static final int TABLE = ProbePage.ADDRESS;
    private static final int VGA_TEXT = 0xB8000;
    private static final int LAPIC = 0xFEE0_0000;

    /** A kind of access; what it costs beside an instruction is the exit, or its emulation. */
    public enum Kind {
        /** A write to port 80h, which the monitor itself answers. */
        PORT(code -> code.outByte(0x80)),
        /** A read of the PIC's mask. */
        PIC(code -> code.inByte(0x21)),
        /** A byte stored to VGA text memory. */
        VGA(code -> code.storeByte(VGA_TEXT)),
        /** A read of the local APIC's identity. */
        LAPIC_ID(code -> code.load(Register.EAX, LAPIC + 0x20)),
        /** A read of the local APIC timer's count. */
        LAPIC_COUNT(code -> code.load(Register.EAX, LAPIC + 0x390));

        private final Consumer<Assembler> access;

        Kind(Consumer<Assembler> access) {
            this.access = access;
        }
    }

    private AccessGuest() {}

    /** Returns the code; it runs at {@link ProbeGuest#ADDRESS}. */
    public static byte[] assemble() {
        Assembler code = new Assembler(ProbeGuest.ADDRESS);
        code.cli();
        Label again = code.here("again");
        for (Kind kind : Kind.values()) {
            code.rdtsc();
            code.mov(Register.ESI, Register.EAX);
            code.mov(Register.ECX, REPEATS);
            Label next = code.here("next " + kind);
            kind.access.accept(code);
            code.sub(Register.ECX, 1);
            code.jump(Condition.NOT_EQUAL, next);
            code.rdtsc();
            code.sub(Register.EAX, Register.ESI); // far below 2^32
            code.store(TABLE + 4 * kind.ordinal(), Register.EAX);
        }
        code.addMemory(TABLE + 4 * Kind.values().length, 1);
        code.jmp(again);
        return code.bytes();
    }

    /** Returns the cycles of the last thousand accesses of a kind. */
    public static long cycles(ByteBuffer memory, Kind kind) {
        return word(memory, kind.ordinal());
    }

    /** Returns how often it has been through all kinds. */
    public static long rounds(ByteBuffer memory) {
        return word(memory, Kind.values().length);
    }

    private static long word(ByteBuffer memory, int place) {
        return Integer.toUnsignedLong(
                memory.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(TABLE + 4 * place));
    }
}
