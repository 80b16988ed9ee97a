package io.torosim.guest.app;

import io.torosim.core.machine.Machine;
import io.torosim.guest.code.Routine;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;

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
    private int var1;
    private int var2 = 4;
    private int var3 = 11;
    private boolean n1 = true;
    private boolean n2;

    private ToroThread(GuestContext context) {
        this.context = context;
        Machine machine = context.kernel().machine();
        this.accessPs =
                machine.costs().cyclesPs("cpu.cache_line_shared", machine.spec().tscHz());
        this.workPs = context.code().ps(Routine.VISIT_SOCKET, 1);
    }

    static GuestApplication example() {
        return Example.plain(
                "ToroThread", "three threads on two cores hand numbers to each other", 512, ToroThread::main);
    }

    private static GuestProgram main(GuestContext context) {
        ToroThread shared = new ToroThread(context);
        StepProgram program = new ScriptProgram(shared::taskOne);
        program.then(
                context.print("\\c"),
                self -> self.beginThread(1, "task 3", new ScriptProgram(shared::taskThree)),
                self -> self.beginThread(1, "task 2", new ScriptProgram(shared::taskTwo)));
        return program;
    }

    /** Something that the other core may see is about to change. */
    private void beforeChange() {
        Machine machine = context.kernel().machine();
        for (int id = 0; id < machine.vcpuCount(); id++) {
            machine.vcpu(id).beforeChange();
        }
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
                if (!n1) {
                    switchOne = true;
                    return self.poll(accessPs);
                }
                stageOne = 1;
                return self.compute(accessPs);
            }
            case 1 -> {
                beforeChange();
                var2 = var1 + 5;
                stageOne = 2;
                return self.compute(accessPs);
            }
            case 2 -> {
                stageOne = 3;
                return context.console().print(self, Integer.toString(var1));
            }
            case 3 -> {
                beforeChange();
                n1 = false;
                stageOne = 4;
                return self.compute(accessPs);
            }
            default -> {
                beforeChange();
                n2 = true;
                stageOne = 0;
                return self.compute(accessPs);
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
                if (!n2) {
                    switchTwo = true;
                    return self.poll(accessPs);
                }
                stageTwo = 1;
                return self.compute(accessPs);
            }
            case 1 -> {
                beforeChange();
                var3 = var2 + 7;
                stageTwo = 2;
                return self.compute(accessPs);
            }
            case 2 -> {
                beforeChange();
                n2 = false;
                stageTwo = 3;
                return self.compute(accessPs);
            }
            default -> {
                beforeChange();
                n1 = true;
                stageTwo = 0;
                return self.compute(accessPs);
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
        int value = var3 % 11;
        if (value == var1) {
            return self.poll(workPs); // it stores the same number again
        }
        beforeChange();
        var1 = value;
        return self.compute(workPs);
    }
}
