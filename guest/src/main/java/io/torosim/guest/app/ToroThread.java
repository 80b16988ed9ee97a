package io.torosim.guest.app;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.SharedWord;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ToroThread.pas: the main thread on core 0 and two threads on core 1 share three numbers and two flags. Task 1 prints and hands
 * over to task 2 and back; task 3 computes all the time. Nobody ever blocks, so that both cores stay busy.
 *
 * <p>Every access to a shared variable is a step of its own, at its own instant.
 */
final class ToroThread {
    private final GuestContext context;
    private final long accessPs;
    private final long workPs;
    private final boolean twoCores;
    /** The program of the main thread, which is task 1. */
    private @Nullable StepProgram one;

    private final SharedWord var1;
    private final SharedWord var2;
    private final SharedWord var3;
    private final SharedWord n1;
    private final SharedWord n2;

    private ToroThread(GuestContext context) {
        this.context = context;
        Machine machine = context.kernel().machine();
        this.var1 = new SharedWord(machine, 0);
        this.twoCores = machine.vcpuCount() > 1;
        this.var2 = new SharedWord(machine, 4);
        this.var3 = new SharedWord(machine, 11);
        this.n1 = new SharedWord(machine, 1);
        this.n2 = new SharedWord(machine, 0);
        this.accessPs =
                machine.costs().cyclesPs("cpu.cache_line_shared", machine.spec().tscHz());
        this.workPs = context.code().ps(Routine.VISIT_SOCKET, 1);
    }

    static RunnableApplication example() {
        return Example.plain(
                "ToroThread", "three threads on two cores hand numbers to each other", 512, ToroThread::main);
    }

    private static GuestProgram main(GuestContext context) {
        ToroThread shared = new ToroThread(context);
        StepProgram program = new ScriptProgram(shared::taskOne);
        shared.one = program;
        program.then(
                context.print("\\c"),
                self -> shared.begin(self, "task 3", new ScriptProgram(shared::taskThree)),
                self -> shared.begin(self, "task 2", new ScriptProgram(shared::taskTwo)));
        return program;
    }

    /** On one core Toro's call gives 0, and the example waits for ever. */
    private long begin(GuestThread self, String name, GuestProgram program) {
        return twoCores ? self.beginThread(1, name, program) : StepProgram.GO_ON;
    }

    private int stageOne;
    private boolean switchOne;

    private long taskOne(GuestThread self) {
        if (switchOne) {
            switchOne = false;
            return self.switchThread();
        }
        switch (stageOne) {
            case 0 -> {
                if (n1.get() == 0) {
                    switchOne = true;
                    return self.poll(accessPs);
                }
                stageOne = 1;
                return self.access(accessPs);
            }
            case 1 -> {
                var2.set(var1.get() + 5);
                stageOne = 2;
                return self.access(accessPs);
            }
            case 2 -> {
                stageOne = 3;
                Objects.requireNonNull(one).then(context.print(Long.toString(var1.get())));
                return StepProgram.GO_ON;
            }
            case 3 -> {
                n1.set(0);
                stageOne = 4;
                return self.access(accessPs);
            }
            default -> {
                n2.set(1);
                stageOne = 0;
                return self.access(accessPs);
            }
        }
    }

    private int stageTwo;
    private boolean switchTwo;

    private long taskTwo(GuestThread self) {
        if (switchTwo) {
            switchTwo = false;
            return self.switchThread();
        }
        switch (stageTwo) {
            case 0 -> {
                if (n2.get() == 0) {
                    switchTwo = true;
                    return self.poll(accessPs);
                }
                stageTwo = 1;
                return self.access(accessPs);
            }
            case 1 -> {
                var3.set(var2.get() + 7);
                stageTwo = 2;
                return self.access(accessPs);
            }
            case 2 -> {
                n2.set(0);
                stageTwo = 3;
                return self.access(accessPs);
            }
            default -> {
                n1.set(1);
                stageTwo = 0;
                return self.access(accessPs);
            }
        }
    }

    private boolean switchThree;

    private long taskThree(GuestThread self) {
        if (switchThree) {
            switchThree = false;
            return self.switchThread();
        }
        switchThree = true;
        long value = var3.get() % 11;
        if (value == var1.get()) {
            return self.poll(workPs); // it stores the same number again
        }
        var1.set(value);
        return self.compute(workPs);
    }
}
