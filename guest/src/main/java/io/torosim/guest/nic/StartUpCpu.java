package io.torosim.guest.nic;

import io.torosim.core.bus.Bus;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.memory.GuestMemory;

/** Executes what a driver did before the main thread began, at once and without a price: its time and its exits belong to the boot. */
final class StartUpCpu extends GuestCpu {
    private final Bus bus;
    private final GuestMemory memory;

    private StartUpCpu(Machine machine) {
        super(machine.vcpu(0));
        bus = machine.bus();
        memory = machine.memory();
    }

    /** Executes a routine without arguments to its end. */
    static void execute(Machine machine, GuestCode routine) {
        CodeRun run = new CodeRun(new StartUpCpu(machine), routine);
        run.begin();
        while (run.next() != StepResult.DONE) {}
    }

    @Override
    public int in(int port, int widthBytes) {
        return bus.in(port, widthBytes);
    }

    @Override
    public void out(int port, int widthBytes, int value) {
        bus.out(port, widthBytes, value);
    }

    @Override
    public int load32(long address) {
        return memory.load32(address);
    }

    @Override
    public void store32(long address, int value) {
        memory.store32(address, value);
    }
}
