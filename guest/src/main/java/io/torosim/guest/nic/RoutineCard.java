package io.torosim.guest.nic;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.event.EventHandler;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.device.PcDevices.EthernetCard;
import io.torosim.guest.driver.CardRoutines;
import io.torosim.guest.driver.CardRoutines.CardQuirk;
import io.torosim.guest.driver.DriverCosts;
import io.torosim.guest.driver.E1000Driver;
import io.torosim.guest.driver.Ne2000Driver;
import io.torosim.guest.driver.NetDriver;
import io.torosim.guest.driver.NetworkKernel;
import io.torosim.guest.driver.PacketBlock;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.wire.Link;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An e1000 or ne2000 on the machine's bus with Toro's driver of 2018 as routines: every register and every byte through a port is a step. QEMU's
 * main loop takes its time for each frame between card and wire.
 *
 * <p>Where Toro hands a packet's memory to its driver until the card has sent it, the stack here keeps its own: what is queued is a copy in the
 * kernel's heap, made at no price. Confined to the simulation thread.
 *
 * <p>{@link GuestNic} makes it. The driver is an {@link E1000Driver} or a {@link Ne2000Driver}, to which it is the {@link NetworkKernel}, and to the
 * stack a {@link NetDriver}; frames go over the {@link Link}, packets lie in the {@link KernelHeap}, and the host's time is the {@link QemuProcess}'s.
 */
final class RoutineCard implements NetDriver, NetworkKernel {
    private static final byte[] MAC = {0x52, 0x54, 0, 0, 0, 1};
    private static final long E1000_REGISTERS = 0xfeb8_0000L;
    private static final int NE2000_PORT = 0xc000;
    private static final int OP_TO_GUEST = 0;
    private static final int OP_TO_WIRE = 1;
    /** Bytes over which the price of a byte of a copy loop is taken. */
    private static final int MANY = 1000;

    private static final int QUEUED = 2;

    private final Machine machine;
    private final QemuProcess mainLoop;
    private final Link link;
    private final KernelHeap heap;
    private final DriverCosts costs;
    private final long framePs;
    private final EthernetCard card;
    private final CardRoutines driver;
    private final GuestCode send;
    private final Long2ObjectOpenHashMap<byte[]> inBackend = new Long2ObjectOpenHashMap<>();
    private final EventHandler events = this::onEvent;

    @SuppressWarnings("NullAway.Init") // receiver() comes first
    private GuestCode receiver;

    private long backendFreePs;
    private long nextNumber;
    private long droppedWithoutMemory;

    private RoutineCard(
            Machine machine,
            QemuProcess mainLoop,
            Link link,
            KernelHeap heap,
            DriverCosts costs,
            long framePs,
            Set<CardQuirk> quirks,
            boolean e1000,
            int line) {
        this.machine = machine;
        this.mainLoop = mainLoop;
        this.link = link;
        this.heap = heap;
        this.costs = costs;
        this.framePs = framePs;
        if (e1000) {
            card = EthernetCard.e1000(machine, E1000_REGISTERS, line, MAC, frame -> throughBackend(OP_TO_WIRE, frame));
            long bytePs = costs.code().ps(Routine.COPY_BYTES, MANY) / MANY;
            driver = new E1000Driver(E1000_REGISTERS, ringArea(), this, bytePs, Picos.PER_MILLI, quirks);
        } else {
            card = EthernetCard.ne2000(machine, NE2000_PORT, line, MAC, frame -> throughBackend(OP_TO_WIRE, frame));
            driver = new Ne2000Driver(NE2000_PORT, this, quirks);
        }
        StartUpCpu.execute(machine, driver.initialise());
        link.connectGuest(frame -> throughBackend(OP_TO_GUEST, frame));
        send = Steps.of("Send", 3)
                .step("the driver's own packet", (cpu, f) -> {
                    f.w[QUEUED] = queued(f.w[NetDriver.FRAME], (int) f.w[NetDriver.BYTES]);
                    return StepResult.NEXT;
                })
                .ifPositive(
                        "there is memory",
                        QUEUED,
                        body -> body.step("send", (cpu, f) -> {
                            Frame call = cpu.call(driver.send());
                            call.w[CardRoutines.ADDRESS] = f.w[QUEUED];
                            call.w[CardRoutines.BYTES] = f.w[NetDriver.BYTES];
                            return StepResult.CALL;
                        }))
                .build();
    }

