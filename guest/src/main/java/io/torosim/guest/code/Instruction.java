package io.torosim.guest.code;

import java.util.ArrayList;
import java.util.List;

/**
 * One instruction of a listing.
 *
 * @param operation what it does, without the width
 * @param bytes width of its operands: 1, 2, 4 or 8
 * @param sourceBytes width of the source of a widening move, else the same
 * @param condition of a conditional one, else empty
 * @param operands source first
 * @param target the label that a jump or call goes to, else empty
 */
record Instruction(
        Operation operation, int bytes, int sourceBytes, String condition, List<Operand> operands, String target) {
    enum Operation {
        MOV,
        MOVZ,
        MOVS,
        LEA,
        ADD,
        SUB,
        AND,
        OR,
        XOR,
        CMP,
        TEST,
        SHL,
        SHR,
        SAR,
        NOT,
        NEG,
        INC,
        DEC,
        IMUL,
        MUL,
        DIV,
        IDIV,
        SIGN_INTO_DX,
        RCR,
        SET,
        PUSH,
        POP,
        CALL,
        RET,
        JMP,
        JCC,
        CMOV,
        NOP
    }

    static Instruction parse(String line) {
        String[] parts = line.trim().split("\\s+", 2);
        String name = parts[0];
        String rest = parts.length > 1 ? parts[1] : "";
        return switch (name) {
            case "ret" -> plain(Operation.RET);
            case "nop" -> plain(Operation.NOP);
            case "cqto" -> new Instruction(Operation.SIGN_INTO_DX, 8, 8, "", List.of(), "");
            case "cltd" -> new Instruction(Operation.SIGN_INTO_DX, 4, 4, "", List.of(), "");
            case "jmp" -> new Instruction(Operation.JMP, 8, 8, "", List.of(), rest);
            case "call" -> new Instruction(Operation.CALL, 8, 8, "", List.of(), rest);
            case "pushq" -> new Instruction(Operation.PUSH, 8, 8, "", operands(rest), "");
            case "popq" -> new Instruction(Operation.POP, 8, 8, "", operands(rest), "");
            default -> other(name, rest);
        };
    }

    private static Instruction plain(Operation operation) {
        return new Instruction(operation, 8, 8, "", List.of(), "");
    }

    private static Instruction other(String name, String rest) {
        if (name.startsWith("cmov")) {
            String condition = name.substring(4, name.length() - 1);
            int bytes = width(name.charAt(name.length() - 1), name);
            return new Instruction(Operation.CMOV, bytes, bytes, condition, operands(rest), "");
        }
        if (name.matches("set[a-z]{1,3}b")) {
            return new Instruction(Operation.SET, 1, 1, name.substring(3, name.length() - 1), operands(rest), "");
        }
        if (name.startsWith("j")) {
            return new Instruction(Operation.JCC, 8, 8, name.substring(1), List.of(), rest);
        }
        if (name.startsWith("movz") || name.startsWith("movs")) {
            Operation operation = name.charAt(3) == 'z' ? Operation.MOVZ : Operation.MOVS;
            return new Instruction(
                    operation, width(name.charAt(5), name), width(name.charAt(4), name), "", operands(rest), "");
        }
        int bytes = width(name.charAt(name.length() - 1), name);
        Operation operation;
        try {
            operation = Operation.valueOf(name.substring(0, name.length() - 1).toUpperCase(java.util.Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("instruction not known: " + name, e);
        }
        return new Instruction(operation, bytes, bytes, "", operands(rest), "");
    }

    private static int width(char suffix, String name) {
        return switch (suffix) {
            case 'b' -> 1;
            case 'w' -> 2;
            case 'l' -> 4;
            case 'q' -> 8;
            default -> throw new IllegalArgumentException("instruction not known: " + name);
        };
    }

    private static List<Operand> operands(String text) {
        List<Operand> operands = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                operands.add(Operand.parse(text.substring(from, i).trim()));
                from = i + 1;
            }
        }
        return List.copyOf(operands);
    }
}
