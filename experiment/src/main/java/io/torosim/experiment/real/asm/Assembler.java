package io.torosim.experiment.real.asm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes i386 machine code: flat 32-bit protected mode, memory operands with an absolute address. Each method appends one
 * instruction in its shortest ordinary encoding (that of {@code nasm}), jumps always with 32-bit displacements.
 * What starts a second processor in real mode is written with the methods whose names say 16.
 *
 * <p>Encodings are from the Intel manual, volume 2; the tests hold them against {@code nasm} and {@code objdump}.
 *
 * <p>{@link io.torosim.experiment.real.AccessGuest AccessGuest}, {@link io.torosim.experiment.real.probe.ProbeGuest ProbeGuest} and
 * {@link io.torosim.experiment.real.LinuxRun LinuxRun} write their guests with it; {@link KernelImage} makes a file of the bytes that QEMU starts.
 */
public final class Assembler {
    private static final int OPERAND_SIZE = 0x66;
    private static final int TWO_BYTES = 0x0F;
    private static final int SHORT_LOW = -128;
    private static final int SHORT_HIGH = 127;

    private enum FixupKind {
        RELATIVE,
        ABSOLUTE,
        LOW_HALF,
        HIGH_HALF
    }

    private record Fixup(int at, Label target, FixupKind kind) {}

    private final int origin;
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final List<Fixup> fixups = new ArrayList<>();

    /**
     * Starts a program.
     *
     * @param origin the address that its first byte will have
     */
    public Assembler(int origin) {
        this.origin = origin;
    }

    // places

    /** Returns a new label, to be bound later. */
    public Label label(String name) {
        return new Label(name);
    }

    /** Returns a new label that is here. */
    public Label here(String name) {
        Label label = new Label(name);
        bind(label);
        return label;
    }

    /** Says that {@code label} is here; throws {@link IllegalStateException} if it is somewhere already. */
    public void bind(Label label) {
        label.offset(code.size());
    }

    /** Returns the address of a label that is bound. */
    public int addressOf(Label label) {
        if (label.offset() == Label.UNBOUND) {
            throw new IllegalStateException("label is not bound: " + label);
        }
        return origin + label.offset();
    }

    /** Returns the machine code; throws {@link IllegalStateException} if a label that is referred to is bound nowhere. */
    public byte[] bytes() {
        byte[] bytes = code.toByteArray();
        for (Fixup fixup : fixups) {
            int target = addressOf(fixup.target());
            int value =
                    switch (fixup.kind()) {
                        case RELATIVE -> target - (origin + fixup.at() + 4);
                        case ABSOLUTE, LOW_HALF -> target;
                        case HIGH_HALF -> target >>> 16;
                    };
            boolean whole = fixup.kind() == FixupKind.RELATIVE || fixup.kind() == FixupKind.ABSOLUTE;
            for (int i = 0; i < (whole ? 4 : 2); i++) {
                bytes[fixup.at() + i] = (byte) (value >>> 8 * i);
            }
        }
        return bytes;
    }

    // data

    /** Appends bytes as they are. */
    public void data(int... values) {
        for (int value : values) {
            code.write(value);
        }
    }

    /** Appends a 32-bit word, least significant byte first. */
    public void word(int value) {
        data(value, value >>> 8, value >>> 16, value >>> 24);
    }

    /** Appends the address of a label as a 32-bit word. */
    public void word(Label target) {
        fixups.add(new Fixup(code.size(), target, FixupKind.ABSOLUTE));
        word(0);
    }

    /** Appends an interrupt gate of the processor's interrupt table: its handler is called with interrupts off. */
    public void gate(Label handler, int selector) {
        fixups.add(new Fixup(code.size(), handler, FixupKind.LOW_HALF));
        data(0, 0, selector, selector >>> 8, 0, 0x8E);
        fixups.add(new Fixup(code.size(), handler, FixupKind.HIGH_HALF));
        data(0, 0);
    }

