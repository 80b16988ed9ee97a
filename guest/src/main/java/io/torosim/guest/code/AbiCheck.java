package io.torosim.guest.code;

import io.torosim.core.cost.CostModel;
import io.torosim.guest.spec.OptimisationLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what a lost register does: compiled routines are executed on a register file while assembler beneath them, or an
 * interrupt between any two of their instructions, destroys registers that it should have kept; then their results are
 * compared with the right ones. Every point of interruption is tried.
 *
 * <p>Routines are the compiler's {@link Listing}s, executed by a {@link CodeMachine}; {@link OptimisationLevel} says whose code.
 */
public final class AbiCheck {
    private static final long A = 0x1000;
    private static final long B = 0x4000;
    private static final int MEMORY_BYTES = 0x8000;
    private static final int SECTORS = 2;
    private static final int SECTOR_BYTES = 512;
    private static final int LEAVES = 4;
    private static final int CHARACTERS = 3;
    private static final int BYTES = 12;
    private static final long GARBAGE = 0xdead_beef_7a5a_5a00L;
    private static final int MOST_INSTRUCTIONS = 5000;

    private final Listing listing;
    private final CostModel model = CostModel.standard();

    /** Prepares the check of code compiled at a level. */
    public AbiCheck(OptimisationLevel level) {
        this.listing = Listing.of(level);
    }

    /** A routine that must come out right whatever happens beneath it. */
    private record Subject(String name, Consumer<CodeMachine> run, Predicate<CodeMachine> right) {}

    private static final List<Subject> SUBJECTS = List.of(
            new Subject("ReadSectors", m -> m.call("READSECTORS", A, SECTORS), m -> {
                boolean right = true;
                for (int i = 0; i < SECTORS * SECTOR_BYTES; i++) {
                    right &= m.load(A + i, 1) == 1 + i % SECTOR_BYTES % 100;
                }
                return right && m.load(A + SECTORS * SECTOR_BYTES, 1) == 0;
            }),
            new Subject(
                    "FeatureBits",
                    m -> m.call("FEATUREBITS", A, LEAVES),
                    m -> (int) m.register(Operand.RAX) == LEAVES * (LEAVES + 1) / 2),
            new Subject(
                    "WeighLeaves",
                    m -> m.call("WEIGHLEAVES", A, LEAVES),
                    m -> (int) m.register(Operand.RAX) == weight()),
            new Subject(
                    "PutCharacters",
                    m -> {
                        for (int i = 0; i < CHARACTERS; i++) {
                            m.store(B + i, 1, 65 + i);
                        }
                        m.call("PUTCHARACTERS", A, B, CHARACTERS);
                    },
                    m -> {
                        boolean right = true;
                        for (int i = 0; i < CHARACTERS; i++) {
                            right &= m.load(A + 24 * 160 + 2L * i, 1) == 65 + i;
                        }
                        return right;
                    }),
            new Subject(
                    "CopyBytes",
                    m -> {
                        for (int i = 0; i < BYTES; i++) {
                            m.store(A + i, 1, 1 + i);
                        }
                        m.call("COPYBYTES", A, B, BYTES);
                    },
                    m -> {
                        boolean right = true;
                        for (int i = 0; i < BYTES; i++) {
                            right &= m.load(B + i, 1) == 1 + i;
                        }
                        return right;
                    }),
            new Subject(
                    "ParseBytes",
                    m -> {
                        for (int i = 0; i < BYTES; i++) {
                            m.store(A + i, 1, 97);
                        }
                        m.call("PARSEBYTES", A, B, BYTES);
                    },
                    m -> (int) m.register(Operand.RAX) == BYTES && m.load(B + BYTES - 5, 1) == 97));

    /** What WeighLeaves of the leaves 1, 2, 3 ... comes to. */
    private static int weight() {
        int sum = 0;
        int weighted = 0;
        for (int i = 0; i < LEAVES; i++) {
            sum += i + 1;
            weighted += i * (i + 1);
        }
        return sum + 2 * weighted + 3 + 5 * LEAVES + 7 * LEAVES;
    }

