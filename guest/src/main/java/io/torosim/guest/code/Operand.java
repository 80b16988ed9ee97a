package io.torosim.guest.code;

import java.util.List;

/**
 * An operand of an instruction in AT&amp;T syntax: {@code $5}, {@code %eax} or {@code 8(%rcx,%rdx,4)}.
 *
 * @param kind what it is
 * @param value immediate, or displacement
 * @param register number of the register, or of the base; -1 for none
 * @param index number of the index register, -1 for none
 * @param scale what the index is multiplied by
 * @param bytes width of a register: 1, 2, 4 or 8; 0 otherwise
 */
record Operand(Kind kind, long value, int register, int index, int scale, int bytes) {
    enum Kind {
        IMMEDIATE,
        REGISTER,
        MEMORY
    }

    static final int RAX = 0;
    static final int RCX = 1;
    static final int RDX = 2;
    static final int RBX = 3;
    static final int RSP = 4;
    static final int RBP = 5;
    static final int RSI = 6;
    static final int RDI = 7;
    static final int R8 = 8;
    static final int R9 = 9;

    /** The 64-bit names, in the order of the encoding. */
    static final List<String> NAMES = List.of(
            "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
            "r15");

    private static final List<String> NAMES32 = List.of("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi");
    private static final List<String> NAMES16 = List.of("ax", "cx", "dx", "bx", "sp", "bp", "si", "di");
    private static final List<String> NAMES8 = List.of("al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil");

    static Operand parse(String text) {
        if (text.startsWith("$")) {
            return new Operand(Kind.IMMEDIATE, Long.parseLong(text.substring(1)), -1, -1, 1, 0);
        }
        if (text.startsWith("%")) {
            return register(text);
        }
        int open = text.indexOf('(');
        if (open < 0 || !text.endsWith(")")) {
            throw new IllegalArgumentException("not an operand: " + text);
        }
        long displacement = open == 0 ? 0 : Long.parseLong(text.substring(0, open));
        String[] parts = text.substring(open + 1, text.length() - 1).split(",", -1);
        int base = parts[0].isEmpty() ? -1 : register(parts[0]).register();
        int index = parts.length > 1 ? register(parts[1]).register() : -1;
        int scale = parts.length > 2 ? Integer.parseInt(parts[2]) : 1;
        return new Operand(Kind.MEMORY, displacement, base, index, scale, 0);
    }

    private static Operand register(String text) {
        String name = text.substring(1);
        int number = NAMES.indexOf(name);
        int bytes = 8;
        if (number < 0) {
            number = NAMES32.indexOf(name);
            bytes = 4;
        }
        if (number < 0) {
            number = NAMES16.indexOf(name);
            bytes = 2;
        }
        if (number < 0) {
            number = NAMES8.indexOf(name);
            bytes = 1;
        }
        if (number < 0 && name.matches("r(8|9|1[0-5])[dwb]")) {
            number = NAMES.indexOf(name.substring(0, name.length() - 1));
            char width = name.charAt(name.length() - 1);
            bytes = width == 'd' ? 4 : width == 'w' ? 2 : 1;
        }
        if (number < 0) {
            throw new IllegalArgumentException("no such register: " + text);
        }
        return new Operand(Kind.REGISTER, 0, number, -1, 1, bytes);
    }

    boolean isMemory() {
        return kind == Kind.MEMORY;
    }
}