    /**
     * Plugs an e1000 in and lets its driver bring it up.
     *
     * @param quirks the driver's defects that are on
     * @param line its interrupt line
     * @throws IllegalArgumentException if the kernel's heap has no 2 MiB for its rings
     */
    static RoutineCard e1000(
            Machine machine,
            QemuProcess mainLoop,
            Link link,
            KernelHeap heap,
            DriverCosts costs,
            long framePs,
            Set<CardQuirk> quirks,
            int line) {
        return new RoutineCard(machine, mainLoop, link, heap, costs, framePs, quirks, true, line);
    }

    /** Plugs an ne2000 in; see {@link #e1000}. */
    static RoutineCard ne2000(
            Machine machine,
            QemuProcess mainLoop,
            Link link,
            KernelHeap heap,
            DriverCosts costs,
            long framePs,
            Set<CardQuirk> quirks,
            int line) {
        return new RoutineCard(machine, mainLoop, link, heap, costs, framePs, quirks, false, line);
    }

    private long ringArea() {
        long block = heap.get(0, E1000Driver.MEMORY_BYTES + 16);
        if (block == 0) {
            throw new IllegalArgumentException("an e1000 needs 2 MiB of the first core's memory for its rings, ramMib="
                    + machine.spec().ramMib());
        }
        return block + 15 & -16L;
    }

    private long queued(long frame, int bytes) {
        long block = heap.get(0, bytes);
        if (block == 0) {
            droppedWithoutMemory++;
            return 0;
        }
        byte[] copy = new byte[bytes];
        heap.memory().copyOut(frame, copy, 0, bytes);
        heap.memory().copyIn(block, copy, 0, bytes);
        return block;
    }

    // ---- what the stack wants

    @Override
    public GuestCode send() {
        return send;
    }

    @Override
    public GuestCode handler() {
        return driver.handler();
    }

    @Override
    public @Nullable GuestCode rest() {
        return driver.rest();
    }

    @Override
    public void receiver(GuestCode routine) {
        receiver = routine;
    }

    @Override
    public long droppedWithoutMemory() {
        return droppedWithoutMemory;
    }

    @Override
    public long copiedBytes() {
        return driver.copiedBytes();
    }

    // ---- what the driver wants

    @Override
    public long allocate(int bytes) {
        long block = heap.get(0, PacketBlock.RECORD_BYTES + (long) bytes);
        if (block == 0) {
            droppedWithoutMemory++;
            return 0;
        }
        PacketBlock.begin(heap.memory(), block, bytes);
        return block + PacketBlock.RECORD_BYTES;
    }

    @Override
    public long allocatePs() {
        return costs.code().ps(Routine.ALLOCATE, 1);
    }

    @Override
    public long enqueueIncoming(GuestCpu cpu, long address, int bytes) {
        cpu.call(receiver).w[NetDriver.PACKET] = address - PacketBlock.RECORD_BYTES;
        return StepResult.CALL;
    }

    @Override
    public void sent(long address) {
        heap.free(0, address);
    }

    // ---- the host's side

    private void throughBackend(int op, byte[] frame) {
        backendFreePs = Math.max(backendFreePs, machine.simulation().nowPs()) + framePs;
        inBackend.put(nextNumber, frame);
        machine.simulation().at(backendFreePs, Machine.DEVICE_PRIORITY, events, op, nextNumber++);
    }

    private void onEvent(int op, long number) {
        byte[] frame = inBackend.remove(number);
        mainLoop.mainLoopWorks(framePs);
        if (op == OP_TO_WIRE) {
            link.fromGuest(frame);
        } else {
            card.receive(frame);
        }
    }
}
