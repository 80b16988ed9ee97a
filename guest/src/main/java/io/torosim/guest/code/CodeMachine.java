package io.torosim.guest.code;

import io.torosim.core.cost.CostModel;
import io.torosim.guest.code.Instruction.Operation;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Executes compiled routines, instruction by instruction, on 16 registers and a little memory, and says how long they take
 * on a {@link Pipeline}. What it executes is x86-64 as far as Free Pascal uses it here; anything else is refused by name.
 *
 * <p>Calls that leave the listing go to helpers: hand-written assembler in the kernel, and where something may interrupt.
 */
final class CodeMachine {
    private static final long STACK_MARGIN = 256; // what a callee may touch above its return address
    private static final long RETURN_TO_CALLER = -1;

    /** Hand-written assembler: changes registers and memory as it likes. */
    @FunctionalInterface
    interface Helper {
        void run(CodeMachine machine);
    }

    private final Listing listing;
    private final Pipeline pipeline;
    private final long[] registers = new long[16];
    private final byte[] memory;
    private final Map<String, Helper> helpers = new TreeMap<>();
    private @Nullable Helper everyInstruction;
    private int mostInstructions = 20_000_000;
    private boolean carry;
    private boolean zero;
    private boolean sign;
    private boolean overflow;

    /**
     * Creates a machine with everything zero.
     *
     * @param memoryBytes its memory, whose end is the stack
     */
    CodeMachine(Listing listing, CostModel model, int memoryBytes) {
        this.listing = listing;
        this.memory = new byte[memoryBytes];
        this.pipeline = new Pipeline(model);
    }

    /** Says what a call to a name outside the listing does. */
    void helper(String name, Helper helper) {
        helpers.put(name, helper);
    }

    /** Sets after how many instructions a call has lost its way. */
    void mostInstructions(int count) {
        mostInstructions = count;
    }

    /** Runs before every instruction: an interrupt that may come anywhere. */
    void interruptedBy(Helper helper) {
        everyInstruction = helper;
    }

    long register(int number) {
        return registers[number];
    }

    void register(int number, long value) {
        registers[number] = value;
    }

    Pipeline pipeline() {
        return pipeline;
    }

    /** Calls a routine with up to four arguments in the registers of Win64; returns what it leaves in rax. */
    long call(String routine, long... arguments) {
        int position = listing.position(routine);
        if (position < 0) {
            throw new IllegalArgumentException("no such routine: " + routine);
        }
        int[] places = {Operand.RCX, Operand.RDX, Operand.R8, Operand.R9};
        for (int i = 0; i < arguments.length; i++) {
            registers[places[i]] = arguments[i];
        }
        registers[Operand.RSP] = memory.length - STACK_MARGIN;
        pipeline.reset();
        push(RETURN_TO_CALLER);
        run(position);
        return registers[Operand.RAX];
    }

    private void push(long value) {
        registers[Operand.RSP] -= 8;
        store(registers[Operand.RSP], 8, value);
    }

