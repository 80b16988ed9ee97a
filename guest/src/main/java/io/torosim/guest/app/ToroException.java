package io.torosim.guest.app;

import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;

/**
 * ToroException.pas: writes to an address that is not mapped, inside {@code try} and {@code except}. The exception handler prints
 * what it knows with interrupts disabled and raises a Pascal exception, which the program catches and prints; then the main
 * program ends, and with it the system.
 *
 * <p>Values of registers are not modelled: the dump says so. What unwinding costs is not counted.
 */
final class ToroException {
    private ToroException() {}

    static RunnableApplication example() {
        return Example.plain("ToroException", "catches a page fault of its own", 256, ToroException::main);
    }

    private static GuestProgram main(GuestContext context) {
        ScriptProgram program = new ScriptProgram(GuestThread::exit);
        program.then(
                context.print("[\\t] CPU#0 Exception: Page Fault, cr2: 0xFFFFFFFFFFFFFFFF\\n"),
                context.print("Dumping ThreadID: 1\\n"),
                context.print("rax: (not modelled), rbx: (not modelled), rcx: (not modelled)\\n"),
                context.print("Backtrace:\\n"),
                context.print("Exception Message: Page Fault\\n"),
                context.print("\\nSystem Termination, please turn off or reboot\\n"),
                GuestThread::haltCpu,
                context.print("ThreadExit: /RWarning!/n MainThread has been killed\\n"));
        return program;
    }
}