    /**
     * What a fault did.
     *
     * @param fault the fault
     * @param tries how many executions: one for each routine that calls the assembler, or for each point of interruption
     * @param wrong how many came out wrong
     * @param example one of the wrong ones: the routine, where, and what; empty if none
     */
    public record Result(AbiFault fault, int tries, int wrong, String example) {}

    /** Tries one fault everywhere, on or repaired. */
    public Result run(AbiFault fault, boolean on) {
        return fault.isInterrupt() ? interrupts(fault, on) : calls(fault, on);
    }

    private Result calls(AbiFault fault, boolean on) {
        int tries = 0;
        List<String> wrong = new ArrayList<>();
        for (Subject subject : SUBJECTS) {
            int[] struck = new int[1];
            CodeMachine machine = machine();
            machine.helper("transfer_sector", m -> transfer(m, fault, on, struck));
            machine.helper("identify_cpu", m -> identify(m, fault, on, struck));
            machine.helper("write_port", m -> strike(m, fault, on, "write_port", struck));
            String problem = problem(machine, subject);
            tries += struck[0] > 0 ? 1 : 0;
            if (problem != null) {
                wrong.add(subject.name() + ": " + problem);
            }
        }
        return new Result(fault, tries, wrong.size(), wrong.isEmpty() ? "" : wrong.get(0));
    }

    private Result interrupts(AbiFault fault, boolean on) {
        int tries = 0;
        List<String> wrong = new ArrayList<>();
        for (Subject subject : SUBJECTS) {
            int points = interrupted(subject, fault, Integer.MAX_VALUE, new ArrayList<>());
            for (int point = 0; on && point < points; point++) {
                interrupted(subject, fault, point, wrong);
            }
            tries += points;
        }
        return new Result(fault, tries, wrong.size(), wrong.isEmpty() ? "" : wrong.get(0));
    }

    /** Runs a routine with one interruption; returns how many instructions it executed. */
    private int interrupted(Subject subject, AbiFault fault, int point, List<String> wrong) {
        int[] executed = new int[1];
        CodeMachine machine = machine();
        machine.helper("transfer_sector", m -> transfer(m, fault, false, new int[1]));
        machine.helper("identify_cpu", m -> identify(m, fault, false, new int[1]));
        machine.helper("write_port", m -> {});
        machine.interruptedBy(m -> {
            if (executed[0]++ == point) {
                destroy(m, fault);
            }
        });
        String problem = problem(machine, subject);
        if (problem != null) {
            wrong.add(subject.name() + ", interrupted at instruction " + point + ": " + problem);
        }
        return executed[0];
    }

    private CodeMachine machine() {
        CodeMachine machine = new CodeMachine(listing, model, MEMORY_BYTES);
        machine.mostInstructions(MOST_INSTRUCTIONS);
        return machine;
    }

    private static @Nullable String problem(CodeMachine machine, Subject subject) {
        try {
            subject.run().accept(machine);
        } catch (CodeMachine.WildAccess e) {
            return e.getMessage();
        }
        return subject.right().test(machine) ? null : "wrong result";
    }

    /** {@code rep insw} of a sector to the address in rcx, during which another thread runs. */
    private static void transfer(CodeMachine m, AbiFault fault, boolean on, int[] struck) {
        long target = m.register(Operand.RCX);
        for (int i = 0; i < SECTOR_BYTES; i++) {
            m.store(target + i, 1, 1 + i % 100);
        }
        strike(m, fault, on, "transfer_sector", struck);
    }

    /** {@code cpuid} of the leaf in rcx: its result goes to the table in rdx. */
    private static void identify(CodeMachine m, AbiFault fault, boolean on, int[] struck) {
        long leaf = m.register(Operand.RCX) & 0xffff_ffffL;
        m.store(m.register(Operand.RDX) + leaf, 1, leaf + 1);
        strike(m, fault, on, "identify_cpu", struck);
    }