    long load(long address, int bytes) {
        check(address, bytes);
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | memory[(int) address + i] & 0xff;
        }
        return value;
    }

    void store(long address, int bytes, long value) {
        check(address, bytes);
        for (int i = 0; i < bytes; i++) {
            memory[(int) address + i] = (byte) (value >>> 8 * i);
        }
    }

    /** Where a routine went that lost a register: an access outside its memory. */
    static final class WildAccess extends RuntimeException {
        private static final long serialVersionUID = 1;

        WildAccess(String message) {
            super(message);
        }
    }

    private void check(long address, int bytes) {
        if (address < 0 || address > memory.length - bytes) {
            throw new WildAccess("access to address " + Long.toHexString(address));
        }
    }

    private void run(int from) {
        int position = from;
        for (int executed = 0; executed < mostInstructions; executed++) {
            if (position < 0 || position >= listing.size()) {
                throw new WildAccess("return to nowhere");
            }
            if (everyInstruction != null) {
                everyInstruction.run(this);
            }
            Instruction instruction = listing.at(position);
            long issued = pipeline.issue();
            switch (instruction.operation()) {
                case JMP -> {
                    position = listing.position(instruction.target());
                    pipeline.branchTaken();
                }
                case JCC -> {
                    if (holds(instruction.condition())) {
                        position = listing.position(instruction.target());
                        pipeline.branchTaken();
                    } else {
                        position++;
                    }
                }
                case CALL -> position = callFrom(instruction, position, issued);
                case RET -> {
                    long address = registers[Operand.RSP];
                    long target = load(address, 8);
                    pipeline.load(address, 8, issued);
                    registers[Operand.RSP] += 8;
                    pipeline.callOrReturn();
                    if (target == RETURN_TO_CALLER) {
                        return;
                    }
                    position = (int) target;
                }
                default -> {
                    execute(instruction, issued);
                    position++;
                }
            }
        }
        throw new WildAccess("does not end");
    }

    private int callFrom(Instruction instruction, int position, long issued) {
        pipeline.callOrReturn();
        int target = listing.position(instruction.target());
        if (target >= 0) {
            push(position + 1L);
            pipeline.store(registers[Operand.RSP], 8, issued);
            return target;
        }
        Helper helper = helpers.get(instruction.target());
        if (helper == null) {
            throw new IllegalArgumentException("no such routine: " + instruction.target());
        }
        helper.run(this);
        return position + 1;
    }

    // ---- operands

    private long address(Operand operand) {
        long address = operand.value();
        if (operand.register() >= 0) {
            address += registers[operand.register()];
        }
        if (operand.index() >= 0) {
            address += registers[operand.index()] * operand.scale();
        }
        return address;
    }

    private long addressReady(Operand operand, long issued) {
        long ready = issued;
        if (operand.register() >= 0) {
            ready = Math.max(ready, pipeline.register(operand.register()));
        }
        if (operand.index() >= 0) {
            ready = Math.max(ready, pipeline.register(operand.index()));
        }
        return ready;
    }

    private static long masked(long value, int bytes) {
        return bytes == 8 ? value : value & ((1L << 8 * bytes) - 1);
    }

    private static long signed(long value, int bytes) {
        int shift = 64 - 8 * bytes;
        return value << shift >> shift;
    }

    /** The last operand that was read: when its value was there. */
    private long readReady;

    private long read(Operand operand, int bytes, long issued) {
        switch (operand.kind()) {
            case IMMEDIATE -> {
                readReady = issued;
                return masked(operand.value(), bytes);
            }
            case REGISTER -> {
                readReady = Math.max(issued, pipeline.register(operand.register()));
                return masked(registers[operand.register()], bytes);
            }
            default -> {
                long address = address(operand);
                readReady = pipeline.load(address, bytes, addressReady(operand, issued));
                return load(address, bytes);
            }
        }
    }

    private void write(Operand operand, int bytes, long value, long ready, long issued) {
        if (operand.isMemory()) {
            long address = address(operand);
            store(address, bytes, value);
            pipeline.store(address, bytes, Math.max(ready, addressReady(operand, issued)));
            return;
        }
        int number = operand.register();
        long mask = bytes == 8 ? -1 : (1L << 8 * bytes) - 1;
        // 32-bit results clear the upper half, narrower ones keep it
        registers[number] = bytes >= 4 ? value & mask : registers[number] & ~mask | value & mask;
        pipeline.writeRegister(number, ready);
    }

    // ---- instructions

    private void execute(Instruction in, long issued) {
        int bytes = in.bytes();
        Operation operation = in.operation();
        switch (operation) {
            case NOP -> {
                // nothing
            }
            case MOV -> {
                long value = read(in.operands().get(0), bytes, issued);
                write(in.operands().get(1), bytes, value, readReady + moveLatency(in), issued);
            }
            case MOVZ, MOVS -> {
                long value = read(in.operands().get(0), in.sourceBytes(), issued);
                long wide = operation == Operation.MOVS ? signed(value, in.sourceBytes()) : value;
                write(in.operands().get(1), bytes, masked(wide, bytes), readReady + moveLatency(in), issued);
            }
            case LEA -> {
                Operand source = in.operands().get(0);
                long ready = addressReady(source, issued) + Pipeline.latency(operation);
                write(in.operands().get(1), bytes, masked(address(source), bytes), ready, issued);
            }
            case CMOV -> {
                long value = read(in.operands().get(0), bytes, issued);
                Operand target = in.operands().get(1);
                long ready = Math.max(Math.max(readReady, pipeline.flags()), pipeline.register(target.register()));
                long old = masked(registers[target.register()], bytes);
                write(target, bytes, holds(in.condition()) ? value : old, ready + Pipeline.latency(operation), issued);
            }
            case PUSH -> {
                long value = read(in.operands().get(0), 8, issued);
                push(value);
                pipeline.store(registers[Operand.RSP], 8, readReady);
            }
            case POP -> {
                long at = registers[Operand.RSP];
                registers[Operand.RSP] += 8;
                write(in.operands().get(0), 8, load(at, 8), pipeline.load(at, 8, issued), issued);
            }
            case SIGN_INTO_DX -> {
                long ready = pipeline.register(Operand.RAX) + Pipeline.latency(operation);
                registers[Operand.RDX] = masked(signed(registers[Operand.RAX], bytes) >> 63, bytes);
                pipeline.writeRegister(Operand.RDX, Math.max(issued, ready));
            }
            case SET -> {
                long ready = Math.max(issued, pipeline.flags()) + Pipeline.latency(operation);
                write(in.operands().get(0), 1, holds(in.condition()) ? 1 : 0, ready, issued);
            }
            case DIV, IDIV -> divide(in, issued);
            case MUL -> multiplyWide(in, issued);
            case IMUL -> {
                if (in.operands().size() == 1) {
                    multiplyWide(in, issued);
                } else {
                    arithmetic(in, issued);
                }
            }
            default -> arithmetic(in, issued);
        }
    }

    /** A load or a store is no work of its own; a move between registers takes a cycle. */
    private static long moveLatency(Instruction in) {
        boolean memory = in.operands().get(0).isMemory() || in.operands().get(1).isMemory();
        return memory ? 0 : Pipeline.latency(in.operation());
    }

    /** Divides dx:ax; a quotient that does not fit ends in the same exception of the processor (#DE) as a divisor of 0. */
    private void divide(Instruction in, long issued) {
        int bytes = in.bytes();
        boolean signed = in.operation() == Operation.IDIV;
        if (bytes < 4) {
            throw new IllegalArgumentException("not executed: " + in);
        }
        long divisor = read(in.operands().get(0), bytes, issued);
        long ready = Math.max(Math.max(readReady, pipeline.register(Operand.RAX)), pipeline.register(Operand.RDX));
        if (divisor == 0) {
            throw new WildAccess("division by zero");
        }
        BigInteger by = wide(0, divisor, bytes, false);
        BigInteger dividend = wide(registers[Operand.RDX], registers[Operand.RAX], bytes, signed);
        BigInteger[] result = dividend.divideAndRemainder(signed ? BigInteger.valueOf(signed(divisor, bytes)) : by);
        int bits = signed ? 8 * bytes - 1 : 8 * bytes;
        if (result[0].bitLength() > bits || !signed && result[0].signum() < 0) {
            throw new WildAccess("quotient does not fit");
        }
        registers[Operand.RAX] = masked(result[0].longValue(), bytes);
        registers[Operand.RDX] = masked(result[1].longValue(), bytes);
        pipeline.writeRegister(Operand.RAX, ready + Pipeline.latency(in.operation()));
        pipeline.writeRegister(Operand.RDX, ready + Pipeline.latency(in.operation()));
    }

    /** The number of twice the width in two registers. */
    private static BigInteger wide(long high, long low, int bytes, boolean signed) {
        BigInteger upper = signed
                ? BigInteger.valueOf(signed(high, bytes))
                : new BigInteger(Long.toUnsignedString(masked(high, bytes)));
        return upper.shiftLeft(8 * bytes).add(new BigInteger(Long.toUnsignedString(masked(low, bytes))));
    }

    /** Multiplies ax by the operand into dx:ax. */
    private void multiplyWide(Instruction in, long issued) {
        int bytes = in.bytes();
        boolean signed = in.operation() == Operation.IMUL;
        if (bytes < 4) {
            throw new IllegalArgumentException("not executed: " + in);
        }
        long factor = read(in.operands().get(0), bytes, issued);
        long other = masked(registers[Operand.RAX], bytes);
        long ready = Math.max(readReady, pipeline.register(Operand.RAX)) + Pipeline.latency(in.operation());
        long low = masked(factor * other, bytes);
        long high = high(factor, other, bytes, signed);
        registers[Operand.RAX] = low;
        registers[Operand.RDX] = masked(high, bytes);
        pipeline.writeRegister(Operand.RAX, ready);
        pipeline.writeRegister(Operand.RDX, ready);
        carry = signed ? high != signed(low, bytes) >> 63 : high != 0;
        overflow = carry;
        pipeline.writeFlags(ready);
    }

    private static long high(long a, long b, int bytes, boolean signed) {
        if (bytes < 8) {
            return signed ? signed(a, bytes) * signed(b, bytes) >> 8 * bytes : a * b >>> 8 * bytes;
        }
        long high = Math.multiplyHigh(a, b);
        return signed ? high : high + (a >> 63 & b) + (b >> 63 & a);
    }

    private void arithmetic(Instruction in, long issued) {
        int bytes = in.bytes();
        Operand target = in.operands().get(in.operands().size() - 1);
        boolean one = in.operands().size() == 1;
        long source = one ? 1 : read(in.operands().get(0), bytes, issued);
        long ready = one ? issued : readReady;
        long old = read(target, bytes, issued);
        ready = Math.max(ready, readReady) + Pipeline.latency(in.operation());
        boolean result = true;
        long value;
        switch (in.operation()) {
            case ADD, INC -> {
                value = masked(old + source, bytes);
                boolean before = carry;
                addFlags(old, source, value, bytes);
                carry = in.operation() == Operation.INC ? before : carry;
            }
            case SUB, DEC, CMP -> {
                value = masked(old - source, bytes);
                boolean before = carry;
                subtractFlags(old, source, value, bytes);
                carry = in.operation() == Operation.DEC ? before : carry;
                result = in.operation() != Operation.CMP;
            }
            case AND, TEST -> {
                value = old & source;
                logicFlags(value, bytes);
                result = in.operation() != Operation.TEST;
            }
            case OR -> {
                value = old | source;
                logicFlags(value, bytes);
            }
            case XOR -> {
                boolean clears = !one && in.operands().get(0).equals(target);
                ready = clears ? issued + Pipeline.latency(Operation.XOR) : ready; // depends on nothing
                value = old ^ source;
                logicFlags(value, bytes);
            }
            case SHL, SHR, SAR -> value = shift(in.operation(), old, source, bytes);
            case RCR -> value = rotateThroughCarry(old, source, bytes);
            case NOT -> value = masked(~old, bytes);
            case NEG -> {
                value = masked(-old, bytes);
                subtractFlags(0, old, value, bytes);
            }
            case IMUL -> {
                boolean three = in.operands().size() == 3;
                long factor = three ? read(in.operands().get(1), bytes, issued) : old;
                ready = three ? readReady + Pipeline.latency(Operation.IMUL) : ready;
                value = masked(signed(factor, bytes) * signed(source, bytes), bytes);
                carry = high(factor, source, bytes, true) != signed(value, bytes) >> 63;
                overflow = carry;
            }
            default -> throw new IllegalStateException("not executed: " + in);
        }
        if (in.operation() != Operation.NOT) {
            pipeline.writeFlags(ready);
        }
        if (result) {
            write(target, bytes, value, ready, issued);
        }
    }

    private long shift(Operation operation, long old, long source, int bytes) {
        int count = (int) (source & (bytes == 8 ? 63 : 31));
        if (count == 0) {
            return old; // and the flags stay
        }
        long value =
                switch (operation) {
                    case SHL -> masked(old << count, bytes);
                    case SHR -> old >>> count;
                    default -> masked(signed(old, bytes) >> count, bytes);
                };
        logicFlags(value, bytes);
        long last = operation == Operation.SHL ? old >>> 8 * bytes - count : signed(old, bytes) >> count - 1;
        carry = (last & 1) != 0;
        return value;
    }

    /** One bit at a time: the carry comes in above, the lowest bit goes into it. */
    private long rotateThroughCarry(long old, long source, int bytes) {
        long value = old;
        for (int count = (int) (source & (bytes == 8 ? 63 : 31)); count > 0; count--) {
            boolean out = (value & 1) != 0;
            value = value >>> 1 | (carry ? 1L << 8 * bytes - 1 : 0);
            carry = out;
        }
        return value;
    }

    private void addFlags(long a, long b, long value, int bytes) {
        logicFlags(value, bytes);
        carry = Long.compareUnsigned(value, masked(a, bytes)) < 0;
        overflow = (((a ^ value) & (b ^ value)) >>> (8 * bytes - 1) & 1) != 0;
    }

    private void subtractFlags(long a, long b, long value, int bytes) {
        logicFlags(value, bytes);
        carry = Long.compareUnsigned(masked(a, bytes), masked(b, bytes)) < 0;
        overflow = (((a ^ b) & (a ^ value)) >>> (8 * bytes - 1) & 1) != 0;
    }

    private void logicFlags(long value, int bytes) {
        zero = masked(value, bytes) == 0;
        sign = (value >>> (8 * bytes - 1) & 1) != 0;
        carry = false;
        overflow = false;
    }

    private boolean holds(String condition) {
        return switch (condition) {
            case "e", "z" -> zero;
            case "ne", "nz" -> !zero;
            case "l", "nge" -> sign != overflow;
            case "ge", "nl" -> sign == overflow;
            case "le", "ng" -> zero || sign != overflow;
            case "g", "nle" -> !zero && sign == overflow;
            case "b", "nae", "c" -> carry;
            case "ae", "nb", "nc" -> !carry;
            case "be", "na" -> carry || zero;
            case "a", "nbe" -> !carry && !zero;
            case "s" -> sign;
            case "ns" -> !sign;
            default -> throw new IllegalArgumentException("condition not known: " + condition);
        };
    }
}
