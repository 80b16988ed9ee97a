package io.torosim.guest.code;

import java.util.Arrays;
import java.util.List;

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