    private static void strike(CodeMachine m, AbiFault fault, boolean on, String helper, int[] struck) {
        if (fault.helper().equals(helper)) {
            struck[0]++;
            if (on) {
                destroy(m, fault);
            }
        }
    }

    private static void destroy(CodeMachine m, AbiFault fault) {
        for (String register : fault.registers()) {
            int number = Operand.NAMES.indexOf(register);
            m.register(number, GARBAGE + number);
        }
    }

    /**
     * A place in Toro where hand-written assembler destroyed registers that compiled code may keep values in (Win64 ABI: a callee
     * preserves rbx, rbp, rdi, rsi and r12 to r15; an interrupt handler preserves everything). Without optimisation variables
     * live in memory, and most of it went unnoticed; {@code -O2} brought it out in January 2018.
     */
    public enum AbiFault {
        /** IdeDisk.pas: {@code ATAIn} and {@code ATAOut}, {@code rep insw}: saved for Delphi only. Repaired in cb07b56 (2018-01-11). */
        STRING_IO_LOSES_RDI("IdeDisk.pas: ATAIn, ATAOut", "cb07b56, 2018-01-11", "transfer_sector", "rdi"),
        /** Arch.pas: {@code write_portd} and {@code read_portd}: the same with rsi. Repaired in cb07b56. */
        PORT_IO_LOSES_RSI("Arch.pas: write_portd, read_portd", "cb07b56, 2018-01-11", "write_port", "rsi"),
        /** Inline blocks with {@code cpuid}: the compiler is not told of ebx. Repaired in cb07b56. */
        CPUID_LOSES_RBX("Arch.pas: inline cpuid", "cb07b56, 2018-01-11", "identify_cpu", "rbx"),
        /** Process.pas: a thread switch exchanges rbp and rsp only. Repaired in cb07b56 and 726db1d (2018-08-01). */
        SWITCH_LOSES_REGISTERS(
                "Process.pas: SysThreadSwitch",
                "726db1d, 2018-08-01",
                "transfer_sector",
                "rbx",
                "rsi",
                "rdi",
                "r12",
                "r13",
                "r14",
                "r15"),
        /** The entry stubs of all interrupts build the handler's stack in r15, which they do not save. Repaired in cb07b56. */
        STUB_LOSES_R15("interrupt entry stubs", "cb07b56, 2018-01-11", "", "r15"),
        /** The same stubs call a Pascal handler, which may use r10 to r12. Repaired in fa250f6 (2018-03-04). */
        STUB_LOSES_R10_TO_R12("interrupt entry stubs", "fa250f6, 2018-03-04", "", "r10", "r11", "r12"),
        /** Arch.pas: {@code Apic_IRQ_Ignore} and the default handlers save nothing. Still open in August 2018. */
        IPI_SAVES_NOTHING(
                "Arch.pas: Apic_IRQ_Ignore", "open in 2018-08", "", "rax", "rcx", "rdx", "r8", "r9", "r10", "r11");

        private final String place;
        private final String repairedIn;
        private final String helper;
        private final List<String> registers;

        AbiFault(String place, String repairedIn, String helper, String... registers) {
            this.place = place;
            this.repairedIn = repairedIn;
            this.helper = helper;
            this.registers = List.copyOf(Arrays.asList(registers));
        }

        /** Returns where it was. */
        public String place() {
            return place;
        }

        /** Returns the commit that repaired it, and when. */
        public String repairedIn() {
            return repairedIn;
        }

        /** Returns the registers that it destroys, by their 64-bit names. */
        public List<String> registers() {
            return registers;
        }

        /** Returns whether it strikes when an interrupt comes, rather than in a call. */
        public boolean isInterrupt() {
            return helper.isEmpty();
        }

        /** The name under which compiled code calls the assembler that has the fault. */
        String helper() {
            return helper;
        }
    }
}