    /** Appends text in ASCII, without an end mark. */
    public void text(String text) {
        code.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Appends zeros until the address is a multiple of {@code bytes}. */
    public void align(int bytes) {
        while ((origin + code.size()) % bytes != 0) {
            code.write(0);
        }
    }

    // moves

    /** {@code mov to, value}. */
    public void mov(Register to, int value) {
        data(0xB8 + to.ordinal());
        word(value);
    }

    /** {@code mov to, label}: its address. */
    public void mov(Register to, Label label) {
        data(0xB8 + to.ordinal());
        word(label);
    }

    /** {@code mov to, from}. */
    public void mov(Register to, Register from) {
        data(0x89, registers(from, to));
    }

    /** {@code mov to, [address]}. */
    public void load(Register to, int address) {
        if (to == Register.EAX) {
            data(0xA1);
        } else {
            data(0x8B, absolute(to.ordinal()));
        }
        word(address);
    }

    /** {@code mov [address], from}. */
    public void store(int address, Register from) {
        if (from == Register.EAX) {
            data(0xA3);
        } else {
            data(0x89, absolute(from.ordinal()));
        }
        word(address);
    }

    /** {@code mov [address], al}. */
    public void storeByte(int address) {
        data(0xA2);
        word(address);
    }

    /** {@code mov dword [address], value}. */
    public void store(int address, int value) {
        data(0xC7, absolute(0));
        word(address);
        word(value);
    }

    /** {@code mov to, [base + displacement]}; the base is not ESP. */
    public void load(Register to, Register base, int displacement) {
        data(0x8B);
        based(to.ordinal(), base, displacement);
    }

    /** {@code mov [base + displacement], from}; the base is not ESP. */
    public void store(Register base, int displacement, Register from) {
        data(0x89);
        based(from.ordinal(), base, displacement);
    }

    /** {@code push register}. */
    public void push(Register register) {
        data(0x50 + register.ordinal());
    }

    /** {@code pop register}. */
    public void pop(Register register) {
        data(0x58 + register.ordinal());
    }

    // arithmetic

    /** {@code add to, value}. */
    public void add(Register to, int value) {
        immediate(0, to, value);
    }

    /** {@code add to, from}. */
    public void add(Register to, Register from) {
        data(0x01, registers(from, to));
    }

    /** {@code sub to, value}. */
    public void sub(Register to, int value) {
        immediate(5, to, value);
    }

    /** {@code sub to, from}. */
    public void sub(Register to, Register from) {
        data(0x29, registers(from, to));
    }

    /** {@code sbb to, from}. */
    public void sbb(Register to, Register from) {
        data(0x19, registers(from, to));
    }

    /** {@code sub to, [address]}. */
    public void subMemory(Register to, int address) {
        data(0x2B, absolute(to.ordinal()));
        word(address);
    }

    /** {@code sbb to, [address]}. */
    public void sbbMemory(Register to, int address) {
        data(0x1B, absolute(to.ordinal()));
        word(address);
    }

    /** {@code and to, value}. */
    public void and(Register to, int value) {
        immediate(4, to, value);
    }

    /** {@code xor to, from}. */
    public void xor(Register to, Register from) {
        data(0x31, registers(from, to));
    }

    /** {@code cmp register, value}. */
    public void cmp(Register register, int value) {
        immediate(7, register, value);
    }

    /** {@code cmp left, right}. */
    public void cmp(Register left, Register right) {
        data(0x39, registers(right, left));
    }

    /** {@code test left, right}. */
    public void test(Register left, Register right) {
        data(0x85, registers(right, left));
    }

    /** {@code shl register, count}. */
    public void shl(Register register, int count) {
        data(0xC1, direct(4, register), count);
    }

    /** {@code shr register, count}. */
    public void shr(Register register, int count) {
        data(0xC1, direct(5, register), count);
    }

    /** {@code dec register}. */
    public void dec(Register register) {
        data(0x48 + register.ordinal());
    }

    /** {@code add dword [address], value}. */
    public void addMemory(int address, int value) {
        memoryImmediate(0, address, value);
    }

    /** {@code adc dword [address], value}. */
    public void adcMemory(int address, int value) {
        memoryImmediate(2, address, value);
    }

    /** {@code add [address], from}. */
    public void addMemory(int address, Register from) {
        data(0x01, absolute(from.ordinal()));
        word(address);
    }

    /** {@code adc [address], from}. */
    public void adcMemory(int address, Register from) {
        data(0x11, absolute(from.ordinal()));
        word(address);
    }

    /** {@code dec dword [address]}. */
    public void decMemory(int address) {
        data(0xFF, absolute(1));
        word(address);
    }

    /** {@code cmp dword [address], value}. */
    public void cmpMemory(int address, int value) {
        memoryImmediate(7, address, value);
    }

    // jumps

    /** {@code jmp target}. */
    public void jmp(Label target) {
        data(0xE9);
        relative(target);
    }

    /** {@code jcc target}. */
    public void jump(Condition condition, Label target) {
        data(TWO_BYTES, 0x80 + condition.code());
        relative(target);
    }

    /** {@code iretd}. */
    public void iret() {
        data(0xCF);
    }

    /** {@code jmp selector:target}, a far jump. */
    public void jmpFar(int selector, Label target) {
        data(0xEA);
        word(target);
        data(selector, selector >>> 8);
    }

    // ports and the processor

    /** {@code in al, port}. */
    public void inByte(int port) {
        data(0xE4, port);
    }

    /** {@code out port, al}. */
    public void outByte(int port) {
        data(0xE6, port);
    }

    /** {@code out dx, al}. */
    public void outByte() {
        data(0xEE);
    }

    /** {@code cli}. */
    public void cli() {
        data(0xFA);
    }

    /** {@code sti}. */
    public void sti() {
        data(0xFB);
    }

    /** {@code hlt}. */
    public void hlt() {
        data(0xF4);
    }

    /** {@code rdtsc}: to EDX:EAX. */
    public void rdtsc() {
        data(TWO_BYTES, 0x31);
    }

    /** {@code monitor}: the line at EAX. */
    public void monitor() {
        data(TWO_BYTES, 0x01, 0xC8);
    }

    /** {@code mwait}. */
    public void mwait() {
        data(TWO_BYTES, 0x01, 0xC9);
    }

    /** {@code lgdt [address]}. */
    public void lgdt(Label address) {
        data(TWO_BYTES, 0x01, absolute(2));
        word(address);
    }

    /** {@code lidt [address]}. */
    public void lidt(Label address) {
        data(TWO_BYTES, 0x01, absolute(3));
        word(address);
    }

    /** {@code mov ds, from}, and the same for ES, FS, GS and SS. */
    public void dataSegments(Register from) {
        for (int segment : new int[] {3, 0, 4, 5, 2}) {
            data(0x8E, 0xC0 | segment << 3 | from.ordinal());
        }
    }

    /** {@code int vector}. */
    public void interrupt(int vector) {
        data(0xCD, vector);
    }

    // real mode

    /** {@code mov ax, cs; mov ds, ax} of real mode. */
    public void dataIsCode16() {
        data(0x8C, 0xC8, 0x8E, 0xD8);
    }

    /** {@code o32 lgdt [offset]} of real mode: the whole base of 32 bits. */
    public void lgdt16(int offset) {
        data(OPERAND_SIZE, TWO_BYTES, 0x01, 0x16, offset, offset >>> 8);
    }

    /** {@code mov eax, cr0; or eax, 1; mov cr0, eax} of real mode: protection on. */
    public void protect16() {
        data(TWO_BYTES, 0x20, 0xC0, OPERAND_SIZE, 0x83, 0xC8, 0x01, TWO_BYTES, 0x22, 0xC0);
    }

    /** {@code jmp dword selector:target} of real mode: into 32-bit code. */
    public void jmpFar16(int selector, Label target) {
        data(OPERAND_SIZE);
        jmpFar(selector, target);
    }

    // operands

    private void immediate(int operation, Register to, int value) {
        if (isShort(value)) {
            data(0x83, direct(operation, to), value);
        } else if (to == Register.EAX) {
            data(operation << 3 | 5);
            word(value);
        } else {
            data(0x81, direct(operation, to));
            word(value);
        }
    }

    private void memoryImmediate(int operation, int address, int value) {
        boolean small = isShort(value);
        data(small ? 0x83 : 0x81, absolute(operation));
        word(address);
        if (small) {
            data(value);
        } else {
            word(value);
        }
    }

    private void based(int operation, Register base, int displacement) {
        if (base == Register.ESP) {
            throw new IllegalArgumentException("base must not be ESP");
        }
        if (isShort(displacement)) {
            data(0x40 | operation << 3 | base.ordinal(), displacement);
        } else {
            data(0x80 | operation << 3 | base.ordinal());
            word(displacement);
        }
    }

    private void relative(Label target) {
        fixups.add(new Fixup(code.size(), target, FixupKind.RELATIVE));
        word(0);
    }

    private static boolean isShort(int value) {
        return value >= SHORT_LOW && value <= SHORT_HIGH;
    }

    private static int registers(Register from, Register to) {
        return direct(from.ordinal(), to);
    }

    private static int direct(int operation, Register register) {
        return 0xC0 | operation << 3 | register.ordinal();
    }

    private static int absolute(int operation) {
        return operation << 3 | 5;
    }

    /** When a conditional jump is taken; comparisons are unsigned unless said. */
    public enum Condition {
        /** Below, or carry. */
        BELOW(0x2),
        /** Above or equal, or no carry. */
        NOT_BELOW(0x3),
        /** Equal, or zero. */
        EQUAL(0x4),
        /** Not equal. */
        NOT_EQUAL(0x5),
        /** Below or equal. */
        NOT_ABOVE(0x6),
        /** Above. */
        ABOVE(0x7),
        /** Sign set. */
        NEGATIVE(0x8),
        /** Sign clear. */
        NOT_NEGATIVE(0x9);

        private final int code;

        Condition(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /** A place in the code, of one {@link Assembler}, which may be referred to before it is {@linkplain Assembler#bind bound}. */
    public static final class Label {
        static final int UNBOUND = -1;

        private final String name;
        private int offset = UNBOUND;

        Label(String name) {
            this.name = name;
        }

        int offset() {
            return offset;
        }

        void offset(int place) {
            if (offset != UNBOUND) {
                throw new IllegalStateException("label is bound twice: " + name);
            }
            offset = place;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A general register of 32 bits; its number in an instruction is its place here. */
    public enum Register {
        /** Accumulator: of port accesses, multiplication and division. */
        EAX,
        /** Counter. */
        ECX,
        /** Data: upper half of products and of the time-stamp counter. */
        EDX,
        /** Base. */
        EBX,
        /** Stack pointer. */
        ESP,
        /** Frame pointer. */
        EBP,
        /** Source index. */
        ESI,
        /** Destination index. */
        EDI
    }
}
