package io.torosim.guest.app;

import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.console.ConsoleKeyboard;
import io.torosim.guest.console.ToroConsole;
import io.torosim.guest.disk.GuestFiles;
import io.torosim.guest.program.StepProgram;
import io.torosim.guest.stack.ServiceHandler;
import io.torosim.guest.stack.StackPrograms;
import io.torosim.guest.stack.ToroStack;
import io.torosim.guest.wire.Ipv4;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What an application finds when its main thread begins: the kernel and the units that it links. */
final class GuestContext {
    private static final String FAT_FAILURE = "SysMount: %s\\n";

    private final ToroKernel kernel;
    private final ToroConsole console;
    private final ConsoleKeyboard keyboard;
    private final CodeCosts code;
    private final @Nullable ToroStack stack;
    private final @Nullable GuestFiles files;
    private final int fileBufferBytes;
    private @Nullable String failure;

    GuestContext(
            ToroKernel kernel,
            ToroConsole console,
            ConsoleKeyboard keyboard,
            CodeCosts code,
            @Nullable ToroStack stack,
            @Nullable GuestFiles files,
            int fileBufferBytes) {
        this.kernel = kernel;
        this.console = console;
        this.keyboard = keyboard;
        this.code = code;
        this.stack = stack;
        this.files = files;
        this.fileBufferBytes = fileBufferBytes;
    }

    /** Returns the kernel. */
    public ToroKernel kernel() {
        return kernel;
    }

    /** Returns the console. */
    public ToroConsole console() {
        return console;
    }

    /** Returns the keyboard. */
    public ConsoleKeyboard keyboard() {
        return keyboard;
    }

    /** Returns what compiled code costs. */
    public CodeCosts code() {
        return code;
    }

    /** Returns the network stack; an error in a guest without a card. */
    public ToroStack stack() {
        if (stack == null) {
            throw new IllegalStateException("the guest has no network card");
        }
        return stack;
    }

    /** Returns the disk; an error in a guest without one. */
    public GuestFiles files() {
        if (files == null) {
            throw new IllegalStateException("the guest has no disk");
        }
        return files;
    }

    /** Returns the size of the buffer into which a program reads a file. */
    public int fileBufferBytes() {
        return fileBufferBytes;
    }

    /** Returns what went wrong with the disk, null if nothing. */
    public @Nullable String failure() {
        return failure;
    }

    /** Step: prints a line. */
    Step print(String format) {
        return console.print(format);
    }

    /** {@code DedicateNetwork}: tables of ports, the packet thread, and what it prints. */
    void dedicateNetwork(StepProgram program) {
        String ip = Ipv4.text(stack().addresses().ip());
        String gateway = Ipv4.text(stack().addresses().gateway());
        String mask = Ipv4.text(stack().addresses().mask());
        program.then(
                print("Network configuration:\\n"),
                print("Local IP: /V" + ip + "\\n"),
                print("/nGateway: /V" + gateway + "\\n"),
                print("/nMask: /V" + mask + "/n\\n"));
        StackPrograms.dedicate(stack(), program);
    }

    /** {@code SysRegisterNetworkService}: a record and a thread for the service. */
    void register(StepProgram program, ServiceHandler handler) {
        StackPrograms.register(stack(), handler, program);
    }

    /** {@code DedicateBlockDriver} and {@code SysMount}. */
    void mount(StepProgram program) {
        program.then(self -> {
            files().mount(program, problem -> failed(program, problem));
            return StepProgram.GO_ON;
        });
    }

    void failed(StepProgram program, @Nullable IOException problem) {
        if (problem != null) {
            String text = problem.getMessage() == null ? problem.toString() : problem.getMessage();
            failure = failure == null ? text : failure;
            program.then(print(FAT_FAILURE.replace("%s", text)));
        }
    }
}
